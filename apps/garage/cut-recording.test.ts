import { PitlaneError } from '@pitlane/base/errors';
import type { ChunkFacts } from '@pitlane/contracts/manifest';
import { ObjectMetadata } from '@pitlane/contracts/object-layout';
import { LogTopic } from '@pitlane/contracts/records';
import { recordingFolder } from '@pitlane/ports/spool';
import type { ChunkEvent } from '@pitlane/stages/40-chunk';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { chunkOf, content, CutTrial, end, entry, failure } from './cut-recording.fixture.ts';
import { nameOf } from './cut-recording.ts';

let trial: CutTrial;
let store: CutTrial['store'];
let log: CutTrial['log'];
let tools: CutTrial['tools'];
let asked: CutTrial['asked'];
let sealed: CutTrial['sealed'];
let chunkersThat: CutTrial['chunkersThat'];
let cut: CutTrial['cut'];

beforeEach(async () => {
  trial = await CutTrial.open();
  ({ store, log, tools, asked, sealed, chunkersThat, cut } = trial);
});
afterEach(() => trial[Symbol.asyncDispose]());

async function* well() {
  for (const ordinal of [0, 1, 2]) yield sealed(chunkOf(ordinal));
  yield end;
}

async function* opaquely() {
  yield sealed(chunkOf(0, 'opaque'));
  yield end;
}

describe('a recording that is cut', () => {
  it('has every chunk journalled, shipped and claimed once, and its facts kept', async () => {
    const result = await cut(chunkersThat(well));
    expect(result).toMatchObject({ chunks: 3, chunksKnown: 0, bytesStored: 3 * content.byteLength });
    expect([...tools.journal.chunks(entry)].map(({ state }) => state)).toEqual(['shipped', 'shipped', 'shipped']);
    expect(log.on(LogTopic.chunks).length).toBe(3);
    expect(store.objects.size).toBe(3);
    const [kept] = tools.journal.recordingsOfDrive(entry.tenant, entry.driveId);
    expect(kept?.cut?.recording).toMatchObject({ format: 'mcap', opaqueReason: null, chunks: 3, notes: ['seen'] });
  });

  it('is cut to its end while its drive is held, nothing of it is sent, and all of it once it is released', async () => {
    const held = new Set([`${entry.tenant}\n${entry.driveId}`]);
    trial.places = { isHeld: (drive) => held.has(drive), rankOf: () => 0 };
    const cutting = cut(chunkersThat(well));
    await vi.waitFor(() => expect(trial.queue?.status()).toMatchObject([{ chunks: 3, isHeld: true }]));
    expect([...tools.journal.chunks(entry)].map(({ state }) => state)).toEqual(['chunked', 'chunked', 'chunked']);
    expect(store.objects.size).toBe(0);
    const [drive] = held;
    held.clear();
    trial.queue?.moved(drive as string);
    expect(await cutting).toMatchObject({ chunks: 3 });
    expect(store.objects.size).toBe(3);
  });

  it('lets go at once when the garage stops, though its drive is held', async () => {
    trial.places = { isHeld: () => true, rankOf: () => 0 };
    const cutting = cut(chunkersThat(well));
    await vi.waitFor(() => expect(trial.queue?.status()).toMatchObject([{ chunks: 3 }]));
    trial.stop.abort(new PitlaneError('interrupted', 'the node is stopping'));
    await expect(cutting).rejects.toThrow('the node is stopping');
    expect(store.objects.size).toBe(0);
    expect(trial.queue?.status()).toEqual([]);
  });

  it('has a loss for each place that the disk did not give, before what the reader missed', async () => {
    await cut(chunkersThat(well), [], [{ offset: 4096, bytes: 8192 }]);
    const [kept] = tools.journal.recordingsOfDrive(entry.tenant, entry.driveId);
    expect(kept?.cut?.losses).toMatchObject([
      {
        reason: 'unreadable',
        offset: 4096,
        bytes: 8192,
        text: expect.stringContaining('bytes 4096 to 12288') as string,
      },
    ]);
  });

  it('is cut to its end while nothing can be shipped: what is sealed waits in the spool, in order', async () => {
    let answer = (): void => {};
    const away = new Promise<void>((resolve) => (answer = resolve));
    const put = store.put.bind(store);
    store.put = async (...args) => {
      await away;
      return put(...args);
    };
    const result = cut(
      chunkersThat(async function* () {
        for (let ordinal = 0; ordinal < 20; ordinal += 1) yield sealed(chunkOf(ordinal));
        expect([...tools.journal.chunks(entry)].map(({ state }) => state)).toEqual(Array(20).fill('chunked'));
        expect(store.objects.size).toBe(0);
        answer();
        yield end;
      }),
    );
    expect(await result).toMatchObject({ chunks: 20 });
    expect(log.on(LogTopic.chunks)).toHaveLength(20);
    expect([...tools.journal.chunks(entry)].every(({ state }) => state === 'shipped')).toBe(true);
  });

  it('ends with a clear text before the disk is so full that nobody can note anything on it, and keeps what is sealed', async () => {
    tools.spool.disk = async () => ({ freeBytes: 4, totalBytes: 100 });
    await expect(cut(chunkersThat(well))).rejects.toMatchObject({ code: 'disk-full', retryable: true });
    expect([...tools.journal.chunks(entry)].length).toBe(1);
  });

  it('gives back the room that was kept for it as its chunks are sealed, and all of it with the last, shipped or not', async () => {
    const given: number[] = [];
    let isGivenBack = false;
    trial.room = {
      wrote: (bytes) => given.push(bytes),
      [Symbol.dispose]: () => (isGivenBack = true),
    };
    let answer = (): void => {};
    const away = new Promise<void>((resolve) => (answer = resolve));
    const put = store.put.bind(store);
    store.put = async (...args) => {
      await away;
      return put(...args);
    };
    const cutting = cut(chunkersThat(well));
    await vi.waitUntil(() => isGivenBack);
    expect(given).toEqual(Array(3).fill(content.byteLength));
    expect(store.objects.size).toBe(0);
    answer();
    await cutting;
  });

  it('waits with what is to be shipped while the disk of the spool is nearly full', async () => {
    let answer = (): void => {};
    const away = new Promise<void>((resolve) => (answer = resolve));
    const put = store.put.bind(store);
    store.put = async (...args) => {
      await away;
      return put(...args);
    };
    let freeBytes = 90;
    tools.spool.disk = async () => {
      if (freeBytes === 40) queueMicrotask(answer);
      return { freeBytes, totalBytes: 100 };
    };
    Object.assign(tools.settings, { pausePercent: 50 });
    const states: number[] = [];
    await cut(
      chunkersThat(async function* () {
        for (let ordinal = 0; ordinal < 8; ordinal += 1) {
          if (ordinal === 4) freeBytes = 40;
          yield sealed(chunkOf(ordinal));
          states.push(store.objects.size);
        }
        yield end;
      }),
    );
    // Nothing could be shipped before, and with the disk full the cut went on only behind what was.
    expect(states.slice(0, 4)).toEqual([0, 0, 0, 0]);
    expect(states[4]).toBeGreaterThanOrEqual(3);
    expect(store.objects.size).toBe(8);
  });

  it('goes on from what is journalled and still there, and from nothing else', async () => {
    const [shipped, spooled, gone, torn] = [0, 1, 2, 3].map((ordinal) => chunkOf(ordinal)) as [
      ChunkFacts,
      ChunkFacts,
      ChunkFacts,
      ChunkFacts,
    ];
    const vanished = chunkOf(4);
    for (const facts of [shipped, vanished]) {
      tools.journal.putChunk(entry, { name: nameOf(facts), facts, state: 'shipped' });
    }
    store.replace(shipped.object, content, { [ObjectMetadata.chunkId]: shipped.chunkId });
    for (const facts of [spooled, gone, torn]) {
      tools.journal.putChunk(entry, { name: nameOf(facts), facts, state: 'chunked' });
    }
    await sealed(spooled);
    await (await tools.spool.create(recordingFolder(entry), nameOf(torn))).seal();
    let done: string[] = [];
    await cut(
      chunkersThat(async function* (job) {
        done = [...job.done.keys()];
        yield end;
      }),
    );
    expect(done).toEqual([nameOf(shipped), nameOf(spooled)]);
  });

  it.each([
    ['its times jump about', { reason: 'its times jump about' }],
    ['its decoder said nothing for 20 s', { reason: 'its decoder said nothing for 20 s', killed: false }],
  ])('lands opaque when %s, with the reason, and nothing of the first cut in its list', async (reason, details) => {
    const result = await cut(
      chunkersThat(async function* () {
        yield sealed(chunkOf(0));
        throw failure(details);
      }, opaquely),
    );
    expect(asked).toEqual([
      ['mcap', 0],
      ['opaque', 0],
    ]);
    expect([...tools.journal.chunks(entry)].map(({ facts }) => facts.kind)).toEqual(['opaque']);
    expect(result.entry.cut?.recording).toMatchObject({ format: 'opaque', opaqueReason: reason, chunks: 1 });
    const { chunkId } = chunkOf(0, 'opaque');
    expect(result.entry.cut?.losses).toMatchObject([
      { reason: 'landed-opaque', offset: 0, bytes: 100, keptIn: chunkId },
    ]);
  });

  it('is withheld whole, not landed opaque, when it cannot be taken apart and not all topics may leave', async () => {
    const filter = { topics: [], exclude: ['/cabin'] };
    let told: unknown;
    const chunkers = chunkersThat(async function* (job) {
      told = job.filter;
      yield sealed(chunkOf(0));
      throw failure({ reason: 'its times jump about' });
    });
    const result = await cut(chunkers, [], [], { filter });
    expect(told).toEqual(filter);
    expect(asked).toEqual([['mcap', 0]]);
    expect([...tools.journal.chunks(entry)]).toEqual([]);
    expect(result).toMatchObject({ chunks: 0, entry: { state: 'shipped', filter } });
    expect(result.entry.cut?.recording).toMatchObject({ format: 'mcap', opaqueReason: null, chunks: 0, messages: 0 });
    expect(result.entry.cut?.losses).toMatchObject([
      { reason: 'withheld', bytes: 100, keptIn: null, text: expect.stringContaining('its times jump about') as string },
    ]);
  });

  it('is withheld whole, and never read, where it has no topics and a filter bears on it', async () => {
    const filter = { topics: ['/imu'], exclude: [] };
    const result = await cut(chunkersThat(), [], [], { filter, format: 'opaque' });
    expect([asked, store.objects.size, result.chunks]).toEqual([[], 0, 0]);
    expect(result.entry.cut?.losses).toMatchObject([{ reason: 'withheld', offset: 0, bytes: 100 }]);
  });

  it('has a second chance when somebody killed its chunker, and goes on from what was sealed', async () => {
    const result = await cut(
      chunkersThat(async function* () {
        yield sealed(chunkOf(0));
        throw failure({ reason: 'its decoder died', killed: true });
      }, well),
    );
    expect(asked).toEqual([
      ['mcap', 0],
      ['mcap', 1],
    ]);
    expect(result.entry.cut?.recording).toMatchObject({ format: 'mcap', opaqueReason: null, chunks: 3 });
  });

  it('lands opaque when its chunker is killed again and again', async () => {
    async function* killed(): AsyncGenerator<ChunkEvent> {
      yield { type: 'progress', readBytes: 1, rawBytes: 1, storedBytes: 0 };
      throw failure({ reason: 'its decoder died', killed: true });
    }
    const result = await cut(chunkersThat(killed, killed, opaquely));
    expect(asked.map(([format]) => format)).toEqual(['mcap', 'mcap', 'opaque']);
    expect(result.entry.cut?.recording.opaqueReason).toBe('its decoder died');
  });

  it('does not land opaque because the store, the disk or a stop ended the cut', async () => {
    for (const code of ['unavailable', 'disk-full', 'interrupted', 'changed-while-read'] as const) {
      await expect(
        cut(
          chunkersThat(async function* () {
            yield sealed(chunkOf(0));
            throw new PitlaneError(code, 'not the file');
          }),
        ),
      ).rejects.toThrow('not the file');
    }
    store.put = async () => Promise.reject(new PitlaneError('unavailable', 'the store is away'));
    await expect(cut(chunkersThat(well))).rejects.toThrow('the store is away');
    expect(asked.every(([format]) => format === 'mcap')).toBe(true);
  });
});
