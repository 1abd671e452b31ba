import { describe, expect, it } from 'vitest';
import {
  commandFrom,
  fieldFromTime,
  filtersFrom,
  isFiltered,
  labelsFrom,
  noFilters,
  nsTextFrom,
  queryFrom,
  sqlFrom,
  textFromLabels,
  timeFromField,
} from './drive-filters.ts';

const filtersOf = (query: string) => filtersFrom(new URLSearchParams(query));
const full =
  'q=log+1&vehicle=car-1&topic=%2Fimu&state=indexed&start=2026-03-12T08%3A00%3A00Z&hasLoss=true&label.software=2026.3';

describe('the filters of drives', () => {
  it('come back from the address as they went there', () => {
    const filters = filtersOf(full);
    expect(filters.labels).toEqual({ software: '2026.3' });
    expect(filtersFrom(new URLSearchParams(queryFrom(filters)))).toEqual(filters);
  });

  it('leave out what is empty, what is none of them, and a loss that is neither', () => {
    expect(filtersOf('vehicle=+&cursor=x&hasLoss=perhaps&label.=a&label.map=')).toEqual({ labels: {} });
    expect(isFiltered(filtersOf('other=1'))).toBe(false);
    expect(isFiltered(filtersOf('state=docked'))).toBe(true);
  });

  it('are all taken away by name, labels too', () => {
    expect(Object.keys(noFilters(filtersOf(full)))).toEqual(
      expect.arrayContaining(Object.keys(queryFrom(filtersOf(full)))),
    );
  });

  it('say labels as people write them', () => {
    expect(labelsFrom(' software = 2026.3 ,map=a=b, nonsense, =x, y=')).toEqual({ software: '2026.3', map: 'a=b' });
    expect(textFromLabels({ software: '2026.3', map: 'x' })).toBe('software=2026.3, map=x');
  });

  it('become a command that takes them, or SQL in one', () => {
    expect(commandFrom(filtersOf(''), 'duckdb')).toBe('npx pitlane drives');
    expect(commandFrom(filtersOf('vehicle=car+1&topic=/imu'), 'duckdb')).toBe(
      "npx pitlane drives --vehicle 'car 1' --topic /imu",
    );
    expect(commandFrom(filtersOf('state=docked'), 'duckdb')).toMatch(
      /^npx pitlane sql 'SELECT \* FROM drives WHERE state = '\\''docked'\\'' ORDER BY/,
    );
  });

  it('become SQL in the dialect of the engine, with hostile values inside their quotes', () => {
    const filters = filtersOf(`${full}&garage=g`);
    expect(sqlFrom(filters, 'duckdb')).toContain(`json_extract_string(labels, '$."software"') = '2026.3'`);
    expect(sqlFrom(filters, 'duckdb')).toContain('end_ns >= 1773302400000000000');
    expect(sqlFrom(filters, 'bigquery')).toContain(`JSON_VALUE(labels, '$."software"') = '2026.3'`);
    expect(sqlFrom(filters, 'bigquery')).toContain("'g' IN UNNEST(garages)");
    const hostile = filtersOf(`vehicle=${encodeURIComponent("x' OR 1=1 --")}`);
    expect(sqlFrom(hostile, 'duckdb')).toContain("vehicle_id = 'x' || CHR(39) || ' OR 1=1 --'");
    expect(sqlFrom(filtersOf(''), 'duckdb')).toMatch(/^SELECT \* FROM drives ORDER BY .* LIMIT 100$/);
  });

  it('take times as nanoseconds, as text, and from a field without a zone', () => {
    expect(nsTextFrom('2026-03-12T08:00:00.5Z')).toBe('1773302400500000000');
    expect(nsTextFrom('2026-03-12T09:00:00+01:00')).toBe('1773302400000000000');
    expect(['yesterday', '1969-12-31T23:59:59Z', undefined].map(nsTextFrom)).toEqual([undefined, undefined, undefined]);
    expect(timeFromField('2026-03-12T08:00')).toBe('2026-03-12T08:00:00Z');
    expect(fieldFromTime('1773302400000000000')).toBe('2026-03-12T08:00');
    expect(fieldFromTime('18446744073709551615')).toBe('2554-07-21T23:34');
    expect(fieldFromTime('soon')).toBe('');
  });
});
