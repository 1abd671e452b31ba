import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { concatCopy } from '@pitlane/base/bytes';
import { textFromTimeNs } from '@pitlane/base/time';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../test/support/byte-source.ts';
import { type ReadRecording, readRecording } from '../../../test/support/read-recording.ts';
import { requireData } from '../../../test/support/requires.ts';
import { bareTools, opaqueReason } from '../lines/opaque-reason.fixture.ts';
import type { Message } from '../recording/index.ts';
import { nmea } from './index.ts';
import { sentence, ubxFrame } from './write-nmea.fixture.ts';

const SEED = 20_261_126;
const data = requireData();

/** Messages by topic, as pyubx2 and pynmeagps count them, and settings (06-8A) that they take for faults. */
const FACTS: Record<string, Record<string, number>> = {
  'serial-COM3.ubx': {
    '/nmea/GNRMC': 90,
    '/nmea/GNVTG': 83,
    '/nmea/GNGGA': 81,
    '/nmea/GNGSA': 247,
    '/nmea/GPGSV': 51,
    '/nmea/GLGSV': 49,
    '/nmea/GAGSV': 45,
    '/nmea/GBGSV': 38,
    '/nmea/GNGLL': 32,
    '/nmea/GNTXT': 102,
    '/ubx/06-8A': 27,
    '/ubx/06-8B': 70,
    '/ubx/05-01': 56,
    '/ubx/05-00': 7,
  },
  'SF-calibration.log': {
    '/ubx/01-17': 527,
    '/ubx/01-05': 527,
    '/ubx/10-10': 527,
    '/ubx/06-01': 1,
    '/ubx/05-00': 1,
    '/ubx/13-10': 30,
    '/ubx/0A-04': 8,
  },
  'MIXED.log': {
    '/nmea/GNTXT': 8,
    '/ubx/01-06': 39,
    '/ubx/01-07': 39,
    '/ubx/01-30': 39,
    '/ubx/01-34': 19,
    '/ubx/01-35': 28,
    '/ubx/01-03': 32,
    '/ubx/01-01': 26,
    '/ubx/01-02': 21,
    '/ubx/01-04': 17,
    '/ubx/01-11': 12,
    '/ubx/01-12': 9,
    '/ubx/01-20': 8,
    '/ubx/01-23': 5,
    '/ubx/01-24': 4,
    '/ubx/01-25': 1,
    '/ubx/01-21': 1,
  },
};
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const read = (bytes: Uint8Array): Promise<ReadRecording> => readRecording(nmea, memorySource(bytes));
const readLines = (lines: readonly string[]): Promise<ReadRecording> =>
  read(bytesOf(lines.map((line) => `${line}\r\n`).join('')));
const textOf = (message: Message): string => Buffer.from(message.data).toString('latin1');
const timesOf = ({ messages }: ReadRecording): string[] => messages.map(({ logTimeNs }) => textFromTimeNs(logTimeNs));

const rmc = (time: string, date: string): string =>
  sentence(`GPRMC,${time},A,4807.0,N,01131.0,E,022.4,084.4,${date},,`);
const gga = (time: string): string => sentence(`GPGGA,${time},4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,`);
const txt = (text: string): string => sentence(`GNTXT,01,01,02,${text}`);

describe('a log of sentences', () => {
  it('reads back what was written, with frames between, byte for byte', async () => {
    const unit = fc.oneof(
      fc
        .tuple(fc.stringMatching(/^[A-Z]{2,6}$/), fc.stringMatching(/^[ -#%-)+-~]{0,70}$/), fc.constantFrom('$', '!'))
        .map(([address, fields, start]) => bytesOf(sentence(`${address},${fields}`, start)))
        .filter((line) => line.filter((byte) => byte === 0x21).byteLength < 2),
      fc
        .tuple(fc.nat(255), fc.nat(255), fc.uint8Array({ maxLength: 300 }))
        .map(([kind, id, payload]) => ubxFrame(kind, id, payload)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(unit, { maxLength: 12 }), fc.constantFrom('\n', '\r\n'), async (units, lineEnd) => {
        const parts = units.flatMap((bytes) => (bytes[0] === 0xb5 ? [bytes] : [bytes, bytesOf(lineEnd)]));
        const { messages, losses } = await read(concatCopy(parts));
        expect(losses).toEqual([]);
        expect(messages.map((message) => message.data)).toEqual(units);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('has a channel for each talker and sentence and each kind of frame, without schemas', async () => {
    const ais = sentence('AIVDM,1,1,,A,14eG;o@034o8sd<L9i:a;WF>062D,0', '!');
    const text = `${rmc('120000', '010120')}\n${txt('a')}\n${ais}\n${sentence('PUBX,00,1')}\n`;
    const { channels, messages } = await read(concatCopy([bytesOf(text), ubxFrame(1, 0x3c, new Uint8Array(9))]));
    expect(channels.map(({ topic, messageEncoding, schema }) => [topic, messageEncoding, schema])).toEqual([
      ['/nmea/GPRMC', 'nmea', undefined],
      ['/nmea/GNTXT', 'nmea', undefined],
      ['/nmea/AIVDM', 'nmea', undefined],
      ['/nmea/PUBX', 'nmea', undefined],
      ['/ubx/01-3C', 'ubx', undefined],
    ]);
    expect(messages.map(({ sourceOffset }) => sourceOffset)).toEqual(
      [rmc('120000', '010120'), txt('a'), ais, sentence('PUBX,00,1')].reduce(
        (at, line) => [...at, (at.at(-1) ?? 0) + line.length + 1],
        [0],
      ),
    );
  });

  it('keeps what a logger wrote before a sentence, and says so', async () => {
    const lines = [`2020-01-01 12:00:00 ${rmc('120000', '010120')}`, `\\s:gps,c:1577880000*5D\\${gga('120001')}`];
    const { messages, losses, notes } = await readLines(lines);
    expect(losses).toEqual([]);
    expect(messages.map(textOf)).toEqual(lines);
    expect(notes).toEqual(['2 lines have text before their sentence; it is kept in their messages']);
  });

  it('loses the torn beginning of a line in which a whole sentence follows', async () => {
    for (const torn of ['$GPGGA,1200', 'x\0y', 'A'.repeat(257)]) {
      const { messages, losses } = await readLines([rmc('120000', '010120'), torn + gga('120001')]);
      expect(messages.map(textOf)).toEqual([rmc('120000', '010120'), gga('120001')]);
      expect(losses).toMatchObject([{ offset: rmc('120000', '010120').length + 2, bytes: torn.length }]);
    }
  });

  it.each([
    ['a wrong checksum', rmc('120001', '010120').replace('A', 'V')],
    ['no checksum', '$GPGGA,120001'],
    ['a checksum that is no number', '$GPGGA,120001*G0'],
    ['no address', sentence(',1,2')],
    ['a NUL in it', sentence('GPTXT,\0')],
    ['nothing of the kind', 'hello'],
  ])('loses a line with %s, and only that', async (_, line) => {
    const { messages, losses } = await readLines([gga('120000'), line, gga('120000')]);
    expect(messages.length).toBe(2);
    const offset = gga('120000').length + 2;
    expect(losses).toMatchObject([{ reason: 'corrupt-record', offset, bytes: line.length + 2 }]);
  });

  it('passes over blank lines and notes comments', async () => {
    const { messages, losses, notes } = await readLines(['# receiver 7', '', rmc('120000', '010120'), ' ']);
    expect([messages.length, losses, notes]).toEqual([1, [], ['at 0: comment "# receiver 7"']]);
  });

  it('lands opaque when it has more kinds of sentences than channels are allowed', async () => {
    const text = `${sentence('GPAAA,1')}\n${sentence('GPBBB,1')}\n${sentence('GPCCC,1')}\n`;
    expect(await opaqueReason(nmea, bytesOf(text), { channelsMax: 2 })).toBe('more than 2 channels');
    expect(await opaqueReason(nmea, bytesOf(text), { channelsMax: 3 })).toBeUndefined();
  });
});

describe('the clock of a log', () => {
  it('is set by dates, moved by times of day, and kept by all else', async () => {
    const zda = sentence('GPZDA,120003.25,02,01,2020,00,00');
    const gll = sentence('GPGLL,4916.45,N,12311.12,W,120004,A');
    const lines = [rmc('120000.5', '010120'), txt('a'), gga('120001'), zda, gll, gga(''), txt('b')];
    expect(timesOf(await readLines(lines))).toEqual([
      '2020-01-01T12:00:00.5Z',
      '2020-01-01T12:00:00.5Z',
      '2020-01-01T12:00:01Z',
      '2020-01-02T12:00:03.25Z',
      '2020-01-02T12:00:04Z',
      '2020-01-02T12:00:04Z',
      '2020-01-02T12:00:04Z',
    ]);
  });

  it('goes over midnight, and back for a sentence that comes late', async () => {
    const lines = [rmc('235959', '311219'), gga('000001'), gga('235959.9'), gga('000002'), rmc('000002', '010120')];
    expect(timesOf(await readLines(lines))).toEqual([
      '2019-12-31T23:59:59Z',
      '2020-01-01T00:00:01Z',
      '2019-12-31T23:59:59.9Z',
      '2020-01-01T00:00:02Z',
      '2020-01-01T00:00:02Z',
    ]);
  });

  it('takes the first date for what comes before it, on the right side of midnight', async () => {
    const back = await readLines([txt('a'), gga('235958'), txt('b'), gga('000001'), rmc('000002', '010120')]);
    expect(timesOf(back)).toEqual([
      '2019-12-31T23:59:58Z',
      '2019-12-31T23:59:58Z',
      '2019-12-31T23:59:58Z',
      '2020-01-01T00:00:01Z',
      '2020-01-01T00:00:02Z',
    ]);
    expect(back.notes).toEqual([]);
  });

  it('counts from 1970 where no date comes within the first MiB, and says so', async () => {
    const back = await readLines([txt('a'), gga('130000'), gga('000001')]);
    expect(timesOf(back)).toEqual(['1970-01-01T13:00:00Z', '1970-01-01T13:00:00Z', '1970-01-02T00:00:01Z']);
    expect(back.notes).toEqual(['at 0: no date in the first MiB: until one comes, times count from 1970-01-01']);
    const late = [...new Array<string>(20_000).fill(gga('120000')), rmc('120001', '010120'), gga('120002')];
    const times = timesOf(await readLines(late));
    expect([times[0], ...times.slice(-2)]).toEqual([
      '1970-01-01T12:00:00Z',
      '2020-01-01T12:00:01Z',
      '2020-01-01T12:00:02Z',
    ]);
  });

  it('is not moved by days and times that there are not', async () => {
    for (const [time, date] of [
      ['250000', '010120'],
      ['126000', '010120'],
      ['120', '010120'],
    ] as const) {
      expect(timesOf(await readLines([rmc('110000', '010120'), rmc(time, date)]))[1]).toBe('2020-01-01T11:00:00Z');
    }
    const back = await readLines([rmc('110000', '010120'), rmc('120000', '310220'), rmc('120000', '991320')]);
    expect(timesOf(back).slice(1)).toEqual(new Array(2).fill('2020-01-01T12:00:00Z'));
    expect(timesOf(await readLines([rmc('000000', '060180')]))).toEqual(['1980-01-06T00:00:00Z']);
  });
});

describe('the inspection of a log', () => {
  it('counts a small one, and reads a MiB and a little of a large one', async () => {
    const clock = (at: number): string =>
      [3600, 60, 1].map((unit) => String(Math.floor(at / unit) % (unit === 3600 ? 24 : 60)).padStart(2, '0')).join('');
    const lines = (count: number): Uint8Array =>
      bytesOf(Array.from({ length: count }, (_, at) => `${rmc(clock(at), '010120')}\n${gga(clock(at))}\n`).join(''));
    expect(await nmea.inspect(memorySource(lines(3)), bareTools())).toMatchObject({
      messages: 6,
      startTimeNs: 1_577_836_800_000_000_000n,
      endTimeNs: 1_577_836_802_000_000_000n,
      topics: [{ topic: '/nmea/GPRMC', messages: 3, schemaName: '' }, { topic: '/nmea/GPGGA' }],
    });
    const source = memorySource(lines(15_000));
    const inspection = await nmea.inspect(source, bareTools());
    expect([inspection.messages, inspection.topics.length]).toEqual([undefined, 2]);
    expect(inspection.endTimeNs).toBe(1_577_836_800_000_000_000n + 14_999_000_000_000n);
    expect(source.bytesRead).toBeLessThanOrEqual(1024 * 1024 + 64 * 1024);
  });
});

describe('recognition', () => {
  const isNmea = (text: string): boolean => nmea.recognises(bytesOf(text));

  it('wants two right checksums, or one in a file that has no more', () => {
    expect(isNmea(`${gga('120000')}\r\n${txt('a')}\r\n`)).toBe(true);
    expect(isNmea(gga('120000'))).toBe(true);
    expect(isNmea(`07.038,N*5A\r\n${gga('120000')}\r\n${txt('a')}\r\n`)).toBe(true);
    expect(isNmea(`# x\n\n${gga('120000')}`)).toBe(true);
    expect(isNmea(`${gga('120000')}\n`.repeat(80).slice(0, 4096))).toBe(true);
    expect(isNmea(`x\n${gga('120000')}`)).toBe(false);
    expect(isNmea(`x\ny\n${gga('120000')}\n${txt('a')}\n`)).toBe(false);
    expect(isNmea(`${gga('120000')}\nhello\n${gga('120000')}\n`)).toBe(false);
    expect(isNmea('$GPGGA,120000\n$GPGGA,120001\n')).toBe(false);
    expect(['', '\n', '# x\n', '$*00', '*'].map(isNmea)).toEqual(new Array(5).fill(false));
  });

  it('takes no other text for a log of sentences', () => {
    const readme = readFileSync(new URL('../../../README.md', import.meta.url));
    expect(nmea.recognises(readme.subarray(0, 4096))).toBe(false);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (head) => !nmea.recognises(head)),
      { seed: SEED },
    );
  });
});

describe.skipIf(data === undefined)('real logs', () => {
  const fileOf = (name: string): Uint8Array => new Uint8Array(readFileSync(path.join(data ?? '', 'gps', name)));

  it.each(Object.entries(FACTS))('reads %s as other readers do', async (name, counts) => {
    const bytes = fileOf(name);
    expect(nmea.recognises(bytes.subarray(0, 4096))).toBe(true);
    const { messages, losses } = await read(bytes);
    const seen: Record<string, number> = {};
    for (const { channel } of messages) seen[channel.topic] = (seen[channel.topic] ?? 0) + 1;
    expect(seen).toEqual(counts);
    expect(losses).toEqual([]);
    const inspection = await nmea.inspect(memorySource(bytes), bareTools());
    expect(Object.fromEntries(inspection.topics.map((line) => [line.topic, line.messages]))).toEqual(counts);
  });

  it('of frames alone take their times from them, and one that was cut off gives its whole frames', async () => {
    const { messages } = await read(fileOf('SF-calibration.log'));
    expect(messages[0]?.logTimeNs).toBe(BigInt(Date.UTC(2026, 3, 20, 13, 48, 55)) * 1_000_000n + 85_767n);
    expect(messages.at(-1)?.logTimeNs).toBeGreaterThan(messages[0]?.logTimeNs ?? 0n);
    const cut = fileOf('BADEOF1.log');
    expect(nmea.recognises(cut)).toBe(true);
    const back = await read(cut);
    expect(back.messages.map(({ channel }) => channel.topic)).toEqual(['/ubx/01-06', '/ubx/01-07', '/ubx/01-30']);
    expect(back.losses.map(({ reason, offset, bytes }) => [reason, offset + bytes])).toEqual([
      ['truncated', cut.byteLength],
    ]);
  });

  it('of other tools are not taken for logs of sentences or frames', () => {
    const others = ['gps', 'can'].flatMap((folder) =>
      readdirSync(path.join(data ?? '', folder))
        .filter((name) => name.includes('.') && !(name in FACTS) && name !== 'BADEOF1.log')
        .map((name) => readFileSync(path.join(data ?? '', folder, name)).subarray(0, 4096)),
    );
    expect(others.length).toBeGreaterThan(10);
    expect(others.filter((head) => nmea.recognises(head))).toEqual([]);
  });
});
