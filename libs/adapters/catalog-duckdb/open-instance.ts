/**
 * Opens the database file with everything closed that a catalog does not need: no files beside its own, no extensions
 * from anywhere, settings locked. Says in plain words when another process holds the file or when it is damaged.
 */
import { DuckDBInstance } from '@duckdb/node-api';
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import { CATALOG_SCHEMA_VERSION } from '@pitlane/contracts/catalog';
import { inTransaction } from './transaction.ts';
import { catalogErrorFrom } from './duckdb-errors.ts';
import { tableStatements } from './tables.ts';
import { viewStatements } from './views/index.ts';

export interface OpenOptions {
  /** The database file; made when it is missing. Its folder exists. */
  readonly file: string;
  /** Where DuckDB spills what does not fit into memory. */
  readonly tempDir: string;
  readonly memoryMaxBytes: number;
  readonly threads: number;
}

const TEMP_MAX = '4GiB';
const REBUILD = 'stop Pitlane, move the file away and run `pitlane reindex` to rebuild the catalog from the bucket';

export async function openInstance({ file, tempDir, memoryMaxBytes, threads }: OpenOptions): Promise<DuckDBInstance> {
  let instance: DuckDBInstance;
  try {
    instance = await DuckDBInstance.create(file, {
      memory_limit: `${Math.floor(memoryMaxBytes / 1024)}KiB`,
      threads: String(threads),
      temp_directory: tempDir,
      max_temp_directory_size: TEMP_MAX,
      preserve_insertion_order: 'false',
      enable_external_access: 'false',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      allow_community_extensions: 'false',
      allow_unsigned_extensions: 'false',
    });
  } catch (cause) {
    throw openError(file, cause);
  }
  try {
    await prepareSchema(instance, file);
  } catch (cause) {
    instance.closeSync();
    throw cause instanceof PitlaneError ? cause : openError(file, cause);
  }
  return instance;
}

function openError(file: string, cause: unknown): PitlaneError {
  const text = messageOf(cause);
  if (/lock on file|being used by another process/i.test(text)) {
    return new PitlaneError('busy', `the catalog ${file} is held by another process: stop it, or go through it`, {
      cause,
    });
  }
  if (/cannot open file|no such file|permission denied|not a directory/i.test(text)) {
    return new PitlaneError('bad-settings', `the catalog ${file} cannot be opened: make its folder writable`, {
      cause,
    });
  }
  if (/^(Binder|Parser|Catalog|Out of Memory) Error/.test(text)) return catalogErrorFrom(cause);
  return new PitlaneError('corrupt-input', `the catalog ${file} is damaged or no DuckDB file: ${REBUILD}`, { cause });
}

/** Versions since lack nothing but tables, which are made. */
const OLDEST_KEPT_VERSION = 1;

/** Tables where they are missing, views anew, all of it in one transaction; then the settings are locked for good. */
async function prepareSchema(instance: DuckDBInstance, file: string): Promise<void> {
  const connection = await instance.connect();
  try {
    await connection.run("SET GLOBAL TimeZone = 'UTC'");
    await inTransaction(connection, async () => {
      const found = await connection.runAndReadAll(
        "SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'event' AND table_name = 'catalog_meta'",
      );
      if (Number(found.getRows()[0]?.[0]) > 0) await checkVersion(connection, file);
      for (const sql of tableStatements()) await connection.run(sql);
      await connection.run(
        `INSERT INTO event.catalog_meta SELECT ${CATALOG_SCHEMA_VERSION} WHERE NOT EXISTS (FROM event.catalog_meta)`,
      );
      await connection.run(`UPDATE event.catalog_meta SET schema_version = ${CATALOG_SCHEMA_VERSION}`);
      for (const sql of viewStatements()) await connection.run(sql);
    });
    await connection.run('SET GLOBAL lock_configuration = true');
  } finally {
    connection.closeSync();
  }
}

async function checkVersion(connection: Awaited<ReturnType<DuckDBInstance['connect']>>, file: string): Promise<void> {
  const rows = (await connection.runAndReadAll('SELECT schema_version FROM event.catalog_meta')).getRows();
  const version = Number(rows[0]?.[0] ?? CATALOG_SCHEMA_VERSION);
  if (version >= OLDEST_KEPT_VERSION && version <= CATALOG_SCHEMA_VERSION) return;
  throw new PitlaneError(
    'bad-settings',
    `the catalog ${file} has schema version ${version}, this Pitlane reads ${CATALOG_SCHEMA_VERSION}: ${REBUILD}`,
    { details: { schemaVersion: version } },
  );
}
