/** The bars of one topic, the rate that is expected as a line, where it was silent, and all of it in words. */
import { counted, textFromSeconds } from '../../../kit/figures.ts';
import { MomentLine, momentHandlers, partOf } from '../moment.tsx';
import type { DriveView } from '../view-state.ts';
import { barsPath, HEADROOM, rateText, silencesOf } from './bars.ts';
import type { ExpectedRate } from './expected-rates.ts';

interface RowProps {
  readonly topic: string;
  readonly messages: readonly number[];
  readonly startNs: bigint;
  readonly bucketNs: bigint;
  readonly expected: ExpectedRate | undefined;
  readonly view: DriveView;
}

export function RateRow(row: RowProps) {
  const { topic, messages, startNs, bucketNs, expected, view } = row;
  const visible = view.visible.value;
  if (!visible) return null;
  const bucketS = Number(bucketNs) / 1e9;
  const usual = (expected?.hz ?? 0) * bucketS;
  const top = Math.max(usual, ...messages) * HEADROOM || 1;
  const silences = silencesOf(messages, usual);
  const left = partOf(visible, startNs);
  const right = partOf(visible, startNs + bucketNs * BigInt(messages.length));
  return (
    <li class="rate-row">
      <span class="row-name" title={topic}>
        {topic}
      </span>
      <div class="row-plot" {...momentHandlers(view)}>
        <svg
          class="rate-bars"
          viewBox={`0 0 ${messages.length} 1`}
          preserveAspectRatio="none"
          style={{ left: `${left * 100}%`, width: `${(right - left) * 100}%` }}
          role="img"
          aria-label={inWords(row, silences, bucketS)}
        >
          <path class="rate-bar" d={barsPath(messages, top)} />
          {silences.map(([from, to]) => (
            <path key={from} class="rate-silence" d={`M${from} 1V0.8H${to}V1z`} />
          ))}
          {expected ? (
            <line
              class={`rate-line ${expected.by}`}
              x1="0"
              x2={messages.length}
              y1={1 - usual / top}
              y2={1 - usual / top}
            />
          ) : null}
        </svg>
        <MomentLine view={view} />
      </div>
      <Figure
        row={row}
        bucketS={bucketS}
        silentS={silences.reduce((sum, [from, to]) => sum + to - from, 0) * bucketS}
      />
    </li>
  );
}

/** At the moment, else over all that is shown. */
function Figure({
  row,
  bucketS,
  silentS,
}: {
  readonly row: RowProps;
  readonly bucketS: number;
  readonly silentS: number;
}) {
  const { view, startNs, bucketNs, messages, expected } = row;
  const cursorNs = view.cursorNs.value;
  const at = cursorNs === undefined || cursorNs < startNs ? -1 : Number((cursorNs - startNs) / bucketNs);
  const now = messages[at];
  const hz = now === undefined ? meanOf(messages) / bucketS : now / bucketS;
  return (
    <span class="rate-figure">
      <b>{rateText(hz)}</b>
      {expected?.by === 'profile' ? <span class="muted"> of {rateText(expected.hz)}</span> : null}
      {silentS > 0 ? <span class="rate-silent">silent {textFromSeconds(silentS)}</span> : null}
    </span>
  );
}

const meanOf = (messages: readonly number[]): number =>
  messages.reduce((sum, count) => sum + count, 0) / Math.max(1, messages.length);

function inWords(
  { topic, messages, expected }: RowProps,
  silences: readonly (readonly [number, number])[],
  bucketS: number,
): string {
  const rates = `${rateText(meanOf(messages) / bucketS)} on the whole, ${rateText(Math.max(0, ...messages) / bucketS)} at most`;
  const wanted = expected?.by === 'profile' ? `, ${rateText(expected.hz)} expected` : '';
  const silence = silences.length > 0 ? `; ${counted(silences.length, 'silence')}` : '';
  return `${topic}: ${rates}${wanted}${silence}`;
}
