/** The three lanes between garage and cloud: each has a topic of its own, so that nothing urgent queues behind bulk. */
import { assert } from '@pitlane/base/errors';

export const LANES = ['urgent', 'normal', 'bulk'] as const;
export type Lane = (typeof LANES)[number];

const NORMAL_FROM = 30;
const BULK_FROM = 99;

/** Priorities count from 0, lower first: 0-29 urgent, 30-98 normal, from 99 on bulk. */
export function laneOfPriority(priority: number): Lane {
  assert(Number.isInteger(priority) && priority >= 0, 'a priority is a whole number from 0');
  if (priority >= BULK_FROM) return 'bulk';
  return priority >= NORMAL_FROM ? 'normal' : 'urgent';
}

export const frameTopic = (lane: Lane): string => `pitlane.frames.${lane}.v1`;
