/** What was asked for and can still be undone, with the seconds that are left; then, for a moment, what came of it. */
import { useState } from 'preact/hooks';
import { remove } from '../../kit/node-api.ts';
import { mayAct } from '../../kit/session.ts';
import { secondsLeft, waitingOf } from './action-book.ts';
import type { ActionAnswer } from './board-answers.ts';
import { msFrom } from './clock-face.ts';
import { sentenceFrom } from './said.ts';

const SHOWN_MAX = 3;
const ENDED_SHOWN_MS = 8_000;
const UNDO_MS = 10_000;

interface UndoBarProps {
  readonly actions: readonly ActionAnswer[];
  readonly nowMs: number;
  readonly onUndo: (action: ActionAnswer) => void;
}

export function UndoBar({ actions, nowMs, onUndo }: UndoBarProps) {
  const waiting = waitingOf(actions);
  const ended = actions.filter(({ endedAt }) => isRecent(endedAt, nowMs));
  return (
    <ul class="undo-bar" aria-label="Just asked for">
      {[...waiting, ...ended].slice(0, SHOWN_MAX).map((action, at) =>
        action.state === 'waiting' ? (
          <Waiting key={action.actionId} action={action} nowMs={nowMs} isNewest={at === 0} onUndo={onUndo} />
        ) : (
          <li key={action.actionId} class={`undo ended ${action.state}`}>
            <b>{WORDS[action.state] ?? action.state}</b>
            <span class="undo-text">
              {sentenceFrom(action.error ? `${action.text}: ${action.error}` : action.text)}
            </span>
          </li>
        ),
      )}
    </ul>
  );
}

const WORDS: Readonly<Record<string, string>> = { done: '✓ Done', undone: '↺ Undone', failed: '▲ Failed' };

interface WaitingProps extends Omit<UndoBarProps, 'actions'> {
  readonly action: ActionAnswer;
  readonly isNewest: boolean;
}

function Waiting({ action, nowMs, isNewest, onUndo }: WaitingProps) {
  const left = secondsLeft(action, nowMs);
  const leftMs = Math.max(0, (msFrom(action.dueAt) ?? 0) - nowMs);
  return (
    <li class="undo">
      <b class="undo-left" aria-label={`${left} seconds left`}>
        {left}
      </b>
      <span class="undo-text" role="status">
        {sentenceFrom(action.text)}
      </span>
      <button type="button" onClick={() => onUndo(action)} disabled={!mayAct.value}>
        Undo {isNewest ? <kbd>U</kbd> : null}
      </button>
      <svg class="undo-rest" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
        <rect width={Math.min(100, (100 * leftMs) / UNDO_MS)} height="1" />
      </svg>
    </li>
  );
}

const isRecent = (endedAt: string | null, nowMs: number): boolean => {
  const atMs = msFrom(endedAt);
  return atMs !== undefined && nowMs - atMs < ENDED_SHOWN_MS;
};

/** Takes an action back, and says so where it was too late. */
export function useUndo(heardOf: (action: ActionAnswer) => void) {
  const [trouble, setTrouble] = useState<string>();
  const undo = (action: ActionAnswer): void => {
    setTrouble(undefined);
    remove<ActionAnswer | undefined>(`/v1/garage/actions/${encodeURIComponent(action.actionId)}`).then(
      (answer) => heardOf(answer ?? { ...action, state: 'undone' }),
      (error: Error) => setTrouble(`Not undone: ${error.message}`),
    );
  };
  return { undo, trouble };
}
