/** Time for what waits, as an argument: tests turn it by hand. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, systemClock } from '@pitlane/base/time';

export interface Timers extends Clock {
  pause(ms: number): Promise<void>;
  /** Calls back once after `ms`, unless the returned function is called before. */
  after(ms: number, call: () => void): () => void;
}

export const systemTimers: Timers = {
  ...systemClock,
  pause: (ms) => sleep(ms),
  after(ms, call) {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};
