/** Moving a drive in the garage's queue: what the list looks like then, and before which other it goes. */
import type { QueueEntry } from './board-answers.ts';

export interface Moved {
  readonly queue: readonly QueueEntry[];
  /** The drive that comes behind it then; undefined at the end. */
  readonly before: QueueEntry | undefined;
}

/** @param by negative towards the front; past an end it stays there */
export function moveInQueue(queue: readonly QueueEntry[], driveId: string, by: number): Moved {
  const from = queue.findIndex((entry) => entry.driveId === driveId);
  const one = queue[from];
  if (!one) return { queue, before: undefined };
  const others = queue.filter((entry) => entry !== one);
  const to = Math.max(0, Math.min(others.length, from + by));
  return { queue: [...others.slice(0, to), one, ...others.slice(to)], before: others[to] };
}

/** The order that a person is making, over what the node says now: drives that went drop out, those that came stand where the node has them. */
export function inOrder(queue: readonly QueueEntry[], order: readonly string[]): readonly QueueEntry[] {
  const wanted = order.flatMap((driveId) => queue.find((entry) => entry.driveId === driveId) ?? []);
  const came = queue.filter((entry) => !order.includes(entry.driveId));
  return [...wanted, ...came];
}
