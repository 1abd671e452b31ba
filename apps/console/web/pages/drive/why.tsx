/** Why something is where it is: line by line from the disk to the row, as `pitlane why` tells it. */
import { Shown } from '../../kit/quiet.tsx';
import { useAnswer } from '../../kit/use-answer.ts';
import { CopyText } from './copy-text.tsx';
import { Sheet } from './sheet.tsx';
import { shellText } from '../../kit/quoting.ts';
import type { DriveView } from './view-state.ts';

interface WhyButtonProps {
  readonly view: DriveView;
  /** A drive, a recording, a topic or a chunk. */
  readonly id: string;
  readonly children?: string;
}

export const WhyButton = ({ view, id, children = 'Why?' }: WhyButtonProps) => (
  <button type="button" onClick={() => (view.why.value = id)}>
    {children}
  </button>
);

export function WhySheet({ view }: { readonly view: DriveView }) {
  const id = view.why.value;
  return id === undefined ? null : <Why key={id} id={id} onClose={() => (view.why.value = undefined)} />;
}

function Why({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const answer = useAnswer<{ readonly lines: readonly string[] }>(`/v1/why/${encodeURIComponent(id)}`);
  return (
    <Sheet title="Why is it where it is?" onClose={onClose}>
      <p class="id">{id}</p>
      <Shown answer={answer} what="its way">
        {({ lines }) => (
          <ol class="why-lines">
            {lines.map((line, at) => (
              // Lines have no name of their own, and never move.
              <li key={at} class={/MISSING|^lost|quarantined/.test(line) ? 'bad' : ''}>
                {line}
              </li>
            ))}
          </ol>
        )}
      </Shown>
      <CopyText label="The same on the command line" text={`npx pitlane why ${shellText(id)}`} />
    </Sheet>
  );
}
