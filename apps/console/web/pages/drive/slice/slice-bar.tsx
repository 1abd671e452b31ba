/** What is selected, how much that is, and every way to take it along. */
import { useMemo, useRef, useState } from 'preact/hooks';
import { counted, textFromTime } from '../../../kit/figures.ts';
import { pathWith } from '../../../kit/node-api.ts';
import { useAnswer } from '../../../kit/use-answer.ts';
import { CopyText } from '../copy-text.tsx';
import { lengthText, momentText } from '../timeline/ticks.ts';
import { useSettled } from '../use-settled.ts';
import type { DriveView } from '../view-state.ts';
import { type Estimate, estimateText, missingTexts } from './estimate.ts';
import { SliceLinks } from './slice-links.tsx';
import {
  chunksSql,
  datasetCommands,
  exportCommand,
  fileNameOf,
  pythonProgram,
  replayCommand,
  type Slice,
  sliceQuery,
} from './slice-texts.ts';
import './slice.css';

interface SliceBarProps {
  readonly view: DriveView;
  readonly tenant: string;
  /** Topics of the drive by name. */
  readonly topics: readonly string[];
}

export function SliceBar({ view, tenant, topics }: SliceBarProps) {
  const [span, globs] = [view.selection.value, view.topics.value];
  const slice: Slice = useMemo(() => {
    const meant = topics.filter((topic) => view.isChosen(topic));
    return { driveId: view.driveId, tenant, span, globs, topics: meant };
  }, [view, tenant, topics, span, globs]);
  const settled = useSettled(slice);
  const estimate = useAnswer<Estimate>(pathWith('/v1/slice/estimate', sliceQuery(settled)));
  const isOld = settled !== slice || estimate.isWaiting;
  // What was reckoned before stays, dimmed, until the new figure is there.
  const newest = useRef<Estimate | undefined>(undefined);
  newest.current = estimate.value ?? newest.current;
  return (
    <section class="slice" aria-labelledby="slice-title">
      <div class="slice-head">
        <div>
          <h2 id="slice-title">{span ? 'Selection' : 'The whole drive'}</h2>
          <p class="muted">
            {selectionText(slice, topics.length)}
            {span ? '' : ' Drag across the timeline for a part of it.'}
          </p>
        </div>
        <p class={`slice-amount ${isOld ? 'slice-old' : ''}`} role="status">
          {estimate.fault
            ? `How much that is could not be read: ${estimate.fault.message}`
            : amountText(newest.current)}
        </p>
        <p class="slice-actions">
          <a class="button primary" href={pathWith('/v1/slice', sliceQuery(slice))} download={fileNameOf(slice)}>
            Download MCAP
          </a>
          <button type="button" disabled={!span} onClick={() => span && view.show(span)}>
            Show it
          </button>
          <button type="button" disabled={!span} onClick={() => (view.selection.value = undefined)}>
            Select nothing
          </button>
        </p>
      </div>
      {estimate.value ? <Missing estimate={estimate.value} /> : null}
      <TakeAlong slice={slice} settled={settled} />
    </section>
  );
}

const amountText = (estimate: Estimate | undefined): string => (estimate ? estimateText(estimate) : 'Reckoning…');

function selectionText({ span, topics, globs }: Slice, all: number): string {
  const ofTopics =
    globs.length === 0 ? `All ${counted(all, 'topic')}.` : `${topics.length} of ${counted(all, 'topic')}.`;
  if (!span) return ofTopics;
  const length = span.endNs - span.startNs;
  const day = textFromTime(String(span.startNs)).slice(0, 10);
  return `${day} ${momentText(span.startNs, length)} to ${momentText(span.endNs, length)}, ${lengthText(length)} of log. ${ofTopics}`;
}

function Missing({ estimate }: { readonly estimate: Estimate }) {
  const texts = missingTexts(estimate);
  if (texts.length === 0) return null;
  return (
    <div class="slice-missing">
      <p>
        <strong>Not all of it is there:</strong>
      </p>
      <ul>
        {texts.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </div>
  );
}

const WAYS = [
  { name: 'CLI', label: 'The same slice as a file', text: exportCommand },
  { name: 'SQL', label: 'The chunks that hold it', text: chunksSql },
  {
    name: 'Python',
    label: 'The same slice in a program',
    text: (slice: Slice) => pythonProgram(slice, location.origin),
  },
  { name: 'Links', label: '', text: undefined },
  { name: 'Dataset', label: 'A frozen dataset of it; the plan is yours to change', text: datasetCommands },
  { name: 'Replay', label: 'In order and at its own pace, for a viewer', text: replayCommand },
] as const;

/** Tabs, by the arrow keys too. */
function TakeAlong({ slice, settled }: { readonly slice: Slice; readonly settled: Slice }) {
  const [chosen, setChosen] = useState<(typeof WAYS)[number]>(WAYS[0]);
  const onKeyDown = ({ key, currentTarget }: KeyboardEvent) => {
    const by = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
    const next = WAYS[(WAYS.indexOf(chosen) + by + WAYS.length) % WAYS.length];
    if (by === 0 || !next) return;
    setChosen(next);
    (currentTarget as HTMLElement).querySelector<HTMLElement>(`#take-${next.name}`)?.focus();
  };
  return (
    <div class="take">
      <div class="take-tabs" role="tablist" aria-label="Take it along as" onKeyDown={onKeyDown}>
        {WAYS.map((way) => (
          <button
            key={way.name}
            id={`take-${way.name}`}
            type="button"
            role="tab"
            aria-selected={way === chosen}
            aria-controls="take-panel"
            tabIndex={way === chosen ? 0 : -1}
            onClick={() => setChosen(way)}
          >
            {way.name}
          </button>
        ))}
      </div>
      <div id="take-panel" class="take-panel" role="tabpanel" aria-labelledby={`take-${chosen.name}`}>
        {chosen.text ? <CopyText label={chosen.label} text={chosen.text(slice)} /> : <SliceLinks slice={settled} />}
      </div>
    </div>
  );
}
