/** Looks at something on the drive: selects its time, and shows it with what is around. */
import type { Span } from './span.ts';
import { around } from './timeline/keys.ts';
import type { DriveView } from './view-state.ts';

/** The context that events are cut with. */
const [BEFORE_NS, BEHIND_NS] = [30_000_000_000n, 10_000_000_000n];

/** @param endNs its last moment; what has no length is looked at with some time around it */
export function lookAt(view: DriveView, startNs: bigint, endNs: bigint): void {
  const span = spanOf(startNs, endNs);
  const drive = view.drive.value;
  view.selection.value = span;
  if (drive) view.show(around(span, drive));
}

function spanOf(startNs: bigint, endNs: bigint): Span {
  if (endNs > startNs) return { startNs, endNs: endNs + 1n };
  return { startNs: startNs > BEFORE_NS ? startNs - BEFORE_NS : 0n, endNs: endNs + BEHIND_NS };
}
