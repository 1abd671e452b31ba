/** The actions that the board knows: those that the node listed, with what was heard of them since; and how long each can be undone. */
import type { ActionAnswer } from './board-answers.ts';
import { msFrom } from './clock-face.ts';

const KEPT_MAX = 100;

/** Newest first. What is there already changes its state, and never back to waiting. */
export function withAction(list: readonly ActionAnswer[], action: ActionAnswer): readonly ActionAnswer[] {
  const before = list.find(({ actionId }) => actionId === action.actionId);
  if (!before) return sorted([action, ...list]).slice(0, KEPT_MAX);
  if (before.state !== 'waiting' && action.state === 'waiting') return list;
  return list.map((one) => (one === before ? action : one));
}

export const withListed = (list: readonly ActionAnswer[], listed: readonly ActionAnswer[]): readonly ActionAnswer[] =>
  listed.reduce(withAction, list);

const sorted = (list: readonly ActionAnswer[]): ActionAnswer[] =>
  [...list].sort((a, b) => (msFrom(b.askedAt) ?? 0) - (msFrom(a.askedAt) ?? 0));

/** Those that can still be undone; the newest first. */
export const waitingOf = (list: readonly ActionAnswer[]): readonly ActionAnswer[] =>
  list.filter(({ state }) => state === 'waiting');

/** Whole seconds until it is carried out, by the node's clock; 0 when it is due. */
export function secondsLeft({ dueAt }: Pick<ActionAnswer, 'dueAt'>, nodeNowMs: number): number {
  const dueAtMs = msFrom(dueAt);
  return dueAtMs === undefined ? 0 : Math.max(0, Math.ceil((dueAtMs - nodeNowMs) / 1000));
}
