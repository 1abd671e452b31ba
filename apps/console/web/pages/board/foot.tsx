/** What stands under the tiles: which keys there are, and the sheets that buttons open. */
import { mayAct } from '../../kit/session.ts';
import { DEED_LEGEND } from './deeds.ts';

export type SheetName = 'queue' | 'audit' | 'codes';

export const SHEET_KEYS: Readonly<Record<string, SheetName>> = { Q: 'queue', A: 'audit', C: 'codes' };

interface FootProps {
  /** What was typed, or a code that nobody knows. */
  readonly said: string;
  readonly waiting: string;
  readonly onOpen: (name: SheetName) => void;
}

export function Foot({ said, waiting, onOpen }: FootProps) {
  return (
    <section class="board-foot" aria-label="Keys">
      <p class="legend" role="status">
        {said === '' ? <Legend /> : <b>{said}</b>}
      </p>
      <p class="foot-buttons">
        <button type="button" onClick={() => onOpen('queue')}>
          <kbd>Q</kbd> Queue{waiting === '' ? null : <span class="queue-count">{waiting}</span>}
        </button>
        <button type="button" onClick={() => onOpen('audit')}>
          <kbd>A</kbd> Audit
        </button>
        <button type="button" onClick={() => onOpen('codes')}>
          <kbd>C</kbd> Codes
        </button>
      </p>
    </section>
  );
}

function Legend() {
  if (!mayAct.value)
    return (
      <span>
        Looking only. To act, run <code>npx pitlane board</code> on the node and open its link.
      </span>
    );
  return (
    <>
      <span>
        <kbd>1</kbd> a bay, then
      </span>
      {DEED_LEGEND.map(([key, name]) => (
        <span key={key}>
          <kbd>{key}</kbd> {name}
        </span>
      ))}
      <span>or scan</span>
    </>
  );
}
