/** What the garage sends, in the order in which it goes, with the link. Arrow keys move a drive once it is taken up; buttons do for fingers. */
import { useEffect, useState } from 'preact/hooks';
import { counted, textFromBytes } from '../../kit/figures.ts';
import { mayAct } from '../../kit/session.ts';
import { HowToAct } from './bay-sheet.tsx';
import { askFor } from './ask-for.ts';
import type { ActionAnswer, BacklogAnswer, QueueEntry } from './board-answers.ts';
import { faceFrom, msFrom } from './clock-face.ts';
import { backlogGauge, linkGauge } from './gauges.ts';
import { inOrder, moveInQueue } from './queue-order.ts';
import { Sheet } from './sheet.tsx';
import { UndoBar } from './undo-bar.tsx';

interface QueueSheetProps {
  readonly queue: readonly QueueEntry[];
  readonly backlog: BacklogAnswer | undefined;
  readonly actions: readonly ActionAnswer[];
  readonly nowMs: number;
  readonly onAsked: (action: ActionAnswer) => void;
  readonly onUndo: (action: ActionAnswer) => void;
  readonly onClose: () => void;
}

export function QueueSheet({ queue, backlog, actions, nowMs, onAsked, onUndo, onClose }: QueueSheetProps) {
  const { order, taken, said, press, move } = useMoves(queue, actions, onAsked);
  const [link, waits] = [linkGauge(backlog, nowMs), backlogGauge(backlog, nowMs)];
  return (
    <Sheet title="Queue to the cloud" name="queue-sheet" onClose={onClose}>
      <p class="queue-link">
        <b>{link.value}</b>, {waits.value}, {waits.note}
      </p>
      {mayAct.value ? (
        <p class="muted">
          <kbd>Space</kbd> takes a drive up, <kbd>↑</kbd> <kbd>↓</kbd> move it, <kbd>Space</kbd> puts it down.
        </p>
      ) : (
        <HowToAct />
      )}
      {order.length === 0 ? <p class="quiet">Nothing waits to be sent.</p> : null}
      <ol class="queue" aria-label="Drives in the order in which they go">
        {order.map((entry, at) => (
          <li key={entry.driveId} class={taken === entry.driveId ? 'taken' : ''}>
            <button
              type="button"
              class="queue-drive"
              data-drive={entry.driveId}
              aria-pressed={taken === entry.driveId}
              onKeyDown={(event) => press(event, entry)}
            >
              <b>{at + 1}</b>
              <span class="queue-car">{entry.vehicleId}</span>
              <span class="queue-what">{whatOf(entry, nowMs)}</span>
            </button>
            <MoveButtons at={at} last={order.length - 1} entry={entry} move={move} />
          </li>
        ))}
      </ol>
      <p class="queue-said" role="status">
        {said}
      </p>
      <UndoBar actions={actions} nowMs={nowMs} onUndo={onUndo} />
    </Sheet>
  );
}

interface MoveButtonsProps {
  readonly at: number;
  readonly last: number;
  readonly entry: QueueEntry;
  readonly move: (entry: QueueEntry, by: number) => void;
}

const MoveButtons = ({ at, last, entry, move }: MoveButtonsProps) => (
  <span class="queue-moves">
    <button
      type="button"
      disabled={at === 0 || !mayAct.value}
      aria-label={`${entry.vehicleId}: to the front`}
      onClick={() => move(entry, -at)}
    >
      First
    </button>
    <button
      type="button"
      disabled={at === 0 || !mayAct.value}
      aria-label={`${entry.vehicleId}: up`}
      onClick={() => move(entry, -1)}
    >
      ▲
    </button>
    <button
      type="button"
      disabled={at === last || !mayAct.value}
      aria-label={`${entry.vehicleId}: down`}
      onClick={() => move(entry, 1)}
    >
      ▼
    </button>
  </span>
);

function whatOf({ isHeld, state, chunksWaiting, bytesWaiting, clearsAt }: QueueEntry, nowMs: number): string {
  const atMs = msFrom(clearsAt);
  const when = isHeld ? 'HELD' : atMs === undefined ? state : `${state}, through at ${faceFrom(atMs, nowMs)}`;
  return `${textFromBytes(bytesWaiting)}, ${counted(chunksWaiting, 'chunk')}, ${when}`;
}

/** The order that a person makes stands until the node has carried it out, or somebody undid it. */
function useMoves(
  queue: readonly QueueEntry[],
  actions: readonly ActionAnswer[],
  onAsked: (action: ActionAnswer) => void,
) {
  const [asked, setAsked] = useState<string>();
  const isOver = actions.some(({ actionId, state }) => actionId === asked && state !== 'waiting');
  const [wanted, setWanted] = useState<readonly string[]>([]);
  const [taken, setTaken] = useState<string>();
  const [said, setSaid] = useState('');
  const order = inOrder(queue, wanted);
  useEffect(() => {
    if (isOver) setWanted([]);
  }, [isOver]);

  const place = (entry: QueueEntry, by: number): QueueEntry | undefined => {
    const moved = moveInQueue(order, entry.driveId, by);
    setWanted(moved.queue.map(({ driveId }) => driveId));
    requestAnimationFrame(() =>
      document.querySelector<HTMLElement>(`[data-drive="${CSS.escape(entry.driveId)}"]`)?.focus(),
    );
    return moved.before;
  };
  const ask = ({ driveId, tenant, vehicleId }: QueueEntry, before: QueueEntry | undefined): void => {
    const body = { kind: 'prioritise', driveId, tenant, ...(before && { before: before.driveId }) };
    setSaid(before ? `${vehicleId} goes before ${before.vehicleId}` : `${vehicleId} goes last`);
    askFor(body).then(
      (action) => {
        setAsked(action.actionId);
        onAsked(action);
      },
      (error: Error) => {
        setWanted([]);
        setSaid(`Not moved: ${error.message}`);
      },
    );
  };
  const move = (entry: QueueEntry, by: number): void => ask(entry, place(entry, by));
  const press = (event: KeyboardEvent, entry: QueueEntry): void => {
    const by = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
    if (event.key === ' ' || event.key === 'Enter') {
      event.preventDefault();
      if (!mayAct.value) return;
      if (taken === undefined) return setTaken(entry.driveId);
      setTaken(undefined);
      if (wanted.length > 0) ask(entry, moveInQueue(order, entry.driveId, 0).before);
    } else if (event.key === 'Escape' && taken !== undefined) {
      event.preventDefault();
      setTaken(undefined);
      setWanted([]);
    } else if (by !== 0) {
      event.preventDefault();
      if (taken === entry.driveId) place(entry, by);
      else stepFocus(event.currentTarget as HTMLElement, by);
    }
  };
  return { order, taken, said, press, move };
}

function stepFocus(from: HTMLElement, by: number): void {
  const all = [...document.querySelectorAll<HTMLElement>('.queue-drive')];
  all[all.indexOf(from) + by]?.focus();
}
