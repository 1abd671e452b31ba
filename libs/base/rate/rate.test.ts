import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RateCap } from './index.ts';

const { signal } = new AbortController();

/** A cap over a clock that only waiting moves. */
function capOf(bytesPerSecond: number) {
  const time = { nowMs: 1_000_000 };
  const wait = async (waitMs: number): Promise<void> => void (time.nowMs += waitMs);
  return { cap: new RateCap(bytesPerSecond, { clock: { monotonicMs: () => time.nowMs }, wait }), time };
}

describe('a cap on a rate', () => {
  it('is never passed over any stretch by more than a quarter of a second and the last piece', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 100, max: 100_000 }), sizes, async (rate, pieces) => {
        const { cap, time } = capOf(rate);
        const startMs = time.nowMs;
        let sent = 0;
        for (const bytes of pieces) {
          await cap.take(bytes, signal);
          // The piece that may go now begins only when those before it have gone.
          expect(sent).toBeLessThanOrEqual(((time.nowMs - startMs + 250) * rate) / 1000 + 1e-6);
          sent += bytes;
        }
      }),
    );
  });

  it('lets pieces go at the rate when there is always one waiting', async () => {
    const { cap, time } = capOf(1000);
    const startMs = time.nowMs;
    for (let piece = 0; piece < 101; piece += 1) await cap.take(100, signal);
    expect(time.nowMs - startMs).toBe(10_000 - 250);
  });
});
