/** What stands over the tiles: how many need a person, the garage's gauges, and the time. */
import { textFromAge } from '../../kit/figures.ts';
import { linkWord, silenceMs } from '../../kit/live.ts';
import type { BacklogAnswer, SpoolAnswer } from './board-answers.ts';
import { secondsFaceFrom, utcFaceFrom } from './clock-face.ts';
import { backlogGauge, type Gauge, linkGauge, spoolGauge } from './gauges.ts';

interface StripProps {
  readonly summary: string;
  readonly fault: Error | undefined;
  readonly spool: SpoolAnswer | undefined;
  readonly backlog: BacklogAnswer | undefined;
  readonly nowMs: number;
}

export function Strip({ summary, fault, spool, backlog, nowMs }: StripProps) {
  return (
    <section class="strip" aria-label="The garage">
      <Title summary={summary} fault={fault} />
      <GaugeView name="Spool" gauge={spoolGauge(spool)} />
      <GaugeView name="Link" gauge={linkGauge(backlog, nowMs)} />
      <GaugeView name="Backlog" gauge={backlogGauge(backlog, nowMs)} />
      <p class="wall-clock">
        <b>{secondsFaceFrom(nowMs)}</b>
        <small>{utcFaceFrom(nowMs)}</small>
      </p>
    </section>
  );
}

/** What is not known now stands in the place of what was. */
function Title({ summary, fault }: Pick<StripProps, 'summary' | 'fault'>) {
  const silence = silenceMs.value;
  const isAway = linkWord.value === 'away';
  const word = isAway
    ? silence === undefined
      ? 'The node does not answer.'
      : `Last update ${textFromAge(silence)} ago: this may have changed.`
    : fault
      ? `Could not ask the node: ${fault.message}`
      : summary;
  return (
    <div class={`strip-title ${isAway || fault ? 'bad' : ''}`}>
      <h1>Board</h1>
      <p>{word}</p>
    </div>
  );
}

function GaugeView({ name, gauge: { value, note, share, tone } }: { readonly name: string; readonly gauge: Gauge }) {
  return (
    <div class={`gauge ${tone}`}>
      <p class="gauge-name">{name}</p>
      <p class="gauge-value">
        {tone === 'bad' ? '▲ ' : ''}
        {value}
      </p>
      <svg class="gauge-bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
        {share === null ? null : <rect class="track" width="100" height="1" />}
        {share === null ? null : <rect width={100 * share} height="1" />}
      </svg>
      <p class="gauge-note">{note}</p>
    </div>
  );
}
