/** Who asked for what, when, and what came of it: the newest first, as the node keeps it. */
import type { ActionAnswer } from './board-answers.ts';
import { faceFrom, msFrom, utcFaceFrom } from './clock-face.ts';
import { sentenceFrom } from './said.ts';
import { Sheet } from './sheet.tsx';

const WORDS: Readonly<Record<string, string>> = {
  waiting: '… Waiting',
  done: '✓ Done',
  undone: '↺ Undone',
  failed: '▲ Failed',
};

interface AuditSheetProps {
  readonly actions: readonly ActionAnswer[];
  readonly nowMs: number;
  readonly onClose: () => void;
}

export function AuditSheet({ actions, nowMs, onClose }: AuditSheetProps) {
  return (
    <Sheet title="What people asked for" name="audit-sheet" onClose={onClose}>
      {actions.length === 0 ? <p class="quiet">Nobody asked for anything yet.</p> : null}
      <ol class="audit" aria-label="Actions, the newest first">
        {actions.map((action) => (
          <li key={action.actionId}>
            <AskedAt askedAt={action.askedAt} nowMs={nowMs} />
            <span class="audit-what">
              {sentenceFrom(action.text)}
              {action.error ? <span class="bad">{action.error}</span> : null}
              <small class="muted">{action.author ? `asked by ${action.author}` : 'nobody gave a name'}</small>
            </span>
            <b class={`audit-state ${action.state}`}>{WORDS[action.state] ?? action.state}</b>
          </li>
        ))}
      </ol>
    </Sheet>
  );
}

function AskedAt({ askedAt, nowMs }: { readonly askedAt: string; readonly nowMs: number }) {
  const atMs = msFrom(askedAt);
  if (atMs === undefined) return <span>–</span>;
  return (
    <span class="audit-when">
      <b>{faceFrom(atMs, nowMs)}</b>
      <small class="muted">{utcFaceFrom(atMs)}</small>
    </span>
  );
}
