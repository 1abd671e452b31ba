import { concatCopy } from '@pitlane/base/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../test/support/byte-source.ts';
import { type ReadRecording, readRecording } from '../../../test/support/read-recording.ts';
import { bareTools } from '../lines/opaque-reason.fixture.ts';
import { nmea } from './index.ts';
import { sentence, ubxFrame } from './write-nmea.fixture.ts';

const SEED = 20_261_126;
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const read = (...parts: readonly Uint8Array[]): Promise<ReadRecording> =>
  readRecording(nmea, memorySource(concatCopy(parts)));
const timesOf = ({ messages }: ReadRecording): bigint[] => messages.map(({ logTimeNs }) => logTimeNs);
const utcNs = (text: string): bigint => BigInt(Date.parse(text)) * 1_000_000n;

interface Said {
  readonly date: readonly [year: number, month: number, day: number, hour: number, minute: number, second: number];
  readonly nanos?: number;
  readonly valid?: number;
}

/** A payload with a time at the places of its kind. */
function payload(size: number, at: { year: number; nanos: number; valid: number }, said: Said): Uint8Array {
  const bytes = Buffer.alloc(size);
  bytes.writeUInt16LE(said.date[0], at.year);
  for (const [i, value] of said.date.slice(1).entries()) bytes[at.year + 2 + i] = value;
  bytes.writeInt32LE(said.nanos ?? 0, at.nanos);
  bytes[at.valid] = said.valid ?? 0x37;
  return new Uint8Array(bytes);
}

const pvt = (said: Said): Uint8Array => ubxFrame(1, 7, payload(92, { year: 4, nanos: 16, valid: 11 }, said));
const pvat = (said: Said): Uint8Array => ubxFrame(1, 0x17, payload(116, { year: 6, nanos: 20, valid: 5 }, said));
const timeUtc = (said: Said): Uint8Array => ubxFrame(1, 0x21, payload(20, { year: 12, nanos: 8, valid: 19 }, said));
const RAW = ubxFrame(2, 0x15, bytesOf('raw measurements'));
const NOON: Said = { date: [2024, 2, 29, 12, 0, 0] };

describe('a log of u-blox frames alone', () => {
  it('gives every frame as it stands', async () => {
    const frames = fc.array(
      fc.tuple(fc.nat(255), fc.nat(255), fc.uint8Array({ maxLength: 60 })).map((parts) => ubxFrame(...parts)),
      { minLength: 1, maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(frames, async (parts) => {
        expect(nmea.recognises(concatCopy(parts).subarray(0, 4096))).toBe(true);
        const { messages, losses } = await read(...parts);
        expect(losses).toEqual([]);
        expect(messages.map(({ data }) => Buffer.from(data).toString('hex'))).toEqual(
          parts.map((part) => Buffer.from(part).toString('hex')),
        );
      }),
      { seed: SEED, numRuns: 100 },
    );
  });

  it.each([
    ['NAV-PVT', pvt],
    ['NAV-PVAT', pvat],
    ['NAV-TIMEUTC', timeUtc],
  ])('takes its times from %s, and those before the first from it', async (_, frame) => {
    const later: Said = { date: [2024, 3, 1, 0, 0, 0], nanos: -250 };
    const times = timesOf(await read(RAW, frame(NOON), RAW, frame(later), RAW));
    const [noon, midnight] = [utcNs('2024-02-29T12:00:00Z'), utcNs('2024-03-01T00:00:00Z') - 250n];
    expect(times).toEqual([noon, noon, noon, midnight, midnight]);
  });

  it('believes no time that the receiver does not vouch for, or that is none', async () => {
    const lies: Said[] = [
      { ...NOON, valid: 0x03 },
      { ...NOON, valid: 0 },
      { date: [2023, 2, 29, 12, 0, 0] },
      { date: [2024, 13, 1, 12, 0, 0] },
      { date: [2024, 1, 1, 24, 0, 0] },
      { date: [1, 1, 1, 1, 0, 0] },
    ];
    const back = await read(
      ...lies.flatMap((said) => [pvt(said), pvat(said), timeUtc(said)]),
      ubxFrame(1, 7, bytesOf('short')),
    );
    expect(new Set(timesOf(back))).toEqual(new Set([0n]));
    expect(back.notes).toEqual([expect.stringContaining('no date in the first MiB')]);
  });

  it('leaves the time to sentences where there are some', async () => {
    const zda = bytesOf(`${sentence('GNZDA,080000.00,01,03,2024,00,00')}\r\n`);
    const times = timesOf(await read(pvt(NOON), zda, pvt(NOON)));
    expect(times).toEqual([1, 2, 3].map(() => utcNs('2024-03-01T08:00:00Z')));
  });

  it('is recognised by frames in a row, or by the one that is all of it', () => {
    const isLog = (...parts: readonly Uint8Array[]): boolean => nmea.recognises(concatCopy(parts).subarray(0, 4096));
    expect(isLog(RAW)).toBe(true);
    expect(isLog(RAW, pvt(NOON), bytesOf('\xb5b\x01'))).toBe(true);
    expect(isLog(RAW, ubxFrame(2, 0x15, new Uint8Array(9000)))).toBe(false);
    expect(isLog(RAW, bytesOf('text\n'.repeat(1000)))).toBe(false);
    const broken = RAW.slice().fill(0, 8, 12);
    expect(isLog(broken, broken)).toBe(false);
    expect(isLog(bytesOf('\xb5b'.repeat(3000)))).toBe(false);
  });

  it('is inspected by its beginning', async () => {
    const file = concatCopy([pvt(NOON), RAW, RAW]);
    expect(await nmea.inspect(memorySource(file), bareTools())).toMatchObject({
      messages: 3,
      startTimeNs: utcNs('2024-02-29T12:00:00Z'),
      topics: [
        { topic: '/ubx/01-07', messages: 1 },
        { topic: '/ubx/02-15', messages: 2 },
      ],
    });
  });

  it('with damage between frames loses that alone', async () => {
    const broken = pvt(NOON).fill(0xaa, 20, 30);
    const { messages, losses } = await read(RAW, pvt(NOON), broken, RAW, pvt(NOON), RAW.subarray(0, 10));
    expect(messages.length).toBe(4);
    expect(losses.map(({ reason, bytes }) => [reason, bytes])).toEqual([
      ['corrupt-record', broken.byteLength],
      ['truncated', 10],
    ]);
  });
});
