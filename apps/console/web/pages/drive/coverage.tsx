/** The coverage of a drive: the timeline with what is around it: topics to find, zoom, legend, what was clicked, the table. */
import { useMemo, useState } from 'preact/hooks';
import { counted, textFromCount } from '../../kit/figures.ts';
import { Quiet } from '../../kit/quiet.tsx';
import { foundTopics, globsFor } from './find-topics.ts';
import type { CoverageRow, EventRow, FindingRow, GapRow, LossRow } from './rows.ts';
import { KEYS } from './timeline/keys.ts';
import { lanesFrom } from './timeline/lanes.ts';
import { Legend } from './timeline/legend.tsx';
import { happeningsFrom } from './timeline/marks.ts';
import { type Picked, PickedRun } from './timeline/picked.tsx';
import { RunTable } from './timeline/run-table.tsx';
import { Timeline } from './timeline/timeline.tsx';
import { zoomed } from './timeline/time-scale.ts';
import type { Rows } from './use-rows.ts';
import type { DriveView } from './view-state.ts';

interface CoverageProps {
  readonly view: DriveView;
  readonly topics: readonly string[];
  readonly coverage: Rows<CoverageRow>;
  readonly gaps: readonly GapRow[];
  readonly events: readonly EventRow[];
  readonly findings: readonly FindingRow[];
  readonly losses: readonly LossRow[];
}

export function Coverage({ view, topics, coverage, gaps, events, findings, losses }: CoverageProps) {
  const [picked, setPicked] = useState<Picked>();
  const drive = view.drive.value;
  const originNs = drive?.startNs ?? 0n;
  const lanes = useMemo(
    () => lanesFrom({ coverage: coverage.rows, gaps, topics }, originNs),
    [coverage.rows, gaps, topics, originNs],
  );
  const happenings = useMemo(() => happeningsFrom(events, findings), [events, findings]);
  const { fault, isWaiting, isWhole, rows, renew } = coverage;
  return (
    <section class="card" aria-labelledby="coverage-title">
      <div class="card-head">
        <h2 id="coverage-title">What there is, topic by topic</h2>
        <FindTopics view={view} topics={topics} />
        <Zoom view={view} />
      </div>
      {fault ? (
        <Quiet isBad>
          <p>
            <strong>Could not read all of the coverage.</strong> {fault.message}
          </p>
          <p>
            <button type="button" onClick={renew}>
              Try again
            </button>
          </p>
        </Quiet>
      ) : null}
      {drive && rows.length > 0 ? (
        <>
          <Timeline view={view} lanes={lanes} happenings={happenings} onPick={setPicked} />
          <Legend />
          <PickedRun view={view} picked={picked} losses={losses} />
          {isWhole || isWaiting ? null : (
            <p class="bad">▲ The first {textFromCount(rows.length)} runs are shown; there are more.</p>
          )}
          {lanes.timeless.length > 0 ? (
            <p class="muted">
              {counted(lanes.timeless.length, 'run')} without a time: {topicsOf(lanes.timeless)}.
            </p>
          ) : null}
          <RunTable view={view} lanes={lanes} />
          <Keys />
        </>
      ) : fault ? null : (
        <div class="timeline-room">
          <Quiet>{isWaiting ? 'Reading the coverage…' : emptyText(rows.length)}</Quiet>
        </div>
      )}
    </section>
  );
}

const emptyText = (rows: number): string =>
  rows === 0
    ? 'Nothing is known of its topics yet: they stand here once the first chunk is cut.'
    : 'None of its messages has a time that could be drawn.';

const topicsOf = (rows: readonly CoverageRow[]): string => {
  const topics = [...new Set(rows.map(({ topic, state }) => `${topic} (${state})`))];
  return topics.length > 5 ? `${topics.slice(0, 5).join(', ')} and ${topics.length - 5} more` : topics.join(', ');
};

function FindTopics({ view, topics }: { readonly view: DriveView; readonly topics: readonly string[] }) {
  const find = view.find.value;
  const found = foundTopics(find, topics);
  const isAll = view.topics.value.length === 0;
  const chosen = isAll ? topics.length : topics.filter((topic) => view.isChosen(topic)).length;
  return (
    <div class="find" role="search">
      <input
        type="search"
        aria-label="Find topics"
        placeholder="Find topics: imu, /lidar/*"
        value={find}
        onInput={({ currentTarget }) => (view.find.value = currentTarget.value)}
      />
      <button
        type="button"
        disabled={find === '' || found.length === 0}
        onClick={() => (view.topics.value = globsFor(found, find))}
      >
        Choose {find === '' ? 'these' : textFromCount(found.length)}
      </button>
      <button type="button" disabled={isAll} onClick={() => (view.topics.value = [])}>
        Choose all
      </button>
      <span class="muted">
        {isAll
          ? `all ${counted(topics.length, 'topic')}`
          : `${textFromCount(chosen)} of ${counted(topics.length, 'topic')}`}
      </span>
    </div>
  );
}

const STEP_IN = 0.5;

function Zoom({ view }: { readonly view: DriveView }) {
  const [drive, visible] = [view.drive.value, view.visible.value];
  const by = (factor: number) => () => {
    if (!drive || !visible) return;
    const at = view.selection.value ?? visible;
    view.show(zoomed(visible, factor, (at.startNs + at.endNs) / 2n, drive));
  };
  return (
    <div class="zoom" role="group" aria-label="Zoom">
      <button type="button" aria-label="Zoom in" disabled={!visible} onClick={by(STEP_IN)}>
        +
      </button>
      <button type="button" aria-label="Zoom out" disabled={!visible || visible === drive} onClick={by(1 / STEP_IN)}>
        −
      </button>
      <button type="button" disabled={!visible || visible === drive} onClick={() => view.show(undefined)}>
        Whole drive
      </button>
    </div>
  );
}

const Keys = () => (
  <details class="keys">
    <summary>Keys and wheel</summary>
    <dl id="timeline-keys">
      {[
        ...KEYS,
        ['Enter', 'tell of the topic’s bar at the selection'] as const,
        ['Ctrl wheel', 'zoom where the pointer is; over the ruler the wheel alone'] as const,
        ['Shift wheel', 'move on in time'] as const,
      ].map(([key, text]) => (
        <div key={key}>
          <dt>
            <kbd>{key}</kbd>
          </dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  </details>
);
