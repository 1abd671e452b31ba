import { bytesFromUtf8 } from '@pitlane/base/bytes';
import { type ErrorCode, isPitlaneError, PitlaneError } from '@pitlane/base/errors';
import { describe, expect, it } from 'vitest';
import { crc32cText, MemoryObjectStore } from '../../../test/support/memory-object-store.ts';
import { objectStoreContract } from './contract.ts';
import type { ObjectInfo, PutOptions, PutSource } from './index.ts';
import { type RetryOptions, retryingStore } from './retrying.ts';

const away = (): PitlaneError => new PitlaneError('unavailable', 'the store is away', { retryable: true });
const content = bytesFromUtf8('content');
const options = { crc32c: crc32cText(content), metadata: { chunkId: 'c1' } };

/** Fails the first `failures` calls, before or after they reach the store behind it. */
class FailingStore extends MemoryObjectStore {
  failures = 0;
  answersLost = 0;
  calls = 0;
  failure: () => PitlaneError = away;
  breakListAfter: number[] = [];

  #fail(): void {
    this.calls += 1;
    if (this.failures > 0) {
      this.failures -= 1;
      throw this.failure();
    }
  }

  override async put(name: string, source: PutSource, given: PutOptions): Promise<ObjectInfo> {
    this.#fail();
    const info = await super.put(name, source, given);
    if (this.answersLost > 0) {
      this.answersLost -= 1;
      throw away();
    }
    return info;
  }

  override async stat(name: string): Promise<ObjectInfo | undefined> {
    this.#fail();
    return super.stat(name);
  }

  override async *list(prefix: string): AsyncIterable<ObjectInfo> {
    this.calls += 1;
    let left = this.breakListAfter.shift() ?? Infinity;
    for await (const info of super.list(prefix)) {
      if (left === 0) throw away();
      left -= 1;
      yield info;
    }
  }
}

function retried(store: FailingStore, given: RetryOptions = {}) {
  const waitsMs: number[] = [];
  const pause = async (waitMs: number): Promise<void> => void waitsMs.push(waitMs);
  return { store: retryingStore(store, { random: () => 1, pause, ...given }), waitsMs };
}

async function codeOf(work: Promise<unknown>): Promise<ErrorCode> {
  const error = await work.then(
    () => expect.fail('did not fail'),
    (reason: unknown) => reason,
  );
  if (!isPitlaneError(error)) throw error;
  return error.code;
}

describe('a store that retries', () => {
  it.each(objectStoreContract)('still keeps the contract: $name', (example) =>
    example.run(retryingStore(new MemoryObjectStore())),
  );

  it('waits twice as long each time, up to a cap', async () => {
    const behind = new FailingStore();
    behind.failures = 6;
    const { store, waitsMs } = retried(behind, { waitMaxMs: 1000 });
    await store.put('a', { bytes: content }, options);
    expect(waitsMs).toEqual([100, 200, 400, 800, 1000, 1000]);
  });

  it('spreads its waits over the whole time, so that many do not come back at once', async () => {
    const behind = new FailingStore();
    behind.failures = 3;
    const draws = [0, 0.5, 0.25];
    const { store, waitsMs } = retried(behind, { random: () => draws.shift() ?? 1 });
    await store.stat('a');
    expect(waitsMs).toEqual([0, 100, 100]);
  });

  it('gives up after its attempts, with what the store said last, and tells of each before', async () => {
    const behind = new FailingStore();
    behind.failures = 100;
    const told: string[] = [];
    const onRetry: RetryOptions['onRetry'] = ({ operation, name, attempt }) =>
      void told.push(`${operation} ${name} ${attempt}`);
    const { store } = retried(behind, { attemptsMax: 3, onRetry });
    expect(await codeOf(store.put('a', { bytes: content }, options))).toBe('unavailable');
    expect(behind.calls).toBe(3);
    expect(told).toEqual(['put a 1', 'put a 2']);
  });

  it.each<ErrorCode>(['refused', 'already-exists', 'checksum-mismatch', 'not-found', 'bad-settings'])(
    'never tries again what was answered with %s',
    async (code) => {
      const behind = new FailingStore();
      behind.failures = 1;
      behind.failure = () => new PitlaneError(code, 'no');
      const { store } = retried(behind);
      expect(await codeOf(store.put('a', { bytes: content }, options))).toBe(code);
      expect(behind.calls).toBe(1);
    },
  );

  it('takes its own object for landed when the answer to its write was lost', async () => {
    const behind = new FailingStore();
    behind.answersLost = 1;
    const { store } = retried(behind);
    const info = await store.put('a', { bytes: content }, options);
    expect(info).toEqual(await store.stat('a'));
    expect(info.generation).toBe('1');
  });

  it.each([
    ['other content', bytesFromUtf8('CONTENT'), options.metadata],
    ['other metadata', content, { chunkId: 'c2' }],
    ['more metadata', content, { ...options.metadata, more: 'x' }],
  ])('does not take an object with %s for its own after a lost answer', async (_, bytes, metadata) => {
    const behind = new FailingStore();
    behind.failures = 1;
    const { store } = retried(behind, { onRetry: () => void behind.replace('a', bytes, metadata) });
    expect(await codeOf(store.put('a', { bytes: content }, options))).toBe('already-exists');
  });

  it('leaves it to the caller to compare when the very first attempt meets an object', async () => {
    const behind = new FailingStore();
    behind.replace('a', content, options.metadata);
    const { store } = retried(behind);
    expect(await codeOf(store.put('a', { bytes: content }, options))).toBe('already-exists');
  });

  it('goes on with a listing where it broke, and repeats no name', async () => {
    const behind = new FailingStore();
    const names = ['a', 'b', 'é', '\u{ff5e}', '\u{1f697}'];
    for (const name of names) behind.replace(name, content, {});
    behind.breakListAfter = [2, 0, 3];
    const { store, waitsMs } = retried(behind);
    const listed: string[] = [];
    for await (const { name } of store.list('')) listed.push(name);
    expect(listed).toEqual(names);
    expect(waitsMs).toEqual([100, 200, 100]);
  });

  it('ends its wait when it is stopped', async () => {
    const behind = new FailingStore();
    behind.failures = 100;
    const stopping = new AbortController();
    const store = retryingStore(behind, {
      random: () => 1,
      firstWaitMs: 3_600_000,
      waitMaxMs: 3_600_000,
      onRetry: () => setImmediate(() => stopping.abort()),
    });
    expect(await codeOf(store.put('a', { bytes: content }, { ...options, signal: stopping.signal }))).toBe(
      'interrupted',
    );
    expect(behind.calls).toBe(1);
  });
});
