import { concatCopy } from '@pitlane/base/bytes';
import { describe, expect, it } from 'vitest';
import zstd from 'zstd-napi';
import { memorySource } from '../../../test/support/byte-source.ts';
import { testDecompressors } from '../../../test/support/decompressors.ts';
import { type ReadRecording, readRecording } from '../../../test/support/read-recording.ts';
import { writeBz2 } from '../compressed/bz2/write-bz2.fixture.ts';
import { DEFAULT_READ_LIMITS, type ReadLimits } from '../recording/index.ts';
import { openpilot } from './index.ts';
import {
  event,
  farPointer,
  framed,
  root,
  someEvents,
  structPointer,
  words,
} from '../../../test/support/write-openpilot.ts';

const read = (file: Uint8Array, limits: Partial<ReadLimits> = {}): Promise<ReadRecording> =>
  readRecording(openpilot, memorySource(file), limits);
const u32s = (...values: readonly number[]): Uint8Array => new Uint8Array(Uint32Array.from(values).buffer);

const BEFORE = someEvents(20);
const AFTER = someEvents(20, 41_000_000_000n);
const ROOT = structPointer(0, 2, 1);
const EVENT = { timeNs: 40_500_000_000n, member: 6 };

/** What is no event, and what it would pass for. */
const CASES: readonly (readonly [string, Uint8Array])[] = [
  ['more segments than there are', concatCopy([u32s(400, 3), words(ROOT), root(EVENT, 0n)])],
  ['more segments than anyone writes', concatCopy([u32s(0xffff_fffe, 3), words(ROOT), root(EVENT, 0n)])],
  [
    'sizes of segments that add up past all bounds',
    concatCopy([u32s(3, 4, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0), words(ROOT), root(EVENT, 0n)]),
  ],
  ['no bytes at all', u32s(0, 0)],
  ['a root pointer and nothing else', framed(words(ROOT))],
  ['a null pointer for its root', framed(concatCopy([words(0n), root(EVENT, 0n)]))],
  ['a root that points behind its end', framed(concatCopy([words(structPointer(1000, 2, 1)), root(EVENT, 0n)]))],
  ['a root that points before its beginning', framed(concatCopy([words(structPointer(-20, 2, 1)), root(EVENT, 0n)]))],
  ['a list for its root', framed(concatCopy([words(ROOT | 1n), root(EVENT, 0n)]))],
  ['a far pointer to itself', framed(concatCopy([words(farPointer(0, 0)), root(EVENT, 0n)]))],
  ['two far pointers in a circle', framed(words(farPointer(1, 0), 0n), words(farPointer(0, 0), 0n))],
  [
    'double far pointers in a circle',
    framed(words(farPointer(1, 0, true), 0n), words(farPointer(0, 0), farPointer(1, 0))),
  ],
  ['a far pointer to a segment that is not there', framed(words(farPointer(77, 0), 0n))],
  ['a far pointer behind the end of a segment', framed(words(farPointer(1, 0x1fff_ffff)), words(0n))],
  ['a struct too small for a time', framed(concatCopy([words(structPointer(0, 1, 1)), root(EVENT, 0n)]))],
  [
    'a struct larger than any event',
    framed(concatCopy([words(structPointer(0, 900, 1)), root(EVENT, 0n), new Uint8Array(8000)])),
  ],
  ['a time of the far future', framed(concatCopy([words(ROOT), root({ ...EVENT, timeNs: (1n << 64n) - 1n }, 0n)]))],
  ['a member of no union', framed(concatCopy([words(ROOT), root({ ...EVENT, member: 65_535 }, 0n)]))],
];

describe('a hostile log', () => {
  it.each(CASES)('with %s between its events gives all others, and those bytes as loss', async (_, bad) => {
    const before = concatCopy(BEFORE);
    const { messages, losses, opaque } = await read(concatCopy([before, bad, ...AFTER]));
    expect(opaque).toBeUndefined();
    expect(messages.map(({ logTimeNs }) => logTimeNs)).toEqual(
      [40_000_000_000n, 41_000_000_000n].flatMap((first) => BEFORE.map((__, i) => first + BigInt(i) * 10_000_000n)),
    );
    expect(losses.map(({ reason, offset, bytes }) => [reason, offset, bytes])).toEqual([
      ['corrupt-record', before.byteLength, bad.byteLength],
    ]);
  });

  it.each(CASES)('that ends with %s gives what was before', async (_, bad) => {
    const { messages, losses } = await read(concatCopy([...BEFORE, bad]));
    expect(messages.length).toBe(BEFORE.length);
    expect(losses.map(({ bytes }) => bytes)).toEqual([bad.byteLength]);
  });

  it.each(CASES)('that begins with %s is none', async (_, bad) => {
    const tools = { decompressors: await testDecompressors(), limits: DEFAULT_READ_LIMITS };
    const file = concatCopy([bad, ...AFTER]);
    for (const wrapped of [file, writeBz2([file]), new Uint8Array(zstd.compress(file))]) {
      const isRecognised = openpilot.recognises(wrapped.subarray(0, 4096));
      expect(isRecognised && (await openpilot.confirms?.(memorySource(wrapped), tools))).toBe(false);
    }
  });

  it('whose pointers lead out of what it holds is read, and says nothing of it', async () => {
    const held = [
      farPointer(0, 3),
      structPointer(5000, 2, 19),
      structPointer(-2, 0xffff, 0xffff),
      farPointer(9, 9, true),
      0n,
    ];
    const stream = concatCopy(
      held.flatMap((pointer) =>
        [0, 34, 59].map((member) => framed(concatCopy([words(ROOT), root({ timeNs: 7n, member }, pointer)]))),
      ),
    );
    const { messages, losses, metadata } = await read(stream);
    expect([messages.length, losses]).toEqual([15, []]);
    for (const { name, entries } of metadata) {
      expect([name, [...entries.keys()]]).toEqual(['openpilot.init_data', ['log_mono_time_ns']]);
    }
  });

  it('with an event past the limits is opaque if it has one', async () => {
    const large = event({ timeNs: 1n, member: 6, content: Array.from({ length: 300 }, () => 1n) });
    expect((await read(large, { messageBytesMax: 1000 })).opaque).toContain('larger');
    expect((await read(concatCopy(someEvents(9)), { channelsMax: 3 })).opaque).toContain('channels');
    const lie = concatCopy([u32s(0, 0x4000_0000), words(ROOT), root(EVENT, 0n)]);
    expect((await read(lie)).losses.map(({ reason }) => reason)).toEqual(['truncated']);
    expect((await read(new Uint8Array(zstd.compress(lie)))).opaque).toContain('larger');
  });

  it('in thousands of pieces is opaque, and not thousands of attachments', async () => {
    const piece = concatCopy([BEFORE[0] as Uint8Array, BEFORE[1] as Uint8Array, u32s(7, 7, 7)]);
    const { opaque, attachments } = await read(
      new Uint8Array(zstd.compress(Buffer.alloc(piece.byteLength * 1500, piece))),
    );
    expect(opaque).toContain('stretches');
    expect(attachments.length).toBeLessThanOrEqual(1000);
  });

  it('that is shorter than its source said is read to its end', async () => {
    const stream = concatCopy(BEFORE);
    for (const file of [stream, writeBz2([stream]), new Uint8Array(zstd.compress(stream))]) {
      const source = { ...memorySource(file), sizeBytes: file.byteLength + 1000 };
      expect((await readRecording(openpilot, source)).messages.length).toBe(BEFORE.length);
    }
  });
});
