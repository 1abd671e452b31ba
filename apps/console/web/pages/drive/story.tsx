/** The drive's whole story in plain sentences: what happened on it by the car's own clock, then what was done with it. */
import { nsFrom, textFromTime } from '../../kit/figures.ts';
import { Quiet, Shown } from '../../kit/quiet.tsx';
import { useAnswer } from '../../kit/use-answer.ts';
import { lookAt } from './look-at.ts';
import type { DriveView } from './view-state.ts';

interface Sentence {
  readonly time: string | null;
  readonly kind: string;
  readonly text: string;
  /** Where on the drive it is, in log time. */
  readonly startTime?: string | null;
  readonly endTime?: string | null;
}

const TROUBLE = new Set(['lost', 'gap', 'quarantined', 'pulled-early']);

export function Story({ view }: { readonly view: DriveView }) {
  const answer = useAnswer<{ readonly sentences: readonly Sentence[] }>(
    `/v1/drives/${encodeURIComponent(view.driveId)}/story`,
    { renewOn: ['drive', 'done', 'verdict', 'failed'] },
  );
  return (
    <section class="card" aria-labelledby="story-title">
      <h2 id="story-title">What happened</h2>
      <Shown answer={answer} what="the story">
        {({ sentences }) =>
          sentences.length === 0 ? (
            <Quiet>Nothing is told of this drive yet.</Quiet>
          ) : (
            <ol class="story">
              {sentences.map((sentence, at) => (
                // The same thing may be told twice of one moment.
                <li key={at} class={TROUBLE.has(sentence.kind) ? 'story-trouble' : ''}>
                  <When view={view} sentence={sentence} />
                  <span>{sentence.text}</span>
                </li>
              ))}
            </ol>
          )
        }
      </Shown>
    </section>
  );
}

/** What happened on the drive leads there. */
function When({ view, sentence }: { readonly view: DriveView; readonly sentence: Sentence }) {
  const { time, kind, startTime, endTime } = sentence;
  const start = nsFrom(startTime);
  const text = time === null ? '' : textFromTime(time).slice(0, 19);
  if (start === undefined || kind === 'recorded') return <span class="muted">{text}</span>;
  return (
    <span>
      <button type="button" class="time-button" onClick={() => lookAt(view, start, nsFrom(endTime) ?? start)}>
        {text}
      </button>
    </span>
  );
}
