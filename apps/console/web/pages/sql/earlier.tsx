/** Queries to begin with: examples by trade, and what ran before in this browser. */
import { textFromTime } from '../../kit/figures.ts';
import { EXAMPLES } from './examples.ts';
import type { Remembered } from './query-history.ts';

interface ExamplesProps {
  readonly isOpen: boolean;
  readonly onPick: (sql: string) => void;
}

export const Examples = ({ isOpen, onPick }: ExamplesProps) => (
  <details class="sql-more" open={isOpen}>
    <summary>Examples</summary>
    <div class="sql-examples">
      {EXAMPLES.map(({ role, examples }) => (
        <div key={role}>
          <h2 class="small">{role}</h2>
          <ul>
            {examples.map(({ title, sql }) => (
              <li key={title}>
                <button type="button" class="sql-pick" onClick={() => onPick(sql)}>
                  {title}
                </button>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </div>
  </details>
);

interface HistoryProps {
  readonly history: readonly Remembered[];
  readonly onPick: (sql: string) => void;
  readonly onForget: () => void;
}

export const History = ({ history, onPick, onForget }: HistoryProps) => (
  <details class="sql-more">
    <summary>History{history.length > 0 ? `, ${history.length}` : ''}</summary>
    {history.length === 0 ? (
      <p class="muted">What runs is kept here, in this browser alone.</p>
    ) : (
      <>
        <ol class="sql-history">
          {history.map(({ sql, atMs }) => (
            <li key={sql}>
              <button type="button" class="sql-pick" title={sql} onClick={() => onPick(sql)}>
                <code class="sql-one-line">{sql.replaceAll(/\s+/g, ' ')}</code>
                <span class="small muted">{textFromTime(`${atMs}000000`)}</span>
              </button>
            </li>
          ))}
        </ol>
        <button type="button" onClick={onForget}>
          Forget all
        </button>
      </>
    )}
  </details>
);
