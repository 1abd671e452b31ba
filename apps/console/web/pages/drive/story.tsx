/** The drive's whole story in plain sentences, oldest first. */
import { textFromTime } from '../../kit/figures.ts';
import { Quiet, Shown } from '../../kit/quiet.tsx';
import { useAnswer } from '../../kit/use-answer.ts';

interface Sentence {
  readonly time: string | null;
  readonly kind: string;
  readonly text: string;
}

const TROUBLE = new Set(['lost', 'quarantined', 'pulled-early', 'failed']);

export function Story({ driveId }: { readonly driveId: string }) {
  const answer = useAnswer<{ readonly sentences: readonly Sentence[] }>(
    `/v1/drives/${encodeURIComponent(driveId)}/story`,
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
              {sentences.map(({ time, kind, text }) => (
                <li key={`${time} ${kind} ${text}`} class={TROUBLE.has(kind) ? 'story-trouble' : ''}>
                  <time class="muted">{time === null ? '' : textFromTime(time).slice(0, 16)}</time>
                  <span>{text}</span>
                </li>
              ))}
            </ol>
          )
        }
      </Shown>
    </section>
  );
}
