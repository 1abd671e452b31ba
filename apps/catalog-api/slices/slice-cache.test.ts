import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SliceCache, type SliceStream } from './slice-cache.ts';

let root: string;
let cache: SliceCache;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'pitlane-slices-'));
  cache = new SliceCache(join(root, 'slices'), 100);
});
afterEach(() => rm(root, { recursive: true, force: true }));

const never = new AbortController().signal;
const of = (...sizes: number[]): SliceStream =>
  async function* () {
    for (const size of sizes) yield Buffer.alloc(size, size);
  };
const read = async (tag: string): Promise<number | undefined> => {
  const file = await cache.open(tag);
  const bytes = (await file?.readFile())?.byteLength;
  await file?.close();
  return bytes;
};

describe('finished slices', () => {
  it('are made once for all who wait for them', async () => {
    let made = 0;
    const stream: SliceStream = (signal) => {
      made += 1;
      return of(10, 20)(signal);
    };
    await Promise.all([1, 2, 3].map(() => cache.make('a', stream, never)));
    await cache.make('a', stream, never);
    expect([made, cache.bytesOf('a'), await read('a')]).toEqual([1, 30, 30]);
  });

  it('make room for one another, the least recently used first', async () => {
    for (const tag of ['a', 'b']) await cache.make(tag, of(40), never);
    await read('a');
    await cache.make('c', of(30, 20), never);
    expect([await read('a'), await read('b'), await read('c')]).toEqual([40, undefined, 50]);
    expect((await readdir(join(root, 'slices'))).sort()).toEqual(['a', 'c']);
  });

  it('are refused when they do not fit, and leave nothing', async () => {
    await expect(cache.make('a', of(60, 60), never)).rejects.toMatchObject({ code: 'limit-exceeded' });
    expect(await readdir(join(root, 'slices'))).toEqual([]);
    await cache.make('b', of(100), never);
    expect(await read('b')).toBe(100);
  });

  it('leave nothing when their making fails, and are made anew', async () => {
    const failing: SliceStream = async function* () {
      yield Buffer.alloc(90);
      throw new Error('an object is damaged');
    };
    await expect(cache.make('a', failing, never)).rejects.toThrow('an object is damaged');
    await cache.make('a', of(95), never);
    expect(await read('a')).toBe(95);
  });

  it('are stopped when the last who waited has gone, and only then', async () => {
    let stopped: AbortSignal | undefined;
    const endless: SliceStream = async function* (signal) {
      stopped = signal;
      yield Buffer.alloc(1);
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        else signal.addEventListener('abort', () => resolve(), { once: true });
      });
      throw new Error('stopped');
    };
    const [one, two] = [new AbortController(), new AbortController()];
    const making = [one, two].map(({ signal }) => cache.make('a', endless, signal));
    one.abort();
    await expect.poll(() => stopped?.aborted).toBe(false);
    two.abort();
    for (const made of making) await expect(made).rejects.toThrow('stopped');
    expect(stopped?.aborted).toBe(true);
  });

  it('are made anew for who comes while one that nobody wanted is being stopped', async () => {
    let made = 0;
    const stream: SliceStream = async function* (signal) {
      made += 1;
      yield Buffer.alloc(7);
      if (made > 1) return;
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      throw new Error('stopped');
    };
    const first = new AbortController();
    const left = cache.make('a', stream, first.signal);
    await expect.poll(() => made).toBe(1);
    await expect.poll(() => readdir(join(root, 'slices'))).toEqual(['a.draft']);
    first.abort();
    const [, second] = await Promise.allSettled([left, cache.make('a', stream, never)]);
    expect([second.status, made, await read('a')]).toEqual(['fulfilled', 2, 7]);
  });
});
