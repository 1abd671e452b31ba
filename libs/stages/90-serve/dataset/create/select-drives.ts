/** The drives and stretches of time that a person's SELECT gives. What is wrong with its rows is told together. */
import { PitlaneError } from '@pitlane/base/errors';
import type { Catalog, SqlRow } from '@pitlane/ports/catalog';
import { disjoint, type Span } from './spans.ts';

const ROWS_MAX = 100_000;
const BYTES_MAX = 64 * 1024 * 1024;
const TIMEOUT_MS = 120_000;
const FAULTS_TOLD_MAX = 10;

export interface SelectedDrive {
  readonly driveId: string;
  /** Disjoint and in order; none for the whole drive. */
  readonly spans: readonly Span[];
}

export interface Selected {
  /** Of all drives, where the rows say one. */
  readonly tenant: string | undefined;
  /** In order of id. */
  readonly drives: readonly SelectedDrive[];
}

/** Columns: `drive_id`, and if wanted `tenant`, `start_ns` and `end_ns`; others are passed over. */
export async function selectDrives(catalog: Catalog, sql: string, signal?: AbortSignal): Promise<Selected> {
  const caps = { rowsMax: ROWS_MAX, bytesMax: BYTES_MAX, timeoutMs: TIMEOUT_MS };
  const { columns, rows, truncated } = await catalog.sandboxed(sql, caps, signal);
  if (truncated) {
    const text = `the selection has over ${ROWS_MAX} rows or ${BYTES_MAX} bytes`;
    throw new PitlaneError('limit-exceeded', `${text}: select drives and stretches of time, not messages`);
  }
  const names = new Set(columns.map(({ name }) => name));
  const reader = new RowReader(names);
  for (const [at, row] of rows.entries()) reader.row(row, at);
  if (reader.faults.length > 0) throw wrong(reader.faults);
  if (rows.length === 0) throw new PitlaneError('not-found', 'the selection has no rows: no drive is as it asks');
  return { tenant: reader.tenant, drives: reader.drives() };
}

function wrong(faults: readonly string[]): PitlaneError {
  const told = faults.slice(0, FAULTS_TOLD_MAX);
  const more = faults.length > told.length ? [`and ${faults.length - told.length} more`] : [];
  return new PitlaneError('bad-usage', ['the selection is no list of drives:', ...told, ...more].join('\n  '));
}

class RowReader {
  readonly faults: string[] = [];
  tenant: string | undefined;
  readonly #spans = new Map<string, Span[] | 'whole'>();
  readonly #hasTimes: boolean;

  constructor(columns: ReadonlySet<string>) {
    if (!columns.has('drive_id')) this.faults.push('there is no column drive_id');
    this.#hasTimes = columns.has('start_ns') || columns.has('end_ns');
    if (columns.has('start_ns') !== columns.has('end_ns')) {
      this.faults.push(`there is ${columns.has('start_ns') ? 'start_ns' : 'end_ns'} alone: give both or none`);
    }
  }

  row(row: SqlRow, at: number): void {
    const { drive_id: driveId, tenant, start_ns: start, end_ns: end } = row;
    if (typeof driveId !== 'string' || driveId === '') {
      if (driveId !== undefined) this.#fault(at, 'drive_id', driveId, 'the id of a drive');
      return;
    }
    if (typeof tenant === 'string') {
      this.tenant ??= tenant;
      if (tenant !== this.tenant)
        this.#fault(at, 'tenant', tenant, `${this.tenant}, as before: a dataset is of one tenant`);
    }
    if (!this.#hasTimes || (start === null && end === null)) {
      this.#spans.set(driveId, 'whole');
      return;
    }
    const [startNs, endNs] = [wholeFrom(start), wholeFrom(end)];
    if (startNs === undefined) this.#fault(at, 'start_ns', start, 'nanoseconds since 1970');
    if (endNs === undefined) this.#fault(at, 'end_ns', end, 'nanoseconds since 1970');
    if (startNs === undefined || endNs === undefined) return;
    if (startNs >= endNs) return this.#fault(at, 'end_ns', end, `a time behind start_ns, ${startNs}`);
    const before = this.#spans.get(driveId) ?? [];
    if (before !== 'whole') this.#spans.set(driveId, [...before, { startNs, endNs }]);
  }

  drives(): SelectedDrive[] {
    return [...this.#spans]
      .map(([driveId, spans]) => ({ driveId, spans: spans === 'whole' ? [] : disjoint(spans) }))
      .sort((a, b) => (a.driveId < b.driveId ? -1 : 1));
  }

  #fault(row: number, column: string, value: unknown, expected: string): void {
    this.faults.push(
      `row ${row + 1}: ${column} is ${JSON.stringify(value ?? null)?.slice(0, 100)}: expected ${expected}`,
    );
  }
}

const wholeFrom = (value: SqlRow[string] | undefined): bigint | undefined =>
  (typeof value === 'string' || typeof value === 'number') && /^\d{1,19}$/.test(String(value))
    ? BigInt(value)
    : undefined;
