/**
 * Runs one SELECT of a person on a connection of its own, and gives back what the caps let through. The clock, the
 * caller's signal and the byte cap all end it by interrupting DuckDB, not by waiting for it.
 */
import type { DuckDBConnection, DuckDBInstance, DuckDBPreparedStatement } from '@duckdb/node-api';
import { StatementType } from '@duckdb/node-api';
import { PitlaneError } from '@pitlane/base/errors';
import type { SqlCaps, SqlResult, SqlRow } from '@pitlane/ports/catalog';
import type { SandboxGate } from './sandbox-gate.ts';
import { isTimeColumn, sqlValueFrom } from './sql-values.ts';

export async function runSandboxed(
  instance: DuckDBInstance,
  gate: SandboxGate,
  sql: string,
  caps: SqlCaps,
  signal?: AbortSignal,
): Promise<SqlResult> {
  const connection = await instance.connect();
  const stop = new Stop(connection, caps.timeoutMs, signal);
  try {
    await gate.check(connection, sql);
    stop.throwIfStopped();
    const statement = await preparedSelect(connection, sql);
    try {
      return await cappedRows(statement, caps, stop);
    } finally {
      statement.destroySync();
    }
  } catch (error) {
    throw stop.error() ?? error;
  } finally {
    stop.release();
    connection.closeSync();
  }
}

/** Judges and binds one SELECT of a person as if it were to be run. */
export async function checkSandboxed(instance: DuckDBInstance, gate: SandboxGate, sql: string): Promise<void> {
  const connection = await instance.connect();
  try {
    await gate.check(connection, sql);
    (await preparedSelect(connection, sql)).destroySync();
  } finally {
    connection.closeSync();
  }
}

/** The parser is asked a second time, on its own terms: exactly one statement, and DuckDB calls it a SELECT. */
async function preparedSelect(connection: DuckDBConnection, sql: string): Promise<DuckDBPreparedStatement> {
  const statements = await connection.extractStatements(sql);
  if (statements.count !== 1) throw new PitlaneError('refused', 'this is not one single statement: send one SELECT');
  const statement = await statements.prepare(0);
  if (statement.statementType === StatementType.SELECT && statement.parameterCount === 0) return statement;
  statement.destroySync();
  throw new PitlaneError('refused', 'only SELECT statements without parameters are run here');
}

async function cappedRows(statement: DuckDBPreparedStatement, caps: SqlCaps, stop: Stop): Promise<SqlResult> {
  const result = await statement.stream();
  const names = result.deduplicatedColumnNames();
  const columns = names.map((name, i) => ({ name, type: String(result.columnType(i)) }));
  const asText = names.map(isTimeColumn);
  const rows: SqlRow[] = [];
  let bytes = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    stop.throwIfStopped();
    if (chunk === null || chunk.rowCount === 0) return { columns, rows, truncated: false };
    for (const cells of chunk.getRows()) {
      if (rows.length >= caps.rowsMax) return { columns, rows, truncated: true };
      const row = Object.fromEntries(
        names.map((name, i) => [name, sqlValueFrom(cells[i] ?? null, asText[i] === true)]),
      );
      bytes += JSON.stringify(row).length;
      if (bytes > caps.bytesMax) return { columns, rows, truncated: true };
      rows.push(row);
    }
  }
}

/** Ends a query that runs too long or is no longer wanted, and remembers which of the two it was. */
class Stop {
  readonly #connection: DuckDBConnection;
  readonly #timeoutMs: number;
  readonly #signal: AbortSignal | undefined;
  readonly #timer: NodeJS.Timeout;
  #again: NodeJS.Timeout | undefined;
  #reason: 'time' | 'signal' | undefined;

  constructor(connection: DuckDBConnection, timeoutMs: number, signal: AbortSignal | undefined) {
    this.#connection = connection;
    this.#timeoutMs = timeoutMs;
    this.#signal = signal;
    this.#timer = setTimeout(() => this.#stop('time'), timeoutMs);
    if (signal?.aborted) this.#stop('signal');
    else signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  readonly #onAbort = (): void => this.#stop('signal');

  /** An interrupt between two steps is lost on DuckDB, so it is repeated until the query has ended. */
  #stop(reason: 'time' | 'signal'): void {
    this.#reason ??= reason;
    this.#connection.interrupt();
    this.#again ??= setInterval(() => this.#connection.interrupt(), 20);
  }

  throwIfStopped(): void {
    const error = this.error();
    if (error !== undefined) throw error;
  }

  error(): PitlaneError | undefined {
    if (this.#reason === undefined) return undefined;
    if (this.#reason === 'signal') return new PitlaneError('interrupted', 'the query was stopped by its caller');
    return new PitlaneError('limit-exceeded', `the query ran longer than ${this.#timeoutMs} ms: narrow it down`, {
      details: { timeoutMs: this.#timeoutMs },
    });
  }

  release(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#again);
    this.#signal?.removeEventListener('abort', this.#onAbort);
  }
}
