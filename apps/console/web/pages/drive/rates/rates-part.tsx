/** How many messages of each topic came when, over the visible time: a row of bars a topic. */
import { useRef, useState } from 'preact/hooks';
import { counted } from '../../../kit/figures.ts';
import { pathWith } from '../../../kit/node-api.ts';
import { Quiet, Shown } from '../../../kit/quiet.tsx';
import { type Answer, useAnswer } from '../../../kit/use-answer.ts';
import type { PartProps } from '../parts.tsx';
import { spanFrom } from '../span.ts';
import { useSettled } from '../use-settled.ts';
import type { DriveView } from '../view-state.ts';
import type { RatesAnswer } from './bars.ts';
import { expectedRates } from './expected-rates.ts';
import { RateRow } from './rate-row.tsx';
import './rates.css';

const BUCKETS = 240;
const ROWS_SHOWN = 24;

export function RatesPart({ view, topicRows, findings }: PartProps) {
  const answer = useRates(view);
  const expected = expectedRates(topicRows, findings);
  return (
    <Shown answer={answer} what="the message rates">
      {(rates) => <Rows rates={rates} view={view} expected={expected} />}
    </Shown>
  );
}

/** The newest answer there is: bars of another stretch stay, each at its time, until those of the visible one are there. */
function useRates(view: DriveView): Answer<RatesAnswer> {
  const span = useSettled(view.visible.value);
  const path = pathWith(`/v1/drives/${encodeURIComponent(view.driveId)}/rates`, {
    start: span && String(span.startNs),
    end: span && String(span.endNs - 1n),
    topics: view.topics.value.join(','),
    buckets: BUCKETS,
  });
  const answer = useAnswer<RatesAnswer>(span && path, { renewOn: ['done'] });
  const last = useRef<{ driveId: string; value: RatesAnswer } | undefined>(undefined);
  if (answer.value) last.current = { driveId: view.driveId, value: answer.value };
  const kept = last.current?.driveId === view.driveId ? last.current.value : undefined;
  return answer.value || answer.fault ? answer : { ...answer, value: kept };
}

interface RowsProps {
  readonly rates: RatesAnswer;
  readonly view: DriveView;
  readonly expected: ReturnType<typeof expectedRates>;
}

function Rows({ rates, view, expected }: RowsProps) {
  const [isAll, setAll] = useState(false);
  const answered = spanFrom(rates.startTime, rates.endTime);
  const chosen = rates.topics.filter(({ topic }) => view.isChosen(topic));
  if (!answered || rates.bucketNs === null || chosen.length === 0) {
    return (
      <Quiet>
        <p>
          <strong>No message of these topics has been counted yet.</strong> Messages are counted by the chunks that have
          been indexed.
        </p>
      </Quiet>
    );
  }
  const bucketNs = BigInt(rates.bucketNs);
  const shown = isAll ? chosen : chosen.slice(0, ROWS_SHOWN);
  const leftOut = rates.topicsLeftOut ?? 0;
  return (
    <div class="rates">
      <ul>
        {shown.map(({ topic, messages }) => (
          <RateRow
            key={topic}
            topic={topic}
            messages={messages}
            startNs={answered.startNs}
            bucketNs={bucketNs}
            expected={expected.get(topic)}
            view={view}
          />
        ))}
      </ul>
      <p class="rates-note muted small">
        <Key /> From the counts of chunks: within a chunk messages are taken to come evenly.
        {leftOut > 0 ? ` ${counted(leftOut, 'topic')} with fewer messages not shown: choose topics to see them.` : ''}
      </p>
      {chosen.length > ROWS_SHOWN ? (
        <button type="button" onClick={() => setAll(!isAll)}>
          {isAll ? `Show ${ROWS_SHOWN} topics` : `Show all ${chosen.length} topics`}
        </button>
      ) : null}
    </div>
  );
}

const Key = () => (
  <>
    <svg class="rates-sample" viewBox="0 0 24 12" aria-hidden="true">
      <line class="rate-line profile" x1="0" y1="6" x2="24" y2="6" />
    </svg>
    expected by the profile,{' '}
    <svg class="rates-sample" viewBox="0 0 24 12" aria-hidden="true">
      <line class="rate-line mean" x1="0" y1="6" x2="24" y2="6" />
    </svg>
    mean of the drive,{' '}
    <svg class="rates-sample" viewBox="0 0 24 12" aria-hidden="true">
      <path class="rate-silence" d="M0 12V8H24V12z" />
    </svg>
    silent.
  </>
);
