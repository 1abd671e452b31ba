/** The timeline as a table, for whoever hears the page or wants figures: the runs that are in view, some at a time. */
import { useState } from 'preact/hooks';
import { NONE, textFromCount, textFromTime } from '../../../kit/figures.ts';
import { foundTopics } from '../find-topics.ts';
import type { DriveView } from '../view-state.ts';
import { EVERY_TOPIC, type Lanes, type Run, runsIn } from './lanes.ts';
import { clockOf, lengthText } from './ticks.ts';

const ROWS_A_TIME = 100;

export function RunTable({ view, lanes }: { readonly view: DriveView; readonly lanes: Lanes }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details class="run-table" onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
      <summary>The timeline as a table</summary>
      {isOpen ? <Table view={view} lanes={lanes} /> : null}
    </details>
  );
}

function Table({ view, lanes }: { readonly view: DriveView; readonly lanes: Lanes }) {
  const [rows, setRows] = useState(ROWS_A_TIME);
  const visible = view.visible.value;
  const found = new Set(
    foundTopics(
      view.find.value,
      lanes.lanes.map(({ topic }) => topic),
    ),
  );
  const shownLanes = lanes.lanes.filter(({ topic }) => found.has(topic));
  const runs: Run[] = [];
  if (visible) for (const run of runsIn(shownLanes, visible)) if (runs.push(run) > rows) break;
  return (
    <>
      <div class="table-box" tabIndex={0} role="region" aria-label="Runs in view">
        <table>
          <caption class="visually-hidden">Runs of the topics in view, by topic and time</caption>
          <thead>
            <tr>
              {['Topic', 'State', 'From', 'To', 'Length', 'Messages', 'Reason'].map((name) => (
                <th key={name} scope="col" class={name === 'Length' || name === 'Messages' ? 'number' : undefined}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {runs.slice(0, rows).map((run, at) => (
              <tr key={at}>
                <th scope="row">{run.topic === EVERY_TOPIC ? 'all topics' : run.topic}</th>
                <td>{run.look === 'gap' ? 'silent' : run.state}</td>
                <td>{timeText(run.startNs)}</td>
                <td>{timeText(run.endNs)}</td>
                <td class="number">{lengthText(run.endNs - run.startNs)}</td>
                <td class="number">{run.messages === null ? NONE : textFromCount(run.messages)}</td>
                <td>{run.reason ?? ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {runs.length > rows ? (
        <button type="button" onClick={() => setRows(rows + ROWS_A_TIME)}>
          Show {ROWS_A_TIME} more
        </button>
      ) : null}
    </>
  );
}

const timeText = (timeNs: bigint): string => `${textFromTime(String(timeNs)).slice(0, 10)} ${clockOf(timeNs, 3)}`;
