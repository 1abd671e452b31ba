import { PitlaneError } from '@pitlane/base/errors';
import type { ChunkFacts } from '@pitlane/contracts/manifest';
import { LogTopic } from '@pitlane/contracts/records';
import type { ChunkEvent } from '@pitlane/stages/40-chunk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChunkerJob } from './chunker-protocol.ts';
import { chunkOf, content, CutTrial, end, entry, failure } from './cut-recording.fixture.ts';
import { nameOf } from './cut-recording.ts';
import { Urgencies, type Urgency } from './orders/urgencies.ts';

let trial: CutTrial;
let store: CutTrial['store'];
let log: CutTrial['log'];
let tools: CutTrial['tools'];
let asked: CutTrial['asked'];
let lanes: CutTrial['lanes'];
let sealed: CutTrial['sealed'];
let chunkersThat: CutTrial['chunkersThat'];
let cut: CutTrial['cut'];

beforeEach(async () => {
  trial = await CutTrial.open();
  ({ store, log, tools, asked, lanes, sealed, chunkersThat, cut } = trial);
});
afterEach(() => trial[Symbol.asyncDispose]());

/** Windows of a minute; `chunkOf` gives each ordinal its own. */
const windowed = (ordinal: number): ChunkFacts => ({
  ...chunkOf(ordinal),
  part: 0,
  windowStart: String(BigInt(ordinal) * 60_000_000_000n),
});
const urgentFrom = (priority: number, first: bigint, last: bigint): Urgency => ({
  priority,
  selection: { topics: [], windows: { first, last } },
  reason: 'somebody waits for it',
  orderId: null,
});

/** Makes what the job wants of ten chunks, and tells what is done as known. */
const ofTen = (told: number[][] = []) =>
  async function* (job: ChunkerJob): AsyncGenerator<ChunkEvent> {
    const made: number[] = [];
    told.push(made);
    for (let ordinal = 0; ordinal < 10; ordinal += 1) {
      const facts = windowed(ordinal);
      const window = BigInt(ordinal);
      const isWanted = job.only?.some(({ windows }) => windows && windows.first <= window && window <= windows.last);
      if (job.done.has(nameOf(facts))) yield { type: 'chunk', facts, known: true };
      else if (isWanted ?? true) {
        made.push(ordinal);
        yield sealed(facts);
      }
    }
    if (!job.only) yield end;
  };

describe('what is wanted first of a recording', () => {
  it('is cut and shipped before the rest, the lowest number first, and each chunk once', async () => {
    const made: number[][] = [];
    const urgent = [urgentFrom(50, 3n, 4n), urgentFrom(0, 8n, 8n), urgentFrom(20, 8n, 9n)];
    const result = await cut(chunkersThat(...Array.from({ length: 4 }, () => ofTen(made))), urgent);
    expect(made).toEqual([[8], [9], [3, 4], [0, 1, 2, 5, 6, 7]]);
    expect(lanes.slice(0, 4)).toEqual([
      [8, 'urgent'],
      [9, 'urgent'],
      [3, 'normal'],
      [4, 'normal'],
    ]);
    expect(lanes.slice(4).every(([, lane]) => lane === 'bulk')).toBe(true);
    expect(lanes.length).toBe(10);
    expect(result).toMatchObject({ chunks: 10, chunksKnown: 0, bytesStored: 10 * content.byteLength });
    expect([...tools.journal.chunks(entry)].map(({ facts }) => facts.ordinal)).toEqual([...Array(10).keys()]);
  });

  it('is not made again when the cut was stopped behind it', async () => {
    const made: number[][] = [];
    const urgent = [urgentFrom(20, 7n, 8n)];
    const stopped = chunkersThat(ofTen(made), async function* () {
      yield sealed(windowed(0));
      throw new PitlaneError('interrupted', 'the node is stopping');
    });
    await expect(cut(stopped, urgent)).rejects.toThrow('the node is stopping');
    await cut(chunkersThat(ofTen(made), ofTen(made)), urgent);
    expect(made).toEqual([[7, 8], [], [1, 2, 3, 4, 5, 6, 9]]);
    expect(log.on(LogTopic.chunks).length).toBeGreaterThanOrEqual(10);
    expect([...tools.journal.chunks(entry)].length).toBe(10);
  });

  it('is lifted from what waits when somebody asks for it only then', async () => {
    let answer = (): void => {};
    const away = new Promise<void>((resolve) => (answer = resolve));
    const put = store.put.bind(store);
    store.put = async (...args) => {
      await away;
      return put(...args);
    };
    const urgencies = new Urgencies(99, []);
    const all = ofTen();
    await cut(
      chunkersThat(async function* (job) {
        for await (const event of all(job)) {
          if (event.type === 'end') {
            urgencies.add(urgentFrom(20, 6n, 7n));
            answer();
          }
          yield event;
        }
      }),
      urgencies,
    );
    expect(lanes.map(([ordinal]) => ordinal).slice(0, 4)).toEqual([0, 1, 6, 7]);
    expect(lanes.slice(2, 4).every(([, lane]) => lane === 'urgent')).toBe(true);
  });

  it('lands opaque with the rest when a pass finds that it cannot be taken apart, and is decoded no second time', async () => {
    const result = await cut(
      chunkersThat(
        async function* () {
          yield sealed(windowed(3));
          throw failure({ reason: 'its times jump about' });
        },
        async function* () {
          yield sealed(chunkOf(0, 'opaque'));
          yield end;
        },
      ),
      [urgentFrom(20, 3n, 3n)],
    );
    expect(asked.map(([format]) => format)).toEqual(['mcap', 'opaque']);
    expect([...tools.journal.chunks(entry)].map(({ facts }) => facts.kind)).toEqual(['opaque']);
    expect(result.chunks).toBe(1);
  });

  it('goes on behind a pass whose process somebody killed', async () => {
    const made: number[][] = [];
    const result = await cut(
      chunkersThat(async function* () {
        yield sealed(windowed(3));
        throw failure({ reason: 'its decoder died', killed: true });
      }, ofTen(made)),
      [urgentFrom(20, 3n, 4n)],
    );
    expect(made).toEqual([[0, 1, 2, 4, 5, 6, 7, 8, 9]]);
    expect(result).toMatchObject({ chunks: 10, chunksKnown: 0 });
  });
});
