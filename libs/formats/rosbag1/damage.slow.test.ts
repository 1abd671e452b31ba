import { readFileSync } from 'node:fs';
import path from 'node:path';
import { bytesFromUtf8, concatCopy } from '@pitlane/base/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../test/support/byte-source.ts';
import { requireData } from '../../../test/support/requires.ts';
import { type Decompressors, LandOpaque, type ReadLimits } from '../recording/index.ts';
import { collectBag as collect, lineOf, type ReadBack, type ReadMessage } from './collect-bag.fixture.ts';
import { MAGIC } from './index-section.ts';
import { u32 } from './record.ts';
import {
  bagHeaderRecord,
  chunkRecord,
  connectionRecord,
  fieldBytes,
  lz4Stored,
  lz4Unstored,
  messageRecord,
  opField,
  recordBytes,
  u32Bytes,
  writeBag,
} from './write-bag.fixture.ts';

const SEED = 20_261_122;
const data = requireData();

const never = (): never => {
  throw new Error('not asked for here');
};
const decompressors: Decompressors = {
  zstd: never,
  bz2: never,
  bz2UpTo: never,
  zstdStream: never,
  lz4: lz4Unstored,
};
const collectBag = (bytes: Uint8Array, limits?: Partial<ReadLimits>): Promise<ReadBack> =>
  collect(memorySource(bytes), decompressors, limits);

const connections = [0, 1].map((conn) => ({ conn, topic: `/t${conn}`, type: 'p/T', definition: 'uint8 a' }));
const message = (at: number) => ({
  conn: at % 2,
  secs: 100 + at,
  nsecs: at,
  data: new Uint8Array(5 + at).fill(0x41 + at),
});
const smallBag = (isClosed = true): Uint8Array =>
  writeBag({
    connections,
    isClosed,
    chunks: [
      { compression: 'none', messages: [0, 1, 2].map(message) },
      { compression: 'lz4', messages: [3, 4].map(message) },
      { compression: 'none', messages: [5, 6, 7].map(message) },
    ],
  });

/** Where the record that holds the message ends: its own, or its compressed chunk's. */
function recordEnd(bytes: Uint8Array, { sourceOffset }: ReadMessage): number {
  const dataAt = sourceOffset + 4 + u32(bytes, sourceOffset);
  return dataAt + 4 + u32(bytes, dataAt);
}

/** The bytes of the diary. */
const lostBytes = ({ losses }: ReadBack): number => losses.reduce((sum, { bytes }) => sum + bytes, 0);

async function expectCut(whole: Uint8Array, full: ReadBack, cut: number): Promise<void> {
  const back = await collectBag(whole.subarray(0, cut));
  const wanted = full.messages.filter((one) => recordEnd(whole, one) <= cut);
  expect(back.messages.map(lineOf), `cut at ${cut}`).toEqual(wanted.map(lineOf));
  const readUpTo = Math.max(0, ...wanted.map((one) => recordEnd(whole, one)));
  const isContentMissing = wanted.length < full.messages.length;
  if (isContentMissing) expect(back.losses.at(-1)?.reason, `cut at ${cut}`).toBe('truncated');
  for (const { offset, bytes } of back.losses) {
    expect(offset).toBeGreaterThanOrEqual(readUpTo);
    expect(offset + bytes).toBe(cut);
  }
}

describe('a bag that was cut off', () => {
  it('gives every message that is whole, at every byte', async () => {
    for (const isClosed of [true, false]) {
      const whole = smallBag(isClosed);
      const full = await collectBag(whole);
      expect(full.messages.length).toBe(8);
      const lastMessageEnd = Math.max(...full.messages.map((one) => recordEnd(whole, one)));
      const lastCut = isClosed ? whole.byteLength : lastMessageEnd;
      for (let cut = MAGIC.length + 4096; cut < lastCut; cut += 1) {
        const isClean = !isClosed && (await collectBag(whole.subarray(0, cut))).losses.length === 0;
        if (!isClean) await expectCut(whole, full, cut);
      }
    }
  });

  it.skipIf(data === undefined)('gives every whole message of a real one, at 300 places', async () => {
    const whole = readFileSync(path.join(data ?? '', 'bag/tilt_laser.bag'));
    const full = await collectBag(whole);
    const cuts = fc.sample(fc.integer({ min: MAGIC.length + 4096, max: whole.byteLength - 1 }), {
      seed: SEED,
      numRuns: 300,
    });
    for (const cut of cuts) await expectCut(whole, full, cut);
  });
});

describe('a bag with flipped bits', () => {
  /** A flipped bit in a topic renames all its messages, so they are compared without. */
  const bare = (one: ReadMessage): string => lineOf({ ...one, topic: '' });

  it('alters at most the message that a bit lies in, and says what is lost', async () => {
    const whole = smallBag();
    const original = new Set((await collectBag(whole)).messages.map(bare));
    for (let bit = MAGIC.length * 8; bit < whole.byteLength * 8; bit += bit < 4000 * 8 ? 13 : 1) {
      const damaged = whole.slice();
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const back = await collectBag(damaged);
      const lines = back.messages.map(bare);
      expect(lines.filter((line) => !original.has(line)).length, `bit ${bit}`).toBeLessThanOrEqual(1);
      if (lines.length < original.size) expect(back.losses.length, `bit ${bit}`).toBeGreaterThan(0);
      expect(new Set(lines).size).toBe(lines.length);
    }
  });

  it('never throws and never repeats a message, however many bits there are', async () => {
    const whole = smallBag();
    const flips = fc.array(fc.integer({ min: 4100 * 8, max: whole.byteLength * 8 - 1 }), {
      minLength: 2,
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(flips, async (bits) => {
        const damaged = whole.slice();
        for (const bit of bits) damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const { messages } = await collectBag(damaged);
        expect(messages.length).toBeLessThanOrEqual(8);
      }),
      { seed: SEED, numRuns: 1000 },
    );
  });

  it.skipIf(data === undefined)('keeps nearly all of a real one', async () => {
    const whole = readFileSync(path.join(data ?? '', 'bag/tilt_laser.bag'));
    const original = new Set((await collectBag(whole)).messages.map(lineOf));
    const bits = fc.sample(fc.integer({ min: MAGIC.length * 8, max: whole.byteLength * 8 - 1 }), {
      seed: SEED,
      numRuns: 60,
    });
    for (const bit of bits) {
      const damaged = new Uint8Array(whole);
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const back = await collectBag(damaged);
      const kept = back.messages.filter((one) => original.has(lineOf(one))).length;
      expect(kept, `bit ${bit}`).toBeGreaterThanOrEqual(4093 - 3);
      expect(lostBytes(back), `bit ${bit}`).toBeLessThan(20_000);
    }
  });
});

describe('a hostile bag', () => {
  const start = concatCopy([bytesFromUtf8(MAGIC), bagHeaderRecord(0, 0, 0)]);
  const inChunk = (...records: Uint8Array[]) =>
    chunkRecord('none', concatCopy(records).byteLength, concatCopy(records));
  const bagOf = (...records: Uint8Array[]): Uint8Array => concatCopy([start, ...records]);
  const [first, second] = connections.map(connectionRecord) as [Uint8Array, Uint8Array];
  const sound = inChunk(first, second, messageRecord(message(0)), messageRecord(message(1)));
  const after = inChunk(messageRecord(message(6)), messageRecord(message(7)));
  const SOUND_MESSAGES = 2;

  const cases: [name: string, bad: Uint8Array, reason: string][] = [
    ['a header of 4 GiB', concatCopy([u32Bytes(0xffff_ffff), new Uint8Array(40)]), 'corrupt-record'],
    ['a header of 16 MiB', concatCopy([u32Bytes(16 * 1024 * 1024), new Uint8Array(40)]), 'corrupt-record'],
    ['a header of nothing', concatCopy([u32Bytes(0), u32Bytes(0)]), 'corrupt-record'],
    ['no op field', recordBytes([fieldBytes('conn', u32Bytes(1))], new Uint8Array(9)), 'corrupt-record'],
    [
      'an op of two bytes',
      recordBytes([fieldBytes('op', new Uint8Array([2, 2]))], new Uint8Array(9)),
      'corrupt-record',
    ],
    ['an unknown op', recordBytes([opField(9)], new Uint8Array(9)), 'corrupt-record'],
    [
      'a field without =',
      recordBytes([opField(2), concatCopy([u32Bytes(4), bytesFromUtf8('conn')])], new Uint8Array(3)),
      'corrupt-record',
    ],
    ['a field longer than its header', recordBytes([opField(2), u32Bytes(900)], new Uint8Array(3)), 'corrupt-record'],
    ['a field of nothing', recordBytes([opField(2), u32Bytes(0)], new Uint8Array(3)), 'corrupt-record'],
    [
      'a message without time',
      recordBytes([opField(2), fieldBytes('conn', u32Bytes(0))], new Uint8Array(3)),
      'corrupt-record',
    ],
    ['a chunk that calls itself an index', recordBytes([opField(4)], new Uint8Array(300)), 'corrupt-record'],
    ['zeros', new Uint8Array(100_000), 'corrupt-record'],
    ['a chunk bomb', chunkRecord('lz4', 0xffff_ffff, new Uint8Array(50)), 'chunk-bomb'],
    ['a chunk of absurd ratio', chunkRecord('bz2', 200_000_000, new Uint8Array(50)), 'chunk-bomb'],
    ['a chunk of unknown codec', chunkRecord('zip', 100, new Uint8Array(50)), 'corrupt-chunk'],
    ['a chunk whose codec fails', chunkRecord('lz4', 100, new Uint8Array(50)), 'corrupt-chunk'],
    ['a chunk of another size than declared', chunkRecord('lz4', 9, lz4Stored(new Uint8Array(10))), 'corrupt-chunk'],
    [
      'a connection with a broken header',
      recordBytes(
        [fieldBytes('conn', u32Bytes(5)), opField(7), fieldBytes('topic', '/x')],
        new Uint8Array([9, 0, 0, 0, 1]),
      ),
      'corrupt-record',
    ],
    [
      'a message of no connection',
      messageRecord({ conn: 77, secs: 1, nsecs: 1, data: new Uint8Array(9) }),
      'unknown-channel',
    ],
    ['a compressed chunk in a compressed chunk', nested(), 'corrupt-record'],
    ['a message whose length is too short', shortened(), 'corrupt-record'],
  ];

  it.each(cases)('with %s between sound chunks gives both, and the bytes between as loss', async (_, bad, reason) => {
    const bytes = bagOf(sound, bad, after);
    const back = await collectBag(bytes);
    expect(back.messages.length).toBe(SOUND_MESSAGES + 2);
    expect(back.losses.map((loss) => [loss.reason, loss.offset])).toEqual([
      [reason, start.byteLength + sound.byteLength],
    ]);
    expect(back.losses[0]?.bytes).toBe(bad.byteLength);
  });

  it.each(cases)('that ends with %s gives what was before', async (_, bad) => {
    const back = await collectBag(bagOf(sound, bad));
    expect(back.messages.length).toBe(SOUND_MESSAGES);
    expect(back.losses.length).toBe(1);
    expect((back.losses[0]?.offset ?? 0) + (back.losses[0]?.bytes ?? 0)).toBe(
      start.byteLength + sound.byteLength + bad.byteLength,
    );
  });

  it('with a damaged record inside a compressed chunk gives the others and the chunk as one loss', async () => {
    const content = concatCopy([
      first,
      messageRecord(message(0)),
      new Uint8Array(60),
      messageRecord(message(2)),
      messageRecord(message(4)),
    ]);
    const chunk = chunkRecord('lz4', content.byteLength, lz4Stored(content));
    const { messages, losses } = await collectBag(bagOf(chunk, after));
    expect(messages.map(({ timeNs }) => timeNs / 1_000_000_000n)).toEqual([102n, 104n, 106n]);
    expect(losses.map(({ offset, bytes, reason }) => [offset, bytes, reason])).toEqual([
      [start.byteLength, chunk.byteLength, 'corrupt-record'],
      [
        start.byteLength + chunk.byteLength + after.byteLength - messageRecord(message(7)).byteLength,
        messageRecord(message(7)).byteLength,
        'unknown-channel',
      ],
    ]);
  });

  it('reads chunks within plain chunks, messages outside of chunks, and a connection that comes again', async () => {
    const { messages, losses, channels } = await collectBag(
      bagOf(inChunk(sound), first, messageRecord(message(2)), first),
    );
    expect(messages.length).toBe(3);
    expect(losses).toEqual([]);
    expect(channels.length).toBe(2);
  });

  it('opens a new channel for a number that comes back with another topic', async () => {
    const other = connectionRecord({ conn: 0, topic: '/other', type: 'p/T', definition: 'uint8 a' });
    const { messages } = await collectBag(
      bagOf(first, messageRecord(message(0)), other, messageRecord(message(2)), first, messageRecord(message(4))),
    );
    expect(messages.map(({ topic, channelIndex }) => [topic, channelIndex])).toEqual([
      ['/t0', 0],
      ['/other', 1],
      ['/t0', 0],
    ]);
  });

  it('takes a connection from the index where its own record is lost, and names what a lost chunk held', async () => {
    const bytes = writeBag({
      connections,
      isClosed: true,
      chunks: [
        { compression: 'lz4', messages: [0, 1, 2].map(message) },
        { compression: 'lz4', messages: [3, 4].map(message) },
      ],
    });
    const at = Buffer.from(bytes).indexOf('compression=lz4');
    bytes.fill(0xee, at + 47, at + 51);
    const { messages, losses } = await collectBag(bytes);
    expect(messages.map(({ topic }) => topic)).toEqual(['/t1', '/t0']);
    expect(losses.length).toBe(1);
    expect(losses[0]?.topics).toEqual(['/t0', '/t1']);
    expect([losses[0]?.startTimeNs, losses[0]?.endTimeNs]).toEqual([100_000_000_000n, 102_000_000_002n]);
  });

  it('finds the index from behind where the bag header is broken or bytes are missing', async () => {
    const whole = writeBag({
      connections,
      isClosed: true,
      chunks: [{ compression: 'none', messages: [0, 1].map(message) }],
    });
    const lost = Buffer.from(whole).indexOf('compression=none') + 60; // inside the first connection record
    const shorter = concatCopy([whole.subarray(0, lost), whole.subarray(lost + 30)]);
    const headless = whole
      .slice()
      .fill(0xee, MAGIC.length, MAGIC.length + 60)
      .fill(0xee, lost, lost + 30);
    for (const damaged of [shorter, headless]) {
      const { messages, losses } = await collectBag(damaged);
      expect(messages.map(({ topic }) => topic)).toEqual(['/t0', '/t1']);
      expect(losses.length).toBeGreaterThan(0);
    }
  });

  it('is opaque past the limits of messages and channels, and where it is encrypted', async () => {
    const large = messageRecord({ conn: 0, secs: 1, nsecs: 1, data: new Uint8Array(3000) });
    await expect(collectBag(bagOf(first, large, first), { messageBytesMax: 2000 })).rejects.toThrow(LandOpaque);
    await expect(collectBag(bagOf(first, second), { channelsMax: 1 })).rejects.toThrow(LandOpaque);
    const packed = concatCopy([first, large]);
    const chunk = chunkRecord('lz4', packed.byteLength, lz4Stored(packed));
    await expect(collectBag(bagOf(chunk), { messageBytesMax: 2000 })).rejects.toThrow(LandOpaque);
  });

  it('runs thousands of holes together into a bounded diary and still reads on', async () => {
    const hole = messageRecord(message(3));
    hole.fill(0xff, 0, 8);
    const pieces = Array.from({ length: 12_000 }, () => [hole, messageRecord(message(0)), messageRecord(message(1))]);
    const back = await collectBag(bagOf(inChunk(first, second, ...pieces.flat())));
    expect(back.losses.length).toBeLessThanOrEqual(10_000);
    expect(back.messages.length).toBe(24_000);
  });

  it('made of false starts is given up in a bounded time', async () => {
    const lure = concatCopy([u32Bytes(300), opField(2)]);
    const lures = new Uint8Array(lure.byteLength * 250_000);
    for (let at = 0; at < lures.byteLength; at += lure.byteLength) lures.set(lure, at);
    const back = await collectBag(bagOf(sound, lures));
    expect(back.messages.length).toBe(SOUND_MESSAGES);
    expect(lostBytes(back)).toBe(lures.byteLength);
  });

  it('says that a time has too many nanoseconds, and adds them', async () => {
    const odd = messageRecord({ conn: 0, secs: 1, nsecs: 4_000_000_000, data: new Uint8Array(1) });
    const { messages, notes } = await collectBag(bagOf(first, odd));
    expect(messages[0]?.timeNs).toBe(5_000_000_000n);
    expect(notes.some((note) => note.includes('nanoseconds'))).toBe(true);
  });

  function nested(): Uint8Array {
    const inner = chunkRecord('lz4', sound.byteLength, lz4Stored(sound));
    return chunkRecord('lz4', inner.byteLength, lz4Stored(inner));
  }

  function shortened(): Uint8Array {
    const record = messageRecord({ conn: 0, secs: 5, nsecs: 5, data: new Uint8Array(500).fill(0x33) });
    const lie = record.slice();
    lie.set(u32Bytes(100), record.byteLength - 504);
    return lie;
  }
});
