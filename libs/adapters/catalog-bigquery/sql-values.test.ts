import { describe, expect, it } from 'vitest';
import { parametersFrom, rowFrom, typeNameOf } from './sql-values.ts';

describe('cells', () => {
  it('keep every digit: nanoseconds as text, counts as numbers where they are safe', () => {
    const fields = [
      { name: 'start_ns', type: 'INTEGER' },
      { name: 'messages', type: 'INTEGER' },
      { name: 'wide', type: 'INTEGER' },
      { name: 'total', type: 'NUMERIC' },
    ];
    const cells = [{ v: '7' }, { v: '7' }, { v: '9223372036854775807' }, { v: '18446744073709551615' }];
    expect(rowFrom(fields, cells)).toEqual({
      start_ns: '7',
      messages: 7,
      wide: '9223372036854775807',
      total: '18446744073709551615',
    });
  });

  it('give times as RFC 3339, before 1970 too', () => {
    const row = (v: string) => rowFrom([{ name: 't', type: 'TIMESTAMP' }], [{ v }])['t'];
    expect(row('1532433600500000')).toBe('2018-07-24T12:00:00.5Z');
    expect(row('0')).toBe('1970-01-01T00:00:00Z');
    expect(row('-1')).toBe('1969-12-31T23:59:59.999999Z');
  });

  it('give lists and records, and NULL as null', () => {
    const fields = [
      { name: 'l', type: 'STRING', mode: 'REPEATED' },
      { name: 'r', type: 'RECORD', fields: [{ name: 'b', type: 'BOOLEAN' }] },
      { name: 'n', type: 'FLOAT' },
    ];
    expect(rowFrom(fields, [{ v: [{ v: 'a' }] }, { v: { f: [{ v: 'true' }] } }, { v: null }])).toEqual({
      l: ['a'],
      r: { b: true },
      n: null,
    });
    expect(fields.map(typeNameOf)).toEqual(['ARRAY<STRING>', 'STRUCT', 'FLOAT64']);
  });

  it('take parameters with their types', () => {
    const types = parametersFrom(['x', 1, 1.5, 2n ** 62n, true, null]).map(
      (one) => (one as { parameterType: { type: string } }).parameterType.type,
    );
    expect(types).toEqual(['STRING', 'INT64', 'FLOAT64', 'INT64', 'BOOL', 'STRING']);
  });
});
