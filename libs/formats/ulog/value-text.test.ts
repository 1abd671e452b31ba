import { bytesFromHex, bytesFromUtf8, equalBytes } from '@pitlane/base/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJsonNumber, valueText } from './value-text.ts';

const SEED = 20_261_126;

describe('the text of a value', () => {
  it.each([
    ['int8_t', 'ff', '-1'],
    ['uint8_t', 'ff', '255'],
    ['int16_t', 'feff', '-2'],
    ['uint16_t', '0001', '256'],
    ['int32_t', '00000080', '-2147483648'],
    ['uint32_t', '00020b01', '17498624'],
    ['int64_t', 'ffffffffffffffff', '-1'],
    ['uint64_t', 'ffffffffffffffff', '18446744073709551615'],
    ['float', 'cdcc4c3e', '0.2'],
    ['float', '0000803f', '1.0'],
    ['float', '00000080', '-0.0'],
    ['float', '0000c07f', 'NaN'],
    ['float', '0100c07f', '0x0100c07f'],
    ['float', '0000807f', 'Infinity'],
    ['double', '9a9999999999b93f', '0.1'],
    ['bool', '01', 'true'],
    ['bool', '02', '0x02'],
    ['char', '41', 'A'],
    ['char[3]', '505834', 'PX4'],
    ['char[2]', 'ff41', '0xff41'],
    ['char[3]', '307831', '0x307831'],
    ['uint8_t[2]', '0102', '0x0102'],
    ['int32_t', '0102', '0x0102'],
    ['thing', '01', '0x01'],
  ])('of type %s is that of %s: %s', (type, hex, text) => {
    expect(valueText(type, bytesFromHex(hex))).toBe(text);
  });

  it('tells the bytes of a float or a string again', () => {
    const bytesOf = (text: string, type: string): Uint8Array => {
      if (text.startsWith('0x')) return bytesFromHex(text.slice(2));
      return type === 'float' ? new Uint8Array(Float32Array.of(Number(text)).buffer) : bytesFromUtf8(text);
    };
    const cases = fc.oneof(
      fc.tuple(fc.constant('float'), fc.uint8Array({ minLength: 4, maxLength: 4 })),
      fc.tuple(fc.constant('char[9]'), fc.uint8Array({ maxLength: 9 })),
      fc.tuple(fc.constant('char[9]'), fc.string({ unit: 'binary' }).map(bytesFromUtf8)),
    );
    fc.assert(
      fc.property(cases, ([type, bytes]) => {
        expect(equalBytes(bytesOf(valueText(type, bytes), type), bytes)).toBe(true);
      }),
      { seed: SEED, numRuns: 3000 },
    );
  });

  it('is a JSON number only where JSON has it', () => {
    expect(isJsonNumber('float', '1e+21')).toBe(true);
    expect(isJsonNumber('int32_t', '-5')).toBe(true);
    expect(isJsonNumber('float', 'NaN')).toBe(false);
    expect(isJsonNumber('int64_t', '5')).toBe(false);
    expect(isJsonNumber('int32_t', '0x01')).toBe(false);
  });
});
