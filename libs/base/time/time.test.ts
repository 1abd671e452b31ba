import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPitlaneError } from '../errors/index.ts';
import { CATALOG_TIME_END_NS, textFromTimeNs, timeNsFromText } from './index.ts';

const LARGEST = (1n << 64n) - 1n;

describe('times as text', () => {
  it('read back as they were written, over all of uint64', () => {
    const time = fc.oneof(fc.bigInt(0n, LARGEST), fc.bigInt(0n, 4_102_444_800_000_000_000n));
    fc.assert(fc.property(time, (timeNs) => timeNsFromText(textFromTimeNs(timeNs)) === timeNs));
    for (const timeNs of [0n, 1n, CATALOG_TIME_END_NS, LARGEST]) {
      expect(timeNsFromText(textFromTimeNs(timeNs))).toBe(timeNs);
      expect(timeNsFromText(String(timeNs))).toBe(timeNs);
    }
  });

  it('have as many decimals as they need', () => {
    expect(textFromTimeNs(0n)).toBe('1970-01-01T00:00:00Z');
    expect(textFromTimeNs(1_532_402_927_647_951_000n)).toBe('2018-07-24T03:28:47.647951Z');
    expect(textFromTimeNs(1n)).toBe('1970-01-01T00:00:00.000000001Z');
  });

  it('keep the order of times within the years that RFC 3339 knows', () => {
    const time = fc.bigInt(0n, 253_402_300_799n).map((seconds) => seconds * 1_000_000_000n);
    fc.assert(
      fc.property(time, time, (a, b) => {
        expect(textFromTimeNs(a) < textFromTimeNs(b)).toBe(a < b);
      }),
    );
  });

  it('take an offset, small letters, a space, and more decimals than nanoseconds have', () => {
    const noon = timeNsFromText('2026-01-01T12:00:00Z');
    expect(timeNsFromText('2026-01-01t14:00:00+02:00')).toBe(noon);
    expect(timeNsFromText('2026-01-01 12:00:00z')).toBe(noon);
    expect(timeNsFromText('2026-01-01T12:00:00.1234567899Z')).toBe(noon + 123_456_789n);
  });

  it('are refused with an example when they are none, or none that a log can hold', () => {
    const wrong = ['', 'now', '-1', '1.5', '2026-01-01', '2026-13-01T00:00:00Z', '2026-01-01T00:00:00', '1e18'];
    const beyond = ['18446744073709551616', '99999999999999999999', '1969-12-31T23:59:59Z', '9999-01-01T00:00:00Z'];
    const noDays = ['2026-02-30T00:00:00Z', '2025-02-29T00:00:00Z', '2026-04-31T12:00:00+02:00'];
    for (const text of [...wrong, ...beyond, ...noDays]) {
      let thrown: unknown;
      try {
        timeNsFromText(text);
      } catch (error) {
        thrown = error;
      }
      expect(isPitlaneError(thrown, 'bad-usage'), text).toBe(true);
    }
  });
});
