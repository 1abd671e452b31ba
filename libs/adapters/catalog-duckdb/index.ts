/**
 * The embedded catalog: event tables in one DuckDB file, and the contract's views over them. The indexer appends here, and
 * the APIs, the command and the console read. It never looks up what it already has before it appends, and it opens no
 * file but its own.
 *
 * Invariants of the file: events are only ever added (`wipe` apart), and lie in the schema `event`, or in `settled` when their
 * drive is indexed whole; `seq` grows with every event and
 * never repeats; what one `append` brought is there whole or not at all; one process at a time holds the file.
 */
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { assert, PitlaneError } from '@pitlane/base/errors';
import type { CatalogEvent } from '@pitlane/contracts/catalog';
import { TABLE_NAMES } from '@pitlane/contracts/catalog';
import type { Catalog, SqlCaps, SqlEstimate, SqlParameter, SqlResult, SqlRow } from '@pitlane/ports/catalog';
import { appendEvents } from './append-rows.ts';
import { catalogErrorFrom } from './duckdb-errors.ts';
import { openInstance } from './open-instance.ts';
import { checkSandboxed, runSandboxed } from './sandbox.ts';
import type { SandboxGate } from './sandbox-gate.ts';
import { openSandboxGate } from './sandbox-gate.ts';
import { settle } from './settle.ts';
import { settleTracks } from './settle-tracks.ts';
import { MOVED_TABLES, SUM_TABLES } from './settled-tables.ts';
import { isTimeColumn, sqlValueFrom } from './sql-values.ts';
import { inTransaction } from './transaction.ts';
import { Turns } from './turns.ts';

const QUERIES_AT_ONCE = 2;
const SANDBOXED_AT_ONCE = 1;
const WAITING_MAX = 200;

export interface DuckDbCatalogOptions {
  /** The database file; its folder exists. */
  readonly file: string;
  /** Where DuckDB spills what does not fit into memory; made when needed. */
  readonly tempDir: string;
  /** Default 256 MiB. */
  readonly memoryMaxBytes?: number;
  /** Default 2. */
  readonly threads?: number;
  /** Drives are settled when so many chunks have come. */
  readonly settleAtChunks?: number;
}

const SETTLE_AT_CHUNKS = 20_000;

export async function openDuckDbCatalog(options: DuckDbCatalogOptions): Promise<Catalog> {
  const { file, tempDir, memoryMaxBytes = 256 * 1024 * 1024, threads = 2, settleAtChunks = SETTLE_AT_CHUNKS } = options;
  const path = resolve(file);
  // The lock on the file keeps other processes out, and this one not.
  if (openHere.has(path))
    throw new PitlaneError('busy', `the catalog ${file} is open in this process already: close it`);
  openHere.add(path);
  try {
    // DuckDB makes the last folder of the path only, and only when it first spills.
    await mkdir(tempDir, { recursive: true });
    const instance = await openInstance({ file, tempDir, memoryMaxBytes, threads });
    const writer = await instance.connect();
    const parts = { gate: await openSandboxGate(writer), seq: await nextSeq(writer), settleAtChunks };
    return new DuckDbCatalog(instance, writer, parts, () => openHere.delete(path));
  } catch (error) {
    openHere.delete(path);
    throw error;
  }
}

const openHere = new Set<string>();

async function nextSeq(connection: DuckDBConnection): Promise<number> {
  const tables = [...TABLE_NAMES.map((name) => `event.${name}`), ...MOVED_TABLES.map((name) => `settled.${name}`)];
  const perTable = tables.map((name) => `SELECT max(seq) AS seq FROM ${name}`).join(' UNION ALL ');
  const result = await connection.runAndReadAll(`SELECT coalesce(max(seq), -1) + 1 FROM (${perTable})`);
  return Number(result.getRows()[0]?.[0]);
}

class DuckDbCatalog implements Catalog {
  readonly dialect = 'duckdb';
  readonly #instance: DuckDBInstance;
  readonly #writer: DuckDBConnection;
  readonly #gate: SandboxGate;
  readonly #onClosed: () => void;
  readonly #settleAtChunks: number;
  #nextSeq: number;
  /** Chunks and what is derived of them, since drives were settled last. */
  #chunksAppended = 0;
  /** Settles when the write before has ended; writes go one after another. */
  #lastWrite: Promise<void> = Promise.resolve();
  readonly #reads = new Set<Promise<unknown>>();
  readonly #queryTurns = new Turns(QUERIES_AT_ONCE, WAITING_MAX);
  readonly #sandboxTurns = new Turns(SANDBOXED_AT_ONCE, WAITING_MAX);
  #open = true;

  constructor(
    instance: DuckDBInstance,
    writer: DuckDBConnection,
    parts: { gate: SandboxGate; seq: number; settleAtChunks: number },
    onClosed: () => void,
  ) {
    this.#instance = instance;
    this.#writer = writer;
    this.#gate = parts.gate;
    this.#nextSeq = parts.seq;
    this.#settleAtChunks = parts.settleAtChunks;
    this.#onClosed = onClosed;
  }

  async append(events: readonly CatalogEvent[]): Promise<void> {
    await this.#write(async () => {
      if (events.length > 0) this.#nextSeq = await appendEvents(this.#writer, events, this.#nextSeq);
    });
    this.#chunksAppended += events.filter(({ type }) => type === 'chunk' || type === 'derivation').length;
    if (this.#chunksAppended >= this.#settleAtChunks) this.#settle();
  }

  /** Behind what is appended, and before what comes next. It changes no view: one that fails is made up for by the next. */
  #settle(): void {
    this.#chunksAppended = 0;
    this.#write(async () => {
      while (await settle(this.#writer)) continue;
      while (await settleTracks(this.#writer)) continue;
    }).catch(() => {});
  }

  query(sql: string, parameters: readonly SqlParameter[] = []): Promise<readonly SqlRow[]> {
    return this.#read(this.#queryTurns, async () => {
      const connection = await this.#instance.connect();
      try {
        const reader = await connection.runAndReadAll(sql, [...parameters]);
        const names = reader.deduplicatedColumnNames();
        const asText = names.map(isTimeColumn);
        return reader
          .getRows()
          .map((row) =>
            Object.fromEntries(names.map((name, i) => [name, sqlValueFrom(row[i] ?? null, asText[i] === true)])),
          );
      } finally {
        connection.closeSync();
      }
    });
  }

  sandboxed(sql: string, caps: SqlCaps, signal?: AbortSignal): Promise<SqlResult> {
    return this.#read(this.#sandboxTurns, () => runSandboxed(this.#instance, this.#gate, sql, caps, signal));
  }

  estimate(sql: string): Promise<SqlEstimate> {
    return this.#read(this.#sandboxTurns, async () => {
      await checkSandboxed(this.#instance, this.#gate, sql);
      return { bytesProcessed: 0, usdPerTiB: null };
    });
  }

  wipe(): Promise<void> {
    return this.#write(() =>
      inTransaction(this.#writer, async () => {
        for (const name of TABLE_NAMES) await this.#writer.run(`DELETE FROM event.${name}`);
        for (const name of [...MOVED_TABLES, ...SUM_TABLES]) await this.#writer.run(`DELETE FROM settled.${name}`);
      }),
    );
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#lastWrite;
    await Promise.allSettled(this.#reads);
    try {
      await this.#writer.run('CHECKPOINT');
    } catch (error) {
      throw catalogErrorFrom(error);
    } finally {
      this.#writer.closeSync();
      this.#instance.closeSync();
      this.#onClosed();
    }
  }

  #write(work: () => Promise<void>): Promise<void> {
    assert(this.#open, 'the catalog is open');
    const written = this.#lastWrite.then(work).catch((error: unknown) => {
      throw catalogErrorFrom(error);
    });
    this.#lastWrite = written.catch(() => {}); // the caller is told; the next write goes on
    return written;
  }

  async #read<T>(turns: Turns, work: () => Promise<T>): Promise<T> {
    assert(this.#open, 'the catalog is open');
    const reading = turns.take(work);
    this.#reads.add(reading);
    try {
      return await reading;
    } catch (error) {
      throw catalogErrorFrom(error);
    } finally {
      this.#reads.delete(reading);
    }
  }
}
