/**
 * Recognises a log by its first units, of which two or all there are must be sentences or u-blox frames with right
 * checksums. A capture may begin in the middle of something: one line that is neither may come first.
 */
import { type BlockView, viewOfHead } from '../lines/index.ts';
import { UnitCutter } from './unit-cutter.ts';

const UNITS_JUDGED = 5;
const UNITS_MIN = 2;

export function recognisesNmea(head: Uint8Array): boolean {
  const view: BlockView = viewOfHead(head);
  const cutter = new UnitCutter();
  let sound = 0;
  let others = 0;
  for (let at = 0; at < view.length; at = cutter.next) {
    const kind = cutter.cut(view, at);
    if (kind === 'see-more') break;
    if (kind === 'blank' || kind === 'comment') continue;
    if (kind === 'ubx' || kind === 'sentence') {
      sound += 1;
      if (sound >= UNITS_JUDGED) return true;
    } else if (kind !== 'cut-off') {
      if (sound > 0 || others > 0) return false;
      others += 1;
    }
  }
  return sound >= UNITS_MIN || (sound > 0 && view.isLast && others === 0);
}
