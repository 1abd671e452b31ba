/** The topics of a vehicle's drives: runs as they are, gaps as they are, and what is pressed says what it is and why. */
import { useEffect, useState } from 'preact/hooks';
import { textFromSpan, textFromTime } from '../../kit/figures.ts';
import { get, pathWith } from '../../kit/node-api.ts';
import { Quiet } from '../../kit/quiet.tsx';
import type { Drive } from './drive-rows.ts';
import { driveHref } from './drive-table.tsx';
import { type CoverageRun, laneKey, type Piece, piecesFrom, type VehicleLane } from './lanes.ts';

/** Of one drive; its page has them all. */
const RUNS_MAX = 2_000;
const TOPICS_SHOWN = 60;
/** What went wrong, in words, for those who press nothing. */
const FAULTS_SHOWN = 12;

interface Coverage {
  readonly runs: readonly CoverageRun[];
  readonly areMissing: boolean;
  readonly isWhole: boolean;
  readonly fault?: Error;
}

export function TopicLanes({ lane }: { readonly lane: VehicleLane }) {
  const coverage = useCoverage(lane);
  const [pressed, press] = useState<Piece | undefined>();
  const { runs, isWhole, areMissing, fault } = coverage;
  if (runs.length === 0 && fault) return <Quiet isBad>Could not read the coverage. {fault.message}</Quiet>;
  if (runs.length === 0)
    return <Quiet>{isWhole ? 'No topic of these drives is known yet.' : 'Reading the coverage…'}</Quiet>;
  const lanes = [...piecesFrom(lane.blocks, runs)];
  const faults = lanes.flatMap(([, pieces]) => pieces.filter(({ look }) => look === 'lost'));
  return (
    <div class="overview-topics">
      <ul>
        {lanes.slice(0, TOPICS_SHOWN).map(([topic, pieces]) => (
          <li key={topic} class="overview-row">
            <span class="overview-topic small" title={topic}>
              {topic}
            </span>
            <div class="overview-strip">
              {pieces.map((piece) => (
                <button
                  key={`${piece.drive.driveId} ${piece.startNs} ${piece.look}`}
                  type="button"
                  tabIndex={-1}
                  class={`overview-piece look-${piece.look} ${piece === pressed ? 'pressed' : ''}`}
                  style={{ left: `${piece.left * 100}%`, width: `${piece.width * 100}%` }}
                  aria-label={sentenceOf(piece)}
                  onClick={() => press(piece)}
                />
              ))}
            </div>
          </li>
        ))}
      </ul>
      <p class="overview-text small" aria-live="polite">
        {pressed ? (
          <>
            {sentenceOf(pressed)}. <a href={pieceHref(pressed)}>Open there</a>
          </>
        ) : (
          <span class="muted">Press a piece of a lane to read what it is.</span>
        )}
      </p>
      {faults.length > 0 ? (
        <ul class="overview-faults small">
          {faults.slice(0, FAULTS_SHOWN).map((piece) => (
            <li key={`${piece.topic} ${piece.startNs}`}>
              <a href={pieceHref(piece)}>{sentenceOf(piece)}</a>
            </li>
          ))}
          {faults.length > FAULTS_SHOWN ? <li>and {faults.length - FAULTS_SHOWN} more losses</li> : null}
        </ul>
      ) : null}
      {lanes.length > TOPICS_SHOWN || areMissing ? (
        <p class="small muted">Not all of it is shown here: a drive's page has all of its topics and runs.</p>
      ) : null}
      {fault ? <p class="small loss">Some drives could not be read: {fault.message}</p> : null}
    </div>
  );
}

/** All drives at once; the browser asks for some of them at a time. */
function useCoverage({ blocks }: VehicleLane): Coverage {
  const [coverage, setCoverage] = useState<Coverage>({ runs: [], areMissing: false, isWhole: false });
  const wanted = blocks.map((block) => `${laneKey(block)} ${block.drive.state}`).join('\n');
  useEffect(() => {
    const stop = new AbortController();
    void Promise.all(blocks.map(({ drive }) => runsOf(drive, stop.signal))).then((pages) => {
      if (stop.signal.aborted) return;
      const read = pages.filter((page): page is RunPage => !(page instanceof Error));
      const fault = pages.find((page) => page instanceof Error);
      setCoverage({
        runs: read.flatMap((page) => page.coverage),
        areMissing: read.some(({ next }) => next !== null),
        isWhole: true,
        ...(fault && { fault }),
      });
    });
    return () => stop.abort();
    // What of the drives counts is in `wanted`.
  }, [wanted]);
  return coverage;
}

interface RunPage {
  readonly coverage: readonly CoverageRun[];
  readonly next: string | null;
}

const runsOf = ({ driveId, tenant }: Drive, signal: AbortSignal): Promise<RunPage | Error> =>
  get<RunPage>(pathWith('/v1/coverage', { drive: driveId, tenant, limit: RUNS_MAX }), signal).catch(
    (fault: Error) => fault,
  );

function sentenceOf({ topic, state, reason, startNs, endNs }: Piece): string {
  const [start, end] = [String(startNs), String(endNs)];
  const what = state === 'missing' ? 'silent, although its drive went on' : `${state}${reason ? ` (${reason})` : ''}`;
  return `${topic}: ${what}, from ${textFromTime(start)} for ${textFromSpan(start, end)}`;
}

function pieceHref({ drive, topic, startNs, endNs }: Piece): string {
  const href = driveHref(drive);
  const place = new URLSearchParams({ start: String(startNs), end: String(endNs), topics: topic }).toString();
  return `${href}${href.includes('?') ? '&' : '?'}${place}`;
}
