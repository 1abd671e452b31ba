/** A frame log that publishes no faster than a cap allows. */
import type { RateCap } from '@pitlane/base/rate';
import type { FrameLog } from './index.ts';

const NEVER = new AbortController().signal;

export function cappedFrames(log: FrameLog, cap: RateCap): FrameLog {
  return {
    async publish(lane, frames, signal) {
      const bytes = frames.reduce((sum, { body }) => sum + body.byteLength, 0);
      await cap.take(bytes, signal ?? NEVER);
      await log.publish(lane, frames, signal);
    },
    consume: (lane, group, options, handler) => log.consume(lane, group, options, handler),
    lag: (lane, group) => log.lag(lane, group),
    close: () => log.close(),
  };
}
