import { concatCopy } from '@pitlane/base/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../test/support/byte-source.ts';
import { faultOfLosses, type ReadRecording, readRecording } from '../../../test/support/read-recording.ts';
import { nmea } from './index.ts';
import { sentence, ubxFrame } from './write-nmea.fixture.ts';

const SEED = 20_261_126;
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const read = (bytes: Uint8Array): Promise<ReadRecording> => readRecording(nmea, memorySource(bytes));
const line = (body: string): Uint8Array => bytesOf(`${sentence(body)}\r\n`);

/** Sentences and frames in turn; the frames hold line feeds, a `#`, and the beginning of another frame. */
const UNITS = [
  line('GPRMC,120000,A,,,,,,,010120,,'),
  ubxFrame(1, 7, bytesOf('ab\n#cd\n\n$GP\r\n')),
  ubxFrame(5, 1, Uint8Array.of(0xb5, 0x62, 1, 2, 0, 0)),
  line('GPGGA,120001,1'),
  line('GNTXT,01,01,02,u-blox'),
  ubxFrame(0x0a, 4, new Uint8Array(0)),
];
const WHOLE = concatCopy(UNITS);
const linesOf = ({ messages }: ReadRecording): string[] =>
  messages.map(({ channel, data }) => `${channel.topic} ${Buffer.from(data).toString('latin1')}`);

/** Every byte of the file, message by message, loss by loss, and the line ends between them. */
function bytesTold({ messages, losses }: ReadRecording, bytes: Uint8Array): Uint8Array {
  const told = new Uint8Array(bytes.byteLength);
  for (const { sourceOffset, data } of messages) told.fill(1, sourceOffset, sourceOffset + data.byteLength);
  for (const { offset, bytes: lost } of losses) told.fill(1, offset, offset + lost);
  return bytes.filter((_, at) => told[at] === 0);
}

describe('a log that was cut off', () => {
  it('gives every whole sentence and frame, at every byte, and says what is cut', async () => {
    const full = linesOf(await read(WHOLE));
    expect(full.length).toBe(UNITS.length);
    const ends = UNITS.map((_, at) => concatCopy(UNITS.slice(0, at + 1)).byteLength);
    for (let cut = 0; cut < WHOLE.byteLength; cut += 1) {
      const back = await read(WHOLE.subarray(0, cut));
      // A sentence is whole without its line end.
      const isLine = (at: number): boolean => UNITS[at]?.[0] === 0x24;
      const whole = ends.filter((end, at) => (isLine(at) ? end - 2 : end) <= cut).length;
      expect(linesOf(back), `cut at ${cut}`).toEqual(full.slice(0, whole));
      const readUpTo = whole === 0 ? 0 : Math.min(cut, ends[whole - 1] ?? 0);
      const rest = cut - readUpTo;
      const lost = rest === 0 ? [] : [{ reason: 'truncated', offset: readUpTo, bytes: rest }];
      expect(back.losses, `cut at ${cut}`).toMatchObject(lost);
      expect(back.losses.length).toBe(lost.length);
    }
  });
});

describe('a log of many blocks', () => {
  it('reads like the small ones it is made of, wherever a block ends', async () => {
    const long = ubxFrame(2, 0x15, new Uint8Array(65_535).fill(0xb5));
    const part = concatCopy([WHOLE, long, WHOLE]);
    const wanted = linesOf(await read(part));
    expect(wanted.length).toBe(2 * UNITS.length + 1);
    const back = await read(concatCopy(new Array<Uint8Array>(50).fill(part)));
    expect(back.losses).toEqual([]);
    expect(linesOf(back)).toEqual(new Array<string[]>(50).fill(wanted).flat());
  });
});

describe('a log with damage', () => {
  it('loses the one unit in which a bit was flipped, and tells of every byte', async () => {
    const full = linesOf(await read(WHOLE));
    for (let bit = 0; bit < WHOLE.byteLength * 8; bit += 1) {
      const damaged = WHOLE.slice();
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const back = await read(damaged);
      const lines = linesOf(back);
      expect(full.filter((one) => !lines.includes(one)).length, `bit ${bit}`).toBeLessThanOrEqual(1);
      expect(faultOfLosses(back.losses, damaged.byteLength)).toBeUndefined();
      expect(Buffer.from(bytesTold(back, damaged)).toString('latin1'), `bit ${bit}`).toMatch(/^[\r\n]*$/);
    }
  });

  it('is read past any bytes between its units', async () => {
    const noise = fc.uint8Array({ minLength: 1, maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(fc.array(noise, { maxLength: UNITS.length }), async (noises) => {
        const parts = UNITS.flatMap((unit, at) => [noises[at] ?? new Uint8Array(0), bytesOf('\n'), unit]);
        const bytes = concatCopy(parts);
        const back = await read(bytes);
        const kept = linesOf(back);
        expect(linesOf(await read(WHOLE)).filter((one) => !kept.includes(one))).toEqual([]);
        expect(faultOfLosses(back.losses, bytes.byteLength)).toBeUndefined();
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('of long lines and NULs costs no more than its bytes, and what stands behind is read', async () => {
    for (const bytes of [65_537, 1_500_000]) {
      for (const filler of ['A', '\0', '$', '#', ' ']) {
        const parts = [line('GPGGA,1'), bytesOf(`${filler.repeat(bytes)}\n`), line('GPGGA,2'), ubxFrame(1, 1, WHOLE)];
        const { messages, losses } = await read(concatCopy(parts));
        expect(messages.length).toBe(3);
        expect(losses).toMatchObject([{ offset: line('GPGGA,1').byteLength, bytes: bytes + 1 }]);
      }
    }
  });

  it('of nothing but false beginnings of long frames is read in a moment', async () => {
    const bytes = new Uint8Array(4_000_002);
    for (let at = 0; at < bytes.byteLength; at += 6) bytes.set([0xb5, 0x62, 1, 7, 0xf0, 0xff], at);
    const before = performance.now();
    const { messages, losses } = await read(concatCopy([line('GPGGA,1'), bytes, line(''), line('GPGGA,2')]));
    expect(performance.now() - before).toBeLessThan(5000);
    expect(messages.length).toBe(2);
    expect(losses.reduce((sum, loss) => sum + loss.bytes, 0)).toBe(bytes.byteLength + line('').byteLength);
  });
});
