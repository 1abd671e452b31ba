import { afterEach, expect, it, vi } from 'vitest';
import { whileBeating } from './beating.ts';

afterEach(() => vi.useRealTimers());

it('is heard of for as long as the work lasts, and not after', async () => {
  vi.useFakeTimers();
  let beats = 0;
  const beat = async (): Promise<void> => void (beats += 1);
  let finish = (): void => {};
  const working = whileBeating(beat, 1000, () => new Promise((resolve) => (finish = resolve)));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(beats).toBe(60);
  finish();
  expect(await working).toEqual({ failure: undefined });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(beats).toBe(60);
});

it('lets the work end when a heartbeat fails, tells of it then, and does not beat again', async () => {
  vi.useFakeTimers();
  let beats = 0;
  const lost = new Error('the group goes on without us');
  const beat = async (): Promise<void> => {
    beats += 1;
    throw lost;
  };
  let finish = (): void => {};
  const working = whileBeating(beat, 1000, () => new Promise((resolve) => (finish = resolve)));
  await vi.advanceTimersByTimeAsync(5_000);
  finish();
  expect(await working).toEqual({ failure: { error: lost } });
  expect(beats).toBe(1);
});
