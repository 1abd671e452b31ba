import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellText, isNumeric, readableTime, ROW_PX, rowsInSight, textOf, widthsOf } from './grid.ts';

const column = (name: string, type = 'VARCHAR') => ({ name, type });

describe('the grid of results', () => {
  it('draws what is in sight and little more, however far one scrolled', () => {
    expect(rowsInSight(0, 600, 10_000)).toEqual({ from: 0, to: 40 });
    fc.assert(
      fc.property(fc.nat(400_000), fc.nat(2_000), fc.nat(10_000), (top, height, rows) => {
        const { from, to } = rowsInSight(top, height, rows);
        expect(from).toBeGreaterThanOrEqual(0);
        expect(to).toBeLessThanOrEqual(rows);
        expect(to - from).toBeLessThanOrEqual(Math.ceil(height / ROW_PX) + 41);
        const seen = Math.floor(top / ROW_PX);
        if (seen < rows) expect(from <= seen && seen < to).toBe(true);
      }),
    );
  });

  it('knows numbers of both engines', () => {
    const numbers = [
      'BIGINT',
      'UBIGINT',
      'HUGEINT',
      'INTEGER',
      'DOUBLE',
      'DECIMAL(18,3)',
      'INT64',
      'FLOAT64',
      'NUMERIC',
    ];
    expect(numbers.filter((type) => !isNumeric(column('n', type)))).toEqual([]);
    const others = ['VARCHAR', 'INTERVAL', 'TIMESTAMP', 'BIGINT[]', 'STRING', 'POINT'];
    expect(others.filter((type) => isNumeric(column('n', type)))).toEqual([]);
  });

  it('shows NULL as such, lists as JSON, and long or broken text in one line', () => {
    expect([textOf(null), textOf('NULL'), textOf(['/a']), textOf(7), textOf(true)]).toEqual([
      'NULL',
      'NULL',
      '["/a"]',
      '7',
      'true',
    ]);
    expect(cellText('a\n\tb')).toBe('a ⏎ b');
    expect(cellText('x'.repeat(9_999)).length).toBe(301);
  });

  it('reads times out of nanoseconds, and out of nothing else', () => {
    expect(readableTime(column('start_ns'), '1773303302123456789')).toBe('2026-03-12 08:15:02');
    expect(readableTime(column('clock_offset_ns'), '1773303302123456789')).toBeUndefined();
    expect(readableTime(column('start_ns'), '7')).toBeUndefined();
    expect(readableTime(column('messages'), '1773303302123456789')).toBeUndefined();
    expect(readableTime(column('end_ns'), null)).toBeUndefined();
  });

  it('makes columns as wide as what is in them, within bounds', () => {
    const rows = [{ a: 'x', long: 'y'.repeat(500), start_ns: '1773303302123456789' }];
    expect(widthsOf([column('a', 'INT'), column('long'), column('start_ns')], rows)).toEqual([5, 44, 40]);
  });
});
