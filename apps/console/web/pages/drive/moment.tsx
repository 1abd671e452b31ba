/** The moment under the pointer, for parts that lay time out from left to right: setting it, and the line that shows it. */
import { textFromTime } from '../../kit/figures.ts';
import './moment.css';
import type { Span } from './span.ts';
import type { DriveView } from './view-state.ts';

/** `08:15:02.4` of a log time, in UTC. */
export const clockText = (timeNs: bigint): string =>
  `${textFromTime(String(timeNs)).slice(11)}.${(timeNs / 100_000_000n) % 10n}`;

/** Where a time is in a span, 0 to 1 within it. */
export const partOf = ({ startNs, endNs }: Span, timeNs: bigint): number =>
  Number(timeNs - startNs) / Number(endNs - startNs);

/** For an element as wide as the visible time: the moment follows the pointer over it. */
export function momentHandlers(view: DriveView) {
  return {
    onPointerMove(event: PointerEvent): void {
      const visible = view.visible.peek();
      if (!visible || !(event.currentTarget instanceof HTMLElement)) return;
      const { left, width } = event.currentTarget.getBoundingClientRect();
      const part = Math.min(1, Math.max(0, (event.clientX - left) / width));
      view.cursorNs.value = visible.startNs + BigInt(Math.round(Number(visible.endNs - visible.startNs - 1n) * part));
    },
    onPointerLeave(event: PointerEvent): void {
      // A finger that is lifted leaves; what it pointed at stays.
      if (event.pointerType === 'mouse') view.cursorNs.value = undefined;
    },
  };
}

/** Over an element as wide as the visible time. */
export function MomentLine({ view }: { readonly view: DriveView }) {
  const [visible, cursorNs] = [view.visible.value, view.cursorNs.value];
  if (!visible || cursorNs === undefined) return null;
  const part = partOf(visible, cursorNs);
  if (part < 0 || part > 1) return null;
  return <span class="moment-line" aria-hidden="true" style={{ left: `${part * 100}%` }} />;
}
