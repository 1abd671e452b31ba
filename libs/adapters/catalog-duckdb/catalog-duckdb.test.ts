import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { CatalogEvent } from '@pitlane/contracts/catalog';
import type { Catalog } from '@pitlane/ports/catalog';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DriveBuilder } from '@pitlane/ports/catalog/contract-facts';
import { openDuckDbCatalog } from './index.ts';

const drive = new DriveBuilder('drive-a');
let folder: string;
const opened: Catalog[] = [];

const open = async (name = 'catalog.duckdb', tempDir = 'spill'): Promise<Catalog> => {
  const catalog = await openDuckDbCatalog({ file: join(folder, name), tempDir: join(folder, tempDir) });
  opened.push(catalog);
  return catalog;
};

const chunkCount = async (catalog: Catalog): Promise<number> =>
  Number((await catalog.query('SELECT count(*) AS chunks FROM chunks'))[0]?.['chunks']);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pitlane-catalog-'));
});

afterEach(async () => {
  for (const catalog of opened.splice(0)) await catalog.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the catalog file', () => {
  it('holds what was appended after it is closed and opened again, and goes on counting', async () => {
    const first = await open();
    await first.append([drive.docked(), drive.preview('r1'), drive.chunk('r1', 0)]);
    await first.close();
    const second = await open();
    expect(await chunkCount(second)).toBe(1);
    await second.append([drive.preview('r1', { path: 'newer.mcap' })]);
    expect(await second.query('SELECT path FROM recordings')).toEqual([{ path: 'newer.mcap' }]);
  });

  it('holds what was appended when the process dies without a close', async () => {
    const catalog = await open();
    await catalog.append([drive.docked(), drive.chunk('r1', 0), drive.chunk('r1', 1)]);
    // What lies on the disk at this moment is what a killed process leaves behind.
    for (const end of ['', '.wal']) await cp(join(folder, `catalog.duckdb${end}`), join(folder, `left.duckdb${end}`));
    expect(await chunkCount(await open('left.duckdb'))).toBe(2);
  });

  it('shows all of a batch or nothing of it', async () => {
    const catalog = await open();
    await catalog.append([drive.docked()]);
    const broken = { ...drive.chunk('r1', 1), chunk: null } as unknown as CatalogEvent;
    await expect(catalog.append([drive.chunk('r1', 0), broken])).rejects.toThrow();
    const chunk = drive.chunk('r1', 1);
    const unreadable = chunk.type === 'chunk' ? { ...chunk, chunk: { ...chunk.chunk, sha256: 7 } } : chunk;
    await expect(catalog.append([drive.chunk('r1', 0), unreadable as unknown as CatalogEvent])).rejects.toThrow();
    expect(await chunkCount(catalog)).toBe(0);
    await catalog.append([drive.chunk('r1', 0)]);
    expect(await chunkCount(catalog)).toBe(1);
  });

  it('takes appends that come at once, one after another', async () => {
    const catalog = await open();
    const batches = Array.from({ length: 20 }, (_batch, batch) =>
      Array.from({ length: 10 }, (_chunk, i) => drive.chunk('r1', batch * 10 + i)),
    );
    await Promise.all([...batches.map((batch) => catalog.append(batch)), catalog.append([drive.docked()])]);
    expect(await chunkCount(catalog)).toBe(200);
  });

  it('keeps odd text and large numbers as they are', async () => {
    const catalog = await open();
    const path = 'späte "Fahrt"\' \\ \0 \u{1F697}\n.mcap';
    await catalog.append([drive.docked(), drive.preview('r1', { path, bytes: Number.MAX_SAFE_INTEGER })]);
    expect(await catalog.query('SELECT path, bytes FROM recordings WHERE path = ?', [path])).toEqual([
      { path, bytes: Number.MAX_SAFE_INTEGER },
    ]);
  });

  it('explains a query that does not bind', async () => {
    const catalog = await open();
    await expect(catalog.query('SELECT nosuch FROM drives')).rejects.toMatchObject({ code: 'bad-usage' });
  });
});

describe('opening the catalog', () => {
  it('says that another process holds the file', async () => {
    const bindings = createRequire(import.meta.url).resolve('@duckdb/node-api');
    const file = join(folder, 'catalog.duckdb');
    await (await open()).close();
    const script = `const { DuckDBInstance } = require(${JSON.stringify(bindings)});
      DuckDBInstance.create(${JSON.stringify(file)}).then(() => { console.log('held'); process.stdin.resume(); });`;
    const child = promisify(execFile)(process.execPath, ['-e', script]);
    try {
      await new Promise((resolve) => child.child.stdout?.once('data', resolve));
      const error = await open().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'busy', message: expect.stringContaining('another process') });
    } finally {
      child.child.kill();
      await child.catch(() => {});
    }
    expect(await chunkCount(await open())).toBe(0);
  });

  it('is not opened twice in one process, and again after a close', async () => {
    const catalog = await open();
    await expect(open()).rejects.toMatchObject({ code: 'busy' });
    await catalog.close();
    expect(await chunkCount(await open())).toBe(0);
  });

  it('says of a damaged file, or one that is no catalog, that reindex rebuilds it', async () => {
    await writeFile(join(folder, 'text.duckdb'), 'this is not a database\n'.repeat(1000));
    const catalog = await open();
    await catalog.append(Array.from({ length: 500 }, (_, i) => drive.chunk('r1', i)));
    await catalog.close();
    await cp(join(folder, 'catalog.duckdb'), join(folder, 'cut.duckdb'));
    await truncate(join(folder, 'cut.duckdb'), 9000);
    for (const name of ['text.duckdb', 'cut.duckdb']) {
      const error = await open(name).catch((thrown: unknown) => thrown);
      expect(error, name).toMatchObject({ code: 'corrupt-input', message: expect.stringContaining('reindex') });
    }
  });

  it('says of a catalog of another schema version that reindex rebuilds it', async () => {
    const catalog = await open();
    await catalog.query('UPDATE event.catalog_meta SET schema_version = 99');
    await catalog.close();
    const error = await open().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'bad-settings', message: expect.stringMatching(/version 99.*reindex/) });
  });

  it('says that the folder is missing', async () => {
    await expect(open('nowhere/catalog.duckdb')).rejects.toMatchObject({ code: 'bad-settings' });
  });

  it('refuses files and settings also to trusted queries', async () => {
    const catalog = await open();
    await writeFile(join(folder, 'secret.csv'), 'a\n1\n');
    const file = join(folder, 'secret.csv');
    for (const sql of [`FROM '${file}'`, `COPY drives TO '${file}'`, `ATTACH '${file}.db'`, 'LOAD httpfs']) {
      await expect(catalog.query(sql), sql).rejects.toMatchObject({ code: 'refused' });
    }
    await expect(catalog.query('SET threads = 64')).rejects.toMatchObject({ code: 'bad-usage' });
  });
});
