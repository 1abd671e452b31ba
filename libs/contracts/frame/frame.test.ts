import { readFileSync } from 'node:fs';
import { isPitlaneError } from '@pitlane/base/errors';
import { bytesFromUtf8, utf8FromBytes } from '@pitlane/base/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeGolden } from '../golden.fixture.ts';
import type { ChunkId } from '../identity/index.ts';
import type { ChunkClaim } from '../records/index.ts';
import {
  CLAIM_BYTES_MAX,
  claimBytesFrom,
  claimFromBytes,
  FRAME_BYTES_MAX,
  type FrameHead,
  frameCountOf,
  frameHeadText,
  frameTopic,
  headOfFrame,
  LANES,
  type Lane,
  laneOfPriority,
  OBJECT_BYTES_MAX,
} from './index.ts';

const file = new URL('./golden/frame.json', import.meta.url);

describeGolden('frames', {
  file,
  raise: 'raise FRAME_VERSION and the v1 of the frame topics (libs/contracts/frame), or take the change back',
  makers: {
    heads: frameHeadText,
    claims: (claim: ChunkClaim) => utf8FromBytes(claimBytesFrom(claim)),
    counts: (totalBytes: number) => frameCountOf(totalBytes),
    lanes: laneOfPriority,
    topics: (lane: Lane) => frameTopic(lane),
  },
});

const golden = JSON.parse(readFileSync(file, 'utf8')) as {
  heads: { input: FrameHead }[];
  claims: { input: ChunkClaim }[];
};
const goldenClaim = golden.claims[0]?.input as ChunkClaim;
const head: FrameHead = {
  version: 1,
  chunkId: 'a'.repeat(64) as ChunkId,
  attempt: '0123456789abcdef',
  index: 0,
  count: 2,
  claimBytes: 10,
  totalBytes: 30,
  crc32c: '00000000',
};
const body = new Uint8Array(15);

const parse = (text: string, bytes = body, key: string = head.chunkId) =>
  headOfFrame({ key, head: text, body: bytes }, 'frame 7 of partition 3');

const faultOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (isPitlaneError(error, 'corrupt-input', 'limit-exceeded')) return error.message;
    throw error;
  }
  return 'nothing was refused';
};

describe('the head of a frame', () => {
  it('is read as it was written', () => {
    expect(parse(frameHeadText(head))).toEqual(head);
    fc.assert(
      fc.property(
        fc.nat(999),
        fc.nat(1000),
        fc.integer({ min: 2, max: CLAIM_BYTES_MAX }),
        (index, more, claimBytes) => {
          const count = index + more + 1;
          const any = { ...head, index, count, claimBytes, totalBytes: claimBytes + count };
          if (count < frameCountOf(any.totalBytes)) return;
          expect(parse(frameHeadText(any), new Uint8Array(1))).toEqual(any);
        },
      ),
    );
  });

  const huge = CLAIM_BYTES_MAX + OBJECT_BYTES_MAX;
  it.each<[string, object, string]>([
    ['another version', { version: 2 }, 'version 1'],
    ['a chunk id with a path in it', { chunkId: '../'.repeat(21) + 'a' }, 'no chunk id'],
    ['a chunk id that is no text', { chunkId: [head.chunkId] }, 'canonical'],
    ['an attempt in capitals', { attempt: '0123456789ABCDEF' }, 'attempt'],
    ['a negative index', { index: -1 }, 'index'],
    ['an index beyond the count', { index: 2 }, 'number 2 of 2'],
    ['no frames at all', { count: 0 }, 'count'],
    ['more frames than bytes', { count: 31 }, '31 frames'],
    ['fewer frames than the bytes need', { count: 1, totalBytes: 20 * FRAME_BYTES_MAX }, '1 frames'],
    ['millions of frames', { count: 1_000_000, totalBytes: 2_000_000 }, 'at most 65536'],
    ['half a byte', { totalBytes: 30.5 }, 'totalBytes'],
    ['a size beyond what is exact', { totalBytes: 2 ** 60 }, 'totalBytes'],
    ['a stream of terabytes', { count: 60_000, totalBytes: 2 ** 42 }, `at most ${huge}`],
    ['an object beyond its cap', { count: 800, totalBytes: huge }, 'object'],
    ['a claim beyond its cap', { claimBytes: CLAIM_BYTES_MAX + 1, totalBytes: huge }, 'claimBytes'],
    ['a claim that is longer than the stream', { claimBytes: 31 }, 'longer'],
    ['no claim', { claimBytes: 0 }, 'claimBytes'],
    ['a CRC of seven digits', { crc32c: '0000000' }, 'crc32c'],
    ['a field that nobody knows', { more: 1 }, 'canonical'],
    ['a field too few', { crc32c: undefined }, 'crc32c'],
  ])('refuses %s', (_, change, reason) => {
    const fault = faultOf(() => parse(JSON.stringify(sorted({ ...head, ...change }))));
    expect(fault).toContain('frame 7 of partition 3');
    expect(fault).toContain(reason);
  });

  it('refuses what is not its canonical text, and what does not fit its body', () => {
    const text = frameHeadText(head);
    expect(faultOf(() => parse(` ${text}`))).toContain('canonical');
    expect(faultOf(() => parse(text.replace('{', '{"attempt":"x",')))).toContain('canonical');
    for (const other of ['', 'null', '7', '[]', '"x"', '{', '[['.repeat(400)]) {
      expect(faultOf(() => parse(other))).toContain('is refused');
    }
    expect(faultOf(() => parse(`${text}${' '.repeat(1024)}`))).toContain('at most 1024');
    expect(faultOf(() => parse(text, body, 'another key'))).toContain('key');
    expect(faultOf(() => parse(text, new Uint8Array(0)))).toContain('no body');
    expect(faultOf(() => parse(text, new Uint8Array(30)))).toContain('no room');
    expect(faultOf(() => parse(text, new Uint8Array(FRAME_BYTES_MAX + 1)))).toContain('at most');
  });
});

describe('a claim that travels', () => {
  const parsed = (claim: unknown) => claimFromBytes(bytesFromUtf8(JSON.stringify(claim)), 'attempt x');

  it('is read as it was written', () => {
    expect(claimFromBytes(claimBytesFrom(goldenClaim), 'x')).toEqual(goldenClaim);
  });

  it('is refused when it names an object that is not its own', () => {
    const { drive, chunk } = goldenClaim;
    expect(faultOf(() => parsed({ drive, chunk: { ...chunk, object: `${chunk.object}.x` } }))).toContain('name');
    expect(faultOf(() => parsed({ drive: { ...drive, driveId: 'other' }, chunk }))).toContain('name');
    expect(faultOf(() => parsed({ drive: { ...drive, tenant: '../x' }, chunk }))).toContain('no tenant');
    expect(faultOf(() => parsed({ drive: { ...drive, vehicleId: null }, chunk }))).toContain('no vehicle');
  });

  it('is refused when any field is missing or of another kind', () => {
    const { drive, chunk } = goldenClaim;
    for (const field of Object.keys(chunk)) {
      for (const value of [undefined, {}, -1, 1.5, 'x\u0000']) {
        if (field === 'group' && typeof value === 'string') continue;
        expect(
          faultOf(() => parsed({ drive, chunk: { ...chunk, [field]: value } })),
          field,
        ).toContain('refused');
      }
    }
    const [channel] = chunk.channels;
    for (const field of Object.keys(channel ?? {})) {
      const channels = [channel, { ...channel, [field]: { toString: 'x' } }];
      expect(
        faultOf(() => parsed({ drive, chunk: { ...chunk, channels } })),
        field,
      ).toContain('channels');
    }
    for (const other of [null, 7, [], {}, { drive, chunk: null }, { drive: [], chunk }]) {
      expect(faultOf(() => parsed(other))).toContain('refused');
    }
    expect(faultOf(() => claimFromBytes(Uint8Array.of(0xff), 'x'))).toContain('not JSON');
  });

  it('is not made for a chunk that no frames can carry', () => {
    const { drive, chunk } = goldenClaim;
    const tooLarge = { drive, chunk: { ...chunk, bytesStored: OBJECT_BYTES_MAX + 1 } };
    expect(faultOf(() => claimBytesFrom(tooLarge))).toContain('claim check');
    const wordy = { drive, chunk: { ...chunk, group: 'x'.repeat(CLAIM_BYTES_MAX) } };
    expect(faultOf(() => claimBytesFrom(wordy))).toContain('claim check');
  });
});

describe('lanes', () => {
  it('have a topic each', () => {
    expect(new Set(LANES.map(frameTopic)).size).toBe(LANES.length);
  });
});

const sorted = (fields: object): object =>
  Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
