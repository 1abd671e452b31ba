import {
  CHUNK_BYTES_MAX,
  CHUNK_CHANNELS_MAX,
  CHUNK_TOPIC_BYTES_MAX,
  LATE_PARTS_MAX,
  OPEN_CHUNKS_MAX,
  OPEN_WINDOWS_MAX,
  WINDOW_NS,
  windowOf,
} from '@pitlane/contracts/plan';
import { LandOpaque } from '@pitlane/formats/recording';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChunkKey, type Incoming, OpenChunks } from './open-chunks.ts';

class Filled {
  bytesRaw = 0;
  messages = 0;
  readonly key: ChunkKey;

  constructor(key: ChunkKey) {
    this.key = key;
  }
}

/** The rules with chunks that only count, and what they opened and closed. */
function rules() {
  const opened: ChunkKey[] = [];
  const closed: ChunkKey[] = [];
  const open = new OpenChunks<Filled>(
    (key) => {
      opened.push(key);
      return new Filled(key);
    },
    ({ key }) => void closed.push(key),
  );
  const take = (incoming: Partial<Incoming>): ChunkKey => {
    const whole = { group: '', logTimeNs: 0n, recordBytes: 1, channel: 0, topicBytes: 1, ...incoming };
    const { chunk } = open.take(whole);
    chunk.bytesRaw += whole.recordBytes;
    chunk.messages += 1;
    return chunk.key;
  };
  return { open, take, opened, closed };
}

const key = (window: number, part = 0, group = ''): ChunkKey => ({ group, window: BigInt(window), part });
const at = (window: number): bigint => BigInt(window) * WINDOW_NS;

const incoming = fc.record({
  group: fc.constantFrom('', '/a', '/b'),
  logTimeNs: fc.oneof(fc.bigInt(0n, 6n * WINDOW_NS), fc.bigInt(0n, (1n << 64n) - 1n)),
  recordBytes: fc.oneof(fc.nat(100), fc.integer({ min: 20_000_000, max: 80_000_000 })),
  channel: fc.nat(5),
  topicBytes: fc.nat(400_000),
});

describe('open chunks', () => {
  it('are at most two windows a group, and one chunk a window and group', () => {
    fc.assert(
      fc.property(fc.array(incoming, { maxLength: 200 }), (records) => {
        const { open, take } = rules();
        for (const record of records) {
          expect(take(record).window).toBe(windowOf(record.logTimeNs));
          const now = [...open].map(({ key: { group, window } }) => ({ group, window }));
          expect(new Set(now.map(({ group, window }) => `${group} ${window}`)).size).toBe(now.length);
          for (const group of ['', '/a', '/b']) {
            expect(now.filter((one) => one.group === group).length).toBeLessThanOrEqual(OPEN_WINDOWS_MAX);
          }
        }
      }),
    );
  });

  it('hold no more bytes and topics than the plan lets them, unless it is one message', () => {
    fc.assert(
      fc.property(fc.array(incoming, { maxLength: 200 }), (records) => {
        const { open, take } = rules();
        for (const record of records) {
          take(record);
          for (const { chunk, channels, topicBytes } of open) {
            if (chunk.messages > 1) expect(chunk.bytesRaw).toBeLessThanOrEqual(CHUNK_BYTES_MAX);
            if (channels.size > 1) expect(topicBytes).toBeLessThanOrEqual(CHUNK_TOPIC_BYTES_MAX);
          }
        }
      }),
    );
  });

  it('close each once, and all in the end', () => {
    fc.assert(
      fc.property(fc.array(incoming, { maxLength: 100 }), (records) => {
        const { open, take, opened, closed } = rules();
        for (const record of records) take(record);
        open.closeAll();
        expect([...open]).toEqual([]);
        const names = (keys: ChunkKey[]) => keys.map(({ group, window, part }) => `${group} ${window} ${part}`).sort();
        expect(names(closed)).toEqual(names(opened));
        expect(new Set(names(opened)).size).toBe(opened.length);
      }),
    );
  });
});

describe('a chunk closes', () => {
  it('before the message that would carry it past 64 MiB, and not at 64 MiB', () => {
    const { take, closed } = rules();
    take({ recordBytes: CHUNK_BYTES_MAX - 1 });
    expect(take({ recordBytes: 1 })).toEqual(key(0));
    expect(closed).toEqual([]);
    expect(take({ recordBytes: 1 })).toEqual(key(0, 1));
    expect(closed).toEqual([key(0)]);
  });

  it('never before its first message, however large', () => {
    const { take, opened } = rules();
    expect(take({ recordBytes: CHUNK_BYTES_MAX * 4 })).toEqual(key(0));
    expect(take({ recordBytes: 1 })).toEqual(key(0, 1));
    expect(opened.length).toBe(2);
  });

  it('when a third window of its group is wanted: the earliest of the others', () => {
    const { take, closed } = rules();
    for (const window of [5, 6]) take({ logTimeNs: at(window) });
    expect(closed).toEqual([]);
    take({ logTimeNs: at(7) });
    expect(closed).toEqual([key(5)]);
    take({ logTimeNs: at(2) });
    expect(closed).toEqual([key(5), key(6)]);
    take({ logTimeNs: at(7), group: '/other' });
    expect(closed.length).toBe(2);
  });

  it('and a late message opens a continuation part', () => {
    const { take } = rules();
    for (const window of [1, 2, 3]) take({ logTimeNs: at(window) });
    expect(take({ logTimeNs: at(1) })).toEqual(key(1, 1));
    expect(take({ logTimeNs: at(1) })).toEqual(key(1, 1));
  });

  it('before it holds more channels than a record of the log can name', () => {
    const { take, closed } = rules();
    for (let channel = 0; channel < CHUNK_CHANNELS_MAX; channel += 1) take({ channel });
    expect(take({ channel: 7 })).toEqual(key(0));
    expect(closed).toEqual([]);
    expect(take({ channel: CHUNK_CHANNELS_MAX })).toEqual(key(0, 1));
  });

  it('when 64 are open: the one longest without a message', () => {
    const { take, open, closed } = rules();
    for (let i = 0; i < OPEN_CHUNKS_MAX; i += 1) take({ group: `/${i}` });
    take({ group: '/0' });
    expect(closed).toEqual([]);
    take({ group: '/new' });
    expect(closed).toEqual([key(0, 0, '/1')]);
    expect([...open].length).toBe(OPEN_CHUNKS_MAX);
  });
});

describe('a recording whose times jump about', () => {
  it('lands opaque after 4096 chunks that continue a closed window', () => {
    const { take } = rules();
    const jump = (): void => {
      for (let i = 0; i < LATE_PARTS_MAX * 3; i += 1) take({ logTimeNs: at(i % 3) });
    };
    expect(jump).toThrow(LandOpaque);
    const forward = rules();
    for (let i = 0; i < LATE_PARTS_MAX * 2; i += 1) forward.take({ logTimeNs: at(i) });
  });
});
