import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../test/support/byte-source.ts';
import { faultOfLosses, type ReadRecording, readRecording } from '../../../test/support/read-recording.ts';
import { requireData } from '../../../test/support/requires.ts';
import { bareTools, opaqueReason } from '../lines/opaque-reason.fixture.ts';
import { type Message } from '../recording/index.ts';
import type { Frame } from './frame.ts';
import { candump } from './index.ts';
import { lineFromFrame, timeTextFromNs } from './print-line.ts';

const SEED = 20_261_126;
const data = requireData();
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const readText = (text: string): Promise<ReadRecording> => readRecording(candump, memorySource(bytesOf(text)));
const frameOf = (message: Message | undefined): Frame & { text?: string } =>
  JSON.parse(Buffer.from(message?.data ?? []).toString()) as Frame & { text?: string };
const tools = bareTools();

/** The line that a message was read from, by what the message itself says. */
function lineOf(message: Message): string {
  const frame = frameOf(message);
  const interfaceName = message.channel.topic.replace(/^\/can\//, '');
  return frame.text ?? lineFromFrame(frame, interfaceName, timeTextFromNs(message.logTimeNs));
}

const hexText = (bytesMax: number): fc.Arbitrary<string> =>
  fc.uint8Array({ maxLength: bytesMax }).map((bytes) => Buffer.from(bytes).toString('hex').toUpperCase());
const body = fc.oneof(
  hexText(8),
  hexText(64).chain((hex) => fc.constantFrom('0', '5', 'F').map((flags) => `#${flags}${hex}`)),
  fc.constantFrom('R', 'R0', 'R8', 'R8_C', '0011223344556677_9'),
);
const id = fc.oneof(
  fc.nat(0x7ff).map((value) => value.toString(16).toUpperCase().padStart(3, '0')),
  fc.nat(0x3fffffff).map((value) => value.toString(16).toUpperCase().padStart(8, '0')),
);
const plainLine = fc
  .record({
    seconds: fc.nat(2 ** 31 - 1),
    micros: fc.nat(999_999).map((micros) => String(micros).padStart(6, '0')),
    interfaceName: fc.constantFrom('can0', 'vcan1', 'slcan-7'),
    id,
    body,
    way: fc.constantFrom('', ' R', ' T'),
  })
  .map((line) => `(${line.seconds}.${line.micros}) ${line.interfaceName} ${line.id}#${line.body}${line.way}`);
/** Spelled as candump never would, and still a frame. */
const oddLine = fc
  .tuple(plainLine, fc.constantFrom('case', 'spaces', 'tail', 'zeros', 'digits', 'nanos', 'whole', 'short'))
  .map(([line, how]) => {
    if (how === 'case') return line.replace(/[0-9A-F]+#.*[0-9A-F]/, (part) => part.toLowerCase().replaceAll('r', 'R'));
    if (how === 'spaces') return ` \t${line.replaceAll(' ', '  ')}`;
    if (how === 'tail') return `${line} \t`;
    if (how === 'zeros') return line.replace('(', '(00');
    if (how === 'digits') return line.replace(')', '000)');
    if (how === 'nanos') return line.replace(')', '007)');
    if (how === 'whole') return line.replace(/\.\d+\)/, ')');
    return line.replace(/ [0-9A-F]+#/, ' 1#');
  });

describe('a candump log', () => {
  it('is told again line for line by its messages', async () => {
    const lines = fc.array(fc.oneof(plainLine, oddLine), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(lines, fc.constantFrom('\n', '\r\n'), async (written, lineEnd) => {
        const { messages, losses, notes } = await readText(written.map((line) => line + lineEnd).join(''));
        expect([losses, notes]).toEqual([[], []]);
        expect(messages.map(lineOf)).toEqual(written);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('keeps a line beside its frame only where it is spelled oddly', async () => {
    await fc.assert(
      fc.asyncProperty(plainLine, async (line) => {
        const { messages } = await readText(line);
        expect(frameOf(messages[0]).text).toBeUndefined();
      }),
      { seed: SEED, numRuns: 300 },
    );
    const { messages } = await readText('(1.000000) can0 12a#00\n(1.000000) can0 12A#00\n');
    expect(messages.map((message) => frameOf(message).text)).toEqual(['(1.000000) can0 12a#00', undefined]);
  });

  it('gives each kind of frame its fields, its channel and its time to the nanosecond', async () => {
    const { messages, channels } = await readText(
      [
        '(1436509052.249713) can0 123#DEADBEEF',
        '(1436509052.249713001) can1 00000123##3112233 T',
        '(0.000001) can0 7FF#R8 R',
        '(18446744072.999999999) can0 20000080#0000000000000000',
        '(5.5) can0 123#',
      ].join('\n'),
    );
    const plain = { extended: false, fd: false, flags: 0, rtr: false, error: false, data: '' };
    expect(messages.map(frameOf)).toEqual([
      { ...plain, id: 0x123, data: 'DEADBEEF' },
      { ...plain, id: 0x123, extended: true, fd: true, flags: 3, data: '112233', direction: 'tx' },
      { ...plain, id: 0x7ff, rtr: true, dlc: 8, direction: 'rx' },
      { ...plain, id: 0x80, error: true, data: '0000000000000000' },
      { ...plain, id: 0x123, text: '(5.5) can0 123#' },
    ]);
    expect(messages.map(({ logTimeNs }) => logTimeNs)).toEqual([
      1_436_509_052_249_713_000n,
      1_436_509_052_249_713_001n,
      1000n,
      18_446_744_072_999_999_999n,
      5_500_000_000n,
    ]);
    expect(channels.map(({ topic }) => topic)).toEqual(['/can/can0', '/can/can1']);
    expect(channels[0]).toMatchObject({ messageEncoding: 'json', schema: { encoding: 'jsonschema' } });
    expect(JSON.parse(Buffer.from(channels[0]?.schema?.data ?? []).toString())).toMatchObject({ type: 'object' });
  });

  it('passes over blank lines, notes comments, and says where each message stands', async () => {
    const text = '# from the test bench\n\n(1.000000) can0 1FF#00\r\n \t\n(2.000000) can0 1FF#01\n\n';
    const { messages, losses, notes } = await readText(text);
    expect(losses).toEqual([]);
    expect(notes).toEqual(['at 0: comment "# from the test bench"']);
    expect(messages.map(({ sourceOffset }) => text.slice(sourceOffset, sourceOffset + 4))).toEqual(['(1.0', '(2.0']);
  });

  it.each([
    ['more than nine decimals', '(1.0123456789) can0 123#00'],
    ['a time past 64 bits', '(18446744073.000000) can0 123#00'],
    ['half a byte', '(1.000000) can0 123#0'],
    ['nine bytes', '(1.000000) can0 123#001122334455667788'],
    ['more than eleven bits in three digits', '(1.000000) can0 800#00'],
    ['more than 30 bits', '(1.000000) can0 40000000#00'],
    ['a raw length of less than eight bytes', '(1.000000) can0 123#00_9'],
    ['a NUL', '(1.000000) can0 123#00\0'],
    ['bytes beyond ASCII', '(1.000000) can\xff 123#00'],
    ['no frame', '(1.000000) can0'],
    ['output for people', '  can0  123   [2]  00 11'],
  ])('loses a line with %s, and only that', async (_, line) => {
    const good = '(1.000000) can0 123#00\n';
    const { messages, losses } = await readText(`${good}${line}\n${good}`);
    expect(messages.length).toBe(2);
    expect(losses).toMatchObject([{ reason: 'corrupt-record', offset: good.length, bytes: line.length + 1 }]);
  });

  it('is read to its last whole line wherever it was cut off', async () => {
    const text = '(1.000000) can0 123#00\n(2.000000) can0 1234ABCD##1AABB\r\n(3.000000) can1 7FF#R T\n';
    for (let cut = 0; cut <= text.length; cut += 1) {
      const part = text.slice(0, cut);
      const { messages, losses } = await readText(part);
      const whole = part.split('\n').length - 1;
      expect([whole, whole + 1]).toContain(messages.length);
      const lostBytes = losses.reduce((sum, { bytes }) => sum + bytes, 0);
      const rest = cut - part.lastIndexOf('\n') - 1;
      expect(lostBytes, `cut at ${cut}`).toBe(messages.length > whole ? 0 : rest);
      for (const loss of losses) expect(loss.reason).toBe('truncated');
    }
  });

  it('loses no line but the one in which a bit was flipped', async () => {
    const lines = ['(1.000000) can0 123#00', '(2.000000) can0 1234ABCD##1AABB', '(3.000000) can1 7FF#R T'];
    const whole = bytesOf(`${lines.join('\n')}\n`);
    for (let bit = 0; bit < whole.byteLength * 8; bit += 1) {
      const damaged = whole.slice();
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const { messages, losses } = await readRecording(candump, memorySource(damaged));
      // A flipped line end makes one line of two.
      const isLineEnd = whole[bit >> 3] === 0x0a;
      const kept = messages.map(lineOf).filter((line) => lines.includes(line));
      expect(kept.length, `bit ${bit}`).toBeGreaterThanOrEqual(isLineEnd ? 1 : 2);
      expect(faultOfLosses(losses, whole.byteLength)).toBeUndefined();
    }
  });

  it('gives up a line of any length, and what stands behind it is read', async () => {
    const good = '(1.000000) can0 123#00\n';
    for (const bytes of [65_536, 65_537, 200_000, 3_000_000]) {
      const { messages, losses } = await readText(`${good}${'A'.repeat(bytes)}\n${good}`);
      expect(messages.length).toBe(2);
      expect(losses).toMatchObject([{ offset: good.length, bytes: bytes + 1 }]);
      const cut = await readText(`${good}${'\0'.repeat(bytes)}`);
      expect(cut.losses).toMatchObject([{ offset: good.length, bytes: bytes }]);
    }
  });

  it('lands opaque when it has more interfaces than channels are allowed', async () => {
    const text = [0, 1, 2].map((at) => `(1.000000) can${at} 123#00\n`).join('');
    expect(await opaqueReason(candump, bytesOf(text), { channelsMax: 2 })).toBe('more than 2 channels');
    expect(await opaqueReason(candump, bytesOf(text), { channelsMax: 3 })).toBeUndefined();
  });
});

describe('the inspection of a candump log', () => {
  const lines = (count: number): string =>
    Array.from({ length: count }, (_, at) => `(${at}.000000) can${at % 2} 123#00\n`).join('');

  it('counts a small one', async () => {
    expect(await candump.inspect(memorySource(bytesOf(lines(5))), tools)).toMatchObject({
      messages: 5,
      startTimeNs: 0n,
      endTimeNs: 4_000_000_000n,
      topics: [
        { topic: '/can/can0', messages: 3, schemaName: 'candump.Frame' },
        { topic: '/can/can1', messages: 2 },
      ],
    });
  });

  it('reads a MiB and a little of a large one, and knows when it ends', async () => {
    const source = memorySource(bytesOf(lines(100_000)));
    const inspection = await candump.inspect(source, tools);
    expect([inspection.messages, inspection.topics.length]).toEqual([undefined, 2]);
    expect([inspection.startTimeNs, inspection.endTimeNs]).toEqual([0n, 99_999_000_000_000n]);
    expect(source.bytesRead).toBeLessThanOrEqual(1024 * 1024 + 64 * 1024);
  });
});

describe('a log longer than one block', () => {
  it('reads like the small ones it is made of', async () => {
    const part = Array.from({ length: 1000 }, (_, at) => `(${at}.00${at % 7}) can0 1FF#${'AB'.repeat(at % 9)}`);
    const text = `${part.join('\n')}\n`;
    const times = Math.ceil(3_000_000 / text.length);
    const { messages, losses } = await readText(text.repeat(times));
    expect(losses).toEqual([]);
    expect(messages.length).toBe(1000 * times);
    expect(messages.every((message, at) => lineOf(message) === part[at % 1000])).toBe(true);
  });
});

describe('recognition', () => {
  const isCandump = (text: string): boolean => candump.recognises(bytesOf(text));
  const line = '(1.000000) can0 123#00\n';

  it('wants two whole lines, or all there are', () => {
    expect([isCandump(line), isCandump(line.trim()), isCandump(`# x\n\n${line}${line}`)]).toEqual([true, true, true]);
    expect([isCandump(''), isCandump('\n\n'), isCandump('# x\n'), isCandump(`${line}x\n`)]).toEqual(
      new Array(4).fill(false),
    );
    const long = `${line}#${' '.repeat(4095)}`.slice(0, 4096);
    expect([isCandump(long), isCandump((line + long).slice(0, 4096))]).toEqual([false, true]);
    expect(isCandump(line.repeat(300).slice(0, 4096))).toBe(true);
  });

  it('takes no other text for a candump log', () => {
    const readme = readFileSync(new URL('../../../README.md', import.meta.url));
    expect(candump.recognises(readme.subarray(0, 4096))).toBe(false);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (head) => !candump.recognises(head)),
      { seed: SEED },
    );
  });
});

describe.skipIf(data === undefined)('real logs', () => {
  const folder = path.join(data ?? '', 'can');
  const bytes = (): Buffer => readFileSync(path.join(folder, 'candump.log'));

  it('read whole and are told again byte for byte', async () => {
    const whole = bytes();
    expect(candump.recognises(whole.subarray(0, 4096))).toBe(true);
    const { messages, losses, notes } = await readRecording(candump, memorySource(whole));
    expect([losses, notes]).toEqual([[], []]);
    expect(messages.length).toBe(12_974);
    expect(new Set(messages.map((message) => `${message.channel.topic}:${frameOf(message).id}`)).size).toBe(180);
    expect(messages.map((message) => `${lineOf(message)}\n`).join('')).toBe(whole.toString('latin1'));
    const times = messages.map(({ logTimeNs }) => logTimeNs);
    expect([times[0], times.at(-1)]).toEqual([166_000_000_000n, 174_000_000_000n]);
    const inspection = await candump.inspect(memorySource(whole), tools);
    expect([inspection.messages, inspection.startTimeNs, inspection.endTimeNs]).toEqual([
      12_974,
      times[0],
      times.at(-1),
    ]);
  });

  it('of other tools are not taken for candump logs', () => {
    const others = readdirSync(folder).filter(
      (name) => /\.(log|trc|asc|dbc|blf)$/.test(name) && name !== 'candump.log',
    );
    expect(others.length).toBeGreaterThan(6);
    const taken = others.filter((name) => candump.recognises(readFileSync(path.join(folder, name)).subarray(0, 4096)));
    expect(taken).toEqual([]);
  });
});
