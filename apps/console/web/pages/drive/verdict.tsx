/** Is the drive complete? The verdict on it, what was found, and what happened on the way. */
import { counted, NONE, nsFrom } from '../../kit/figures.ts';
import { Quiet } from '../../kit/quiet.tsx';
import { lookAt } from './look-at.ts';
import type { EventRow, FindingRow, VerdictRow } from './rows.ts';
import { clockOf } from './timeline/ticks.ts';
import type { Rows } from './use-rows.ts';
import type { DriveView } from './view-state.ts';

const SHOWN = 12;

interface VerdictProps {
  readonly view: DriveView;
  readonly verdicts: Rows<VerdictRow>;
  readonly findings: Rows<FindingRow>;
}

export function Verdict({ view, verdicts, findings }: VerdictProps) {
  const [verdict] = verdicts.rows;
  const hasFindings = findings.rows.length > 0;
  return (
    <section class="card" aria-labelledby="verdict-title">
      <h2 id="verdict-title">Is it complete?</h2>
      {verdicts.fault ? (
        <Quiet isBad>
          <p>
            <strong>Could not read the verdict.</strong> {verdicts.fault.message}
          </p>
        </Quiet>
      ) : null}
      {verdict ? (
        <p class={hasFindings ? 'warn' : 'good'}>
          <strong>
            {hasFindings ? '▲' : '✓'} {verdict.summary}
          </strong>
        </p>
      ) : verdicts.isWaiting ? (
        <Quiet>Reading the verdict…</Quiet>
      ) : verdicts.fault ? null : (
        <Quiet>It has not been judged.</Quiet>
      )}
      {verdict ? (
        <p class="muted">
          Judged from {verdict.judgedFrom === 'messages' ? 'every message' : 'what the indexes say'},{' '}
          {verdict.vehicleType === null ? 'without a profile' : `by the profile of ${verdict.vehicleType}`}.
        </p>
      ) : null}
      <Moments
        view={view}
        moments={findings.rows.map((row) => ({
          ...row,
          word: row.kind,
          key: String(row.ordinal),
          isBad: row.severity === 'error',
        }))}
      />
      {verdict?.notes && verdict.notes.length > 0 ? (
        <ul class="notes muted">
          {verdict.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}

export function Events({ view, events }: { readonly view: DriveView; readonly events: Rows<EventRow> }) {
  const { rows, isWaiting, fault } = events;
  return (
    <section class="card" aria-labelledby="events-title">
      <h2 id="events-title">Events</h2>
      {fault ? (
        <Quiet isBad>
          <p>
            <strong>Could not read the events.</strong> {fault.message}
          </p>
        </Quiet>
      ) : null}
      {rows.length === 0 && !fault ? (
        <Quiet>
          {isWaiting ? (
            'Reading the events…'
          ) : (
            <p>
              None. <code>npx pitlane event add</code> marks one.
            </p>
          )}
        </Quiet>
      ) : null}
      <Moments
        view={view}
        moments={rows.map((row) => ({
          ...row,
          word: row.kind,
          key: row.eventId,
          text: [row.note, row.author === null ? null : `by ${row.author}`].filter((part) => part !== null).join(', '),
          isBad: false,
        }))}
      />
    </section>
  );
}

interface Moment {
  readonly key: string;
  readonly startTime: string | null;
  readonly endTime: string | null;
  readonly word: string;
  readonly text: string;
  readonly isBad: boolean;
}

/** A line each; its time leads to the timeline. */
function Moments({ view, moments }: { readonly view: DriveView; readonly moments: readonly Moment[] }) {
  return (
    <ul class="moments">
      {moments.slice(0, SHOWN).map(({ key, startTime, endTime, word, text, isBad }) => {
        const start = nsFrom(startTime);
        return (
          <li key={key}>
            {start === undefined ? (
              <span class="muted">{NONE}</span>
            ) : (
              <button type="button" class="time-button" onClick={() => lookAt(view, start, nsFrom(endTime) ?? start)}>
                {clockOf(start, 0)}
              </button>
            )}
            <span>
              <b class={isBad ? 'bad' : ''}>
                {isBad ? '▲ ' : ''}
                {word}
              </b>{' '}
              {text}
            </span>
          </li>
        );
      })}
      {moments.length > SHOWN ? (
        <li class="muted">
          and {counted(moments.length - SHOWN, 'further one', 'further ones')}: all are on the timeline
        </li>
      ) : null}
    </ul>
  );
}
