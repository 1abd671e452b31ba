/** What moves over the lanes without their being drawn anew: the selection, and the moment under the pointer. */
import type { DriveView } from '../view-state.ts';
import { clockOf, lengthText } from './ticks.ts';
import { timeScale } from './time-scale.ts';

const PER_CENT = 100;

export function Overlay({ view }: { readonly view: DriveView }) {
  return (
    <div class="overlay" aria-hidden="true">
      <Selected view={view} />
      <Cursor view={view} />
    </div>
  );
}

function Selected({ view }: { readonly view: DriveView }) {
  const [selection, visible] = [view.selection.value, view.visible.value];
  if (!selection || !visible || selection.endNs <= visible.startNs || selection.startNs >= visible.endNs) return null;
  const scale = timeScale(visible, PER_CENT);
  const left = Math.max(-1, scale.xOf(selection.startNs));
  const right = Math.min(PER_CENT + 1, scale.xOf(selection.endNs));
  return (
    <div class="selected" style={{ left: `${left}%`, width: `${right - left}%` }}>
      <span>{lengthText(selection.endNs - selection.startNs)}</span>
    </div>
  );
}

function Cursor({ view }: { readonly view: DriveView }) {
  const [moment, visible] = [view.cursorNs.value, view.visible.value];
  if (moment === undefined || !visible || moment < visible.startNs || moment > visible.endNs) return null;
  const left = timeScale(visible, PER_CENT).xOf(moment);
  const decimals = visible.endNs - visible.startNs > 1_000_000_000n ? 3 : 6;
  return (
    <div class={`cursor ${left > PER_CENT / 2 ? 'cursor-late' : ''}`} style={{ left: `${left}%` }}>
      <span>{clockOf(moment, decimals)}</span>
    </div>
  );
}
