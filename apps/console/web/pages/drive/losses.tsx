/** The repair diary: what of the recordings could not be read, and where its bytes are kept; and what is known of their clocks. */
import { counted, textFromBytes, textFromCount } from '../../kit/figures.ts';
import { Quiet } from '../../kit/quiet.tsx';
import type { ClockRow, CorrectionRow, LossRow } from './rows.ts';
import type { Rows } from './use-rows.ts';
import type { DriveView } from './view-state.ts';
import { WhyButton } from './why.tsx';

const SHOWN = 50;

export function Losses({ view, losses }: { readonly view: DriveView; readonly losses: Rows<LossRow> }) {
  const { rows, isWaiting, fault } = losses;
  const bytes = rows.reduce((sum, row) => sum + row.bytes, 0);
  return (
    <section class="card" aria-labelledby="losses-title">
      <h2 id="losses-title">Losses and repairs</h2>
      {fault ? (
        <Quiet isBad>
          <p>
            <strong>Could not read the diary.</strong> {fault.message}
          </p>
        </Quiet>
      ) : rows.length === 0 ? (
        <p class={isWaiting ? 'muted' : 'good'}>{isWaiting ? 'Reading the diary…' : '✓ Every byte could be read.'}</p>
      ) : (
        <p class="bad">
          <strong>
            ▲ {counted(rows.length, 'stretch', 'stretches')}, {textFromBytes(bytes)}
          </strong>{' '}
          could not be read; what there is of their bytes is kept as it stands.
        </p>
      )}
      <ul class="diary">
        {rows.slice(0, SHOWN).map((row) => (
          <li key={`${row.recordingId} ${row.byteOffset} ${row.reason}`}>
            <p>
              <b>{row.reason}</b> {row.text}
            </p>
            <p class="muted">
              {row.path}, byte {textFromCount(row.byteOffset)}, {textFromBytes(row.bytes)}
              {row.topics && row.topics.length > 0 ? `, of ${topicsText(row.topics)}` : ''}
            </p>
            <p class="diary-actions">
              {row.keptIn === null ? null : (
                <button type="button" onClick={() => (view.chunkId.value = row.keptIn ?? undefined)}>
                  Its bytes are kept
                </button>
              )}
              <WhyButton view={view} id={row.recordingId} />
            </p>
          </li>
        ))}
      </ul>
      {rows.length > SHOWN ? (
        <p class="muted">
          The first {SHOWN} of {textFromCount(rows.length)}; <code>npx pitlane sql</code> has all in the view losses.
        </p>
      ) : null}
    </section>
  );
}

function topicsText(topics: readonly string[]): string {
  const [first = '', second] = topics;
  if (topics.length > 2) return `${first} and ${topics.length - 1} others`;
  return second === undefined ? first : `${first} and ${second}`;
}

interface ClocksProps {
  readonly view: DriveView;
  readonly clocks: Rows<ClockRow>;
  readonly corrections: Rows<CorrectionRow>;
}

export function Clocks({ view, clocks, corrections }: ClocksProps) {
  const { rows, isWaiting, fault } = clocks;
  return (
    <section class="card" aria-labelledby="clocks-title">
      <h2 id="clocks-title">Clocks and corrections</h2>
      {fault ? (
        <Quiet isBad>
          <p>
            <strong>Could not read what is known of its clocks.</strong> {fault.message}
          </p>
        </Quiet>
      ) : rows.length === 0 ? (
        <p class="muted">{isWaiting ? 'Reading…' : 'Nothing is known of its clocks: times are taken as they stand.'}</p>
      ) : null}
      <ul class="diary">
        {rows.slice(0, SHOWN).map((row) => (
          <li key={`${row.recordingId} ${row.segment}`}>
            <p>
              <b class={row.applied ? 'warn' : ''}>
                {row.applied ? '▲ ' : ''}
                {row.topic ?? (row.segment === 0 ? 'Recording' : `Segment ${row.segment + 1}`)}
              </b>{' '}
              {row.text} <span class="muted">({row.quality})</span>
            </p>
            <p class="diary-actions">
              <WhyButton view={view} id={row.recordingId} />
            </p>
          </li>
        ))}
        {corrections.rows.map((row) => (
          <li key={row.correctionId}>
            <p>
              <b>Corrected</b>{' '}
              {row.correctedVehicleId === null ? 'its labels' : `${row.recordedVehicleId} to ${row.correctedVehicleId}`}
              : {row.reason}
              {row.author === null ? '' : ` (${row.author})`}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
