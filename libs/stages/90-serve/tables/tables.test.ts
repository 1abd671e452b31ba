import type { SqlRow, SqlValue } from '@pitlane/ports/catalog';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { csvBlocks, parquetBlocks } from './index.ts';

const columnsOf = (types: Readonly<Record<string, string>>) =>
  Object.entries(types).map(([name, type]) => ({ name, type }));

/** As another reader has it; that one leaves a list that is NULL undefined. */
async function parquetOf(types: Readonly<Record<string, string>>, rows: readonly SqlRow[]) {
  const blocks: Uint8Array[] = [];
  for await (const block of parquetBlocks({ columns: columnsOf(types), rows })) blocks.push(block);
  const file = Buffer.concat(blocks);
  const bytes = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength);
  const read = await parquetReadObjects({ file: bytes });
  return {
    blocks: blocks.length,
    rows: read.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value ?? null]))),
  };
}

describe('CSV', () => {
  const csvOf = (rows: readonly SqlRow[], ...names: string[]): string =>
    [...csvBlocks({ columns: names.map((name) => ({ name, type: 'VARCHAR' })), rows })].join('');

  it('has a head line, quotes what needs them, and tells nothing from an empty text', () => {
    const rows = [
      { a: 'plain', 'b,c': 1 },
      { a: 'he said "go",\nthen left', 'b,c': null },
      { a: '', 'b,c': ['/imu', '/gps'] },
    ];
    expect(csvOf(rows, 'a', 'b,c')).toBe(
      'a,"b,c"\r\nplain,1\r\n"he said ""go"",\nthen left",\r\n"","[""/imu"",""/gps""]"\r\n',
    );
  });

  it('gives back every text to another reader of it', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.string()), { minLength: 1 }), (pairs) => {
        const text = csvOf(
          pairs.map(([a, b]) => ({ a, b })),
          'a',
          'b',
        );
        expect(parse(text, { record_delimiter: '\r\n' })).toEqual([['a', 'b'], ...pairs]);
      }),
    );
  });

  it('comes in blocks, however many rows there are', () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => ({ i, text: 'x'.repeat(20) }));
    const blocks = [...csvBlocks({ columns: columnsOf({ i: 'BIGINT', text: 'VARCHAR' }), rows })];
    expect(Math.max(...blocks.map(({ length }) => length))).toBeLessThan(70_000);
    expect(blocks.join('').split('\r\n').length).toBe(20_002);
  });
});

describe('Parquet', () => {
  it('has the types of either engine', async () => {
    const types = {
      whole: 'BIGINT',
      time_ns: 'INT64',
      real: 'DOUBLE',
      yes: 'BOOLEAN',
      at: 'TIMESTAMP',
      day: 'DATE',
      topics: 'VARCHAR[]',
      names: 'ARRAY<STRING>',
      text: 'STRING',
    };
    const row = {
      whole: 7,
      time_ns: '1532402927647951001',
      real: 1.5,
      yes: true,
      at: '2018-07-24T03:28:47.647951Z',
      day: '2018-07-24',
      topics: ['/imu', '/gps'],
      names: [],
      text: 'ä',
    };
    const none = Object.fromEntries(Object.keys(types).map((name) => [name, null]));
    expect((await parquetOf(types, [row, none])).rows).toEqual([
      {
        ...row,
        whole: 7n,
        time_ns: 1532402927647951001n,
        at: new Date('2018-07-24T03:28:47.647Z'),
        day: new Date('2018-07-24'),
      },
      none,
    ]);
  });

  it('has as text what does not fit its type, or has none', async () => {
    const types = {
      huge: 'HUGEINT',
      at: 'TIMESTAMP',
      price: 'DECIMAL(4,2)',
      struct: 'STRUCT(a INTEGER)',
      nan: 'DOUBLE',
    };
    const rows: SqlRow[] = [
      { huge: 1, at: 'infinity', price: '1.50', struct: { a: 1 }, nan: 'NaN' },
      { huge: '170141183460469231731687303715884105727', at: null, price: null, struct: null, nan: 2 },
    ];
    expect((await parquetOf(types, rows)).rows).toEqual([
      { huge: '1', at: 'infinity', price: '1.50', struct: '{"a":1}', nan: Number.NaN },
      { huge: '170141183460469231731687303715884105727', at: null, price: null, struct: null, nan: 2 },
    ]);
  });

  it('is whole without a row, and comes in a piece for each thousand', async () => {
    expect(await parquetOf({ a: 'BIGINT' }, [])).toEqual({ blocks: 1, rows: [] });
    const rows = Array.from({ length: 2500 }, (_, i) => ({ a: i, b: `row ${i % 7}` }));
    const written = await parquetOf({ a: 'BIGINT', b: 'VARCHAR' }, rows);
    expect(written.blocks).toBe(4);
    expect(written.rows).toEqual(rows.map(({ a, b }) => ({ a: BigInt(a), b })));
  });

  it('gives back every list, whatever is in it', async () => {
    const list = fc.option(fc.array(fc.option(fc.string({ unit: 'grapheme' }))));
    await fc.assert(
      fc.asyncProperty(fc.array(list, { minLength: 1, maxLength: 20 }), async (lists) => {
        const rows = lists.map((topics) => ({ topics: topics as SqlValue }));
        expect((await parquetOf({ topics: 'VARCHAR[]' }, rows)).rows).toEqual(rows);
      }),
    );
  });
});
