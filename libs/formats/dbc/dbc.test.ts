import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canFrameFrom, dbcFromText, type DbcSignal, readSignal } from './index.ts';

const data = process.env['PITLANE_TEST_DATA'] ?? new URL('../../../../shared/data', import.meta.url).pathname;
const file = `${data}/can/canmod-gps.dbc`;
if (!existsSync(file)) console.warn(`The real DBC is not at ${file}: its test is skipped.`);

/** By cantools 45.1.0: `db.decode_message(3, bytes.fromhex('5B8A5F41C3B2A15D'))`. */
const CANTOOLS = { PositionValid: 1, Latitude: -78.480723, Longitude: 38.994202, PositionAccuracy: 23 };

/** What one signal of `text` says of the bytes. */
function said(text: string, name: string, hex: string): number | undefined {
  const [message] = dbcFromText(`BO_ 1 M: 8 X\n${text}`, 'test').values();
  if (!message) throw new Error('no message');
  return readSignal(message.signals.get(name) as DbcSignal, message, Buffer.from(hex, 'hex'));
}

describe('a signal of a DBC', () => {
  it.each([
    ['little-endian', 'SG_ S : 8|12@1+ (1,0) [0|0] "" X', '00341200', 0x234],
    ['little-endian and signed, with factor and offset', 'SG_ S : 0|8@1- (0.5,10) [0|0] "" X', 'FE', 9],
    ['big-endian from the top of a byte', 'SG_ S : 7|16@0+ (1,0) [0|0] "" X', '1234', 0x1234],
    ['big-endian from the middle of a byte', 'SG_ S : 3|12@0+ (1,0) [0|0] "" X', '1234', 0x234],
    ['big-endian and signed', 'SG_ S : 15|8@0- (1,0) [0|0] "" X', '00FF', -1],
    ['of 64 bits', 'SG_ S : 0|64@1- (1,0) [0|0] "" X', 'FEFFFFFFFFFFFFFF', -2],
    ['a float', 'SG_ S : 0|32@1- (1,0) [0|0] "" X\nSIG_VALTYPE_ 1 S : 1;', '0000C03F', 1.5],
    ['a double, big-endian', 'SG_ S : 7|64@0- (1,0) [0|0] "" X\nSIG_VALTYPE_ 1 S : 2;', 'BFF8000000000000', -1.5],
  ])('%s is read where it stands', (_, text, hex, value) => {
    expect(said(` ${text}`, 'S', hex)).toBe(value);
  });

  it('is nothing in a frame that is too short for it', () => {
    expect(said(' SG_ S : 8|12@1+ (1,0) [0|0] "" X', 'S', '0034')).toBeUndefined();
    expect(said(' SG_ S : 7|16@0+ (1,0) [0|0] "" X', 'S', '12')).toBeUndefined();
  });

  it('that is multiplexed is there only with its number', () => {
    const text =
      ' SG_ Which M : 0|8@1+ (1,0) [0|0] "" X\n SG_ A m0 : 8|8@1+ (1,0) [0|0] "" X\n SG_ B m7 : 8|8@1+ (1,0) [0|0] "" X';
    expect([said(text, 'A', '002A'), said(text, 'B', '002A')]).toEqual([42, undefined]);
    expect([said(text, 'A', '072A'), said(text, 'B', '072A')]).toEqual([undefined, 42]);
  });

  it('is read as it was written, anywhere and in both byte orders', () => {
    const bits = fc.integer({ min: 1, max: 32 });
    fc.assert(
      fc.property(bits, fc.nat({ max: 31 }), fc.boolean(), fc.nat(), (length, from, isLittle, seed) => {
        const value = seed % 2 ** length;
        const frame = new Uint8Array(8);
        // Counted from the first byte on: upwards in each byte for Intel, downwards for Motorola.
        for (let i = 0; i < length; i += 1) {
          const bit = Math.floor(value / 2 ** (isLittle ? i : length - 1 - i)) % 2;
          const place = from + i;
          const inByte = isLittle ? place % 8 : 7 - (place % 8);
          frame[place >> 3] = (frame[place >> 3] as number) | (bit << inByte);
        }
        const start = isLittle ? from : (from & ~7) + 7 - (from % 8);
        const text = ` SG_ S : ${start}|${length}@${isLittle ? 1 : 0}+ (1,0) [0|0] "" X`;
        expect(said(text, 'S', Buffer.from(frame).toString('hex'))).toBe(value);
      }),
      { numRuns: 500, seed: 3 },
    );
  });
});

describe('the text of a DBC', () => {
  it('gives messages with long ids, units and words', () => {
    const dbc = dbcFromText(
      'BO_ 2566852608 Cell: 8 BMS\n SG_ State : 0|2@1+ (1,0) [0|3] "%" VCU\nVAL_ 2566852608 State 1 "on" 0 "off" ;\n',
      'test',
    );
    const cell = dbc.get('Cell');
    expect(cell).toMatchObject({ id: 0x18ff1000, isExtended: true });
    expect(cell?.signals.get('State')).toMatchObject({ unit: '%' });
    expect(Object.fromEntries(cell?.signals.get('State')?.words ?? [])).toEqual({ '0': 'off', '1': 'on' });
  });

  it('that is none is refused with its line, and never takes long', () => {
    const wrong = [
      '',
      'hello',
      ' SG_ S : 0|8@1+ (1,0) [0|0] "" X',
      'BO_ x',
      'BO_ 1 M: 8 X\n SG_ S : 0|99@1+ (1,0) [0|0] "" X',
    ];
    for (const text of [...wrong, `BO_ 1 M: 8 X\n SG_ ${'a '.repeat(100_000)}`, `VAL_ ${'1 "x" '.repeat(100_000)}`]) {
      expect(() => dbcFromText(text, 'my.dbc'), text.slice(0, 40)).toThrow(/my.dbc is no DBC/);
    }
  });

  it.skipIf(!existsSync(file))('of a real receiver is read whole, and its frames say what others read of them', () => {
    const dbc = dbcFromText(readFileSync(file, 'latin1'), file);
    expect([...dbc.keys()]).toContain('gnss_pos');
    const message = dbc.get('gnss_pos');
    if (!message) throw new Error('no message');
    const frame = Buffer.from('5B8A5F41C3B2A15D', 'hex');
    const values = Object.fromEntries(
      [...message.signals].map(([name, signal]) => [name, readSignal(signal, message, frame)]),
    );
    expect(values).toEqual(CANTOOLS);
  });
});

describe('a CAN frame', () => {
  it('comes from ROS with as many bytes as count, from candump in hexadecimal, and is no remote or error frame', () => {
    const eight = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    expect(canFrameFrom({ id: 5, is_extended: true, dlc: 2, data: eight })).toEqual({
      id: 5,
      isExtended: true,
      data: eight.subarray(0, 2),
    });
    expect(canFrameFrom({ id: 5, extended: false, data: '0AFF' })).toEqual({
      id: 5,
      isExtended: false,
      data: Buffer.of(10, 255),
    });
    for (const none of [
      {},
      { id: 1 },
      { id: 1, data: 'XY' },
      { id: 1, data: '00', rtr: true },
      { id: 1, data: eight, is_error: true },
    ]) {
      expect(canFrameFrom(none)).toBeUndefined();
    }
  });
});
