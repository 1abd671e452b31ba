/**
 * A home that no process works on, looked at from outside and without a node, which would go on with it: what its journal,
 * its catalog and its store say, and whether they say the same.
 */
import { createPublicKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32, crc32c } from '@node-rs/crc32';
import { openDuckDbCatalog } from '@pitlane/catalog-duckdb';
import { loadDecompressors } from '@pitlane/compressor-zstd';
import { VIEWS } from '@pitlane/contracts/catalog';
import { type JournalFault, journalFaults } from '@pitlane/garage';
import { openFileStore } from '@pitlane/object-store-files';
import type { Catalog } from '@pitlane/ports/catalog';
import type { Journal } from '@pitlane/ports/journal';
import type { ObjectStore } from '@pitlane/ports/object-store';
import type { Spool } from '@pitlane/ports/spool';
import { planVerify, runVerify } from '@pitlane/stages/90-serve';
import { type HomeLayout, layoutOf, openGarageDisk } from '@pitlane/wiring';
import { filesBelow, isChunkObject } from './node-under-test.ts';

/** Columns that say when and by whom, not what. */
export const MAY_DIFFER =
  /"(docked_at|dock_id|receipt_id|key_id|signed_at|generation|manifest_object|objects_sha256_root|garages?)":("[^"]*"|\[[^\]]*\]|null),?/g;

interface Parts {
  readonly layout: HomeLayout;
  readonly journal: Journal;
  readonly spool: Spool;
  readonly store: ObjectStore;
  readonly catalog: Catalog;
}

export interface HomeContent {
  /** By view. */
  readonly rows: Readonly<Record<string, readonly string[]>>;
  /** Chunks and previews by name, each with the SHA-256 of its bytes. */
  readonly objects: readonly (readonly [string, string | undefined])[];
}

export class HomeAtRest implements AsyncDisposable {
  readonly #parts: Parts;

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  static async open(home: string): Promise<HomeAtRest> {
    const layout = layoutOf(home);
    const tempDir = path.join(layout.temporary, 'catalog');
    const catalog = await openDuckDbCatalog({ file: layout.catalog, tempDir });
    const store = await openFileStore({ root: layout.objects });
    return new HomeAtRest({ layout, store, catalog, ...(await openGarageDisk(layout)) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#parts.journal.close();
    await this.#parts.catalog.close();
  }

  /** Where the journal and the rest say different things. */
  async faults(): Promise<JournalFault[]> {
    const { layout, journal, spool, store } = this.#parts;
    const receiptKey = await this.#receiptKey();
    const faults: JournalFault[] = [];
    const around = { journal, spool, store, stagedRoot: layout.staged, ...(receiptKey && { receiptKey }) };
    for await (const fault of journalFaults(around)) faults.push(fault);
    return faults;
  }

  /** Objects that the catalog has rows of and the store has not. */
  async rowsWithoutObjects(): Promise<unknown[]> {
    const { catalog, store } = this.#parts;
    const rows = await catalog.query('SELECT object FROM chunks');
    const found = await Promise.all(rows.map(({ object }) => store.stat(String(object))));
    return rows.filter((_, at) => found[at] === undefined);
  }

  async number(sql: string): Promise<number> {
    const [row] = await this.#parts.catalog.query(sql);
    return Number(Object.values(row ?? {})[0]);
  }

  /** What all dockings came to, without when and by whom: rows of every view but receipts, and chunks with their bytes. */
  async content(): Promise<HomeContent> {
    const rows: Record<string, readonly string[]> = {};
    for (const { name } of VIEWS) {
      if (name === 'freshness' || name === 'receipts') continue;
      const all = await this.#parts.catalog.query(`SELECT * FROM ${name}`);
      rows[name] = all.map((row) => textOf(row).replace(MAY_DIFFER, '')).sort();
    }
    const bucket = await filesBelow(this.#parts.layout.objects);
    return { rows, objects: [...bucket].filter(([name]) => isChunkObject(name)) };
  }

  /** What verify finds wrong, drive by drive; it reads every object. */
  async verifyFaults(tenant = 'default'): Promise<unknown[]> {
    const { catalog, store } = this.#parts;
    const receiptKey = await this.#receiptKey();
    if (!receiptKey) throw new Error('a home without a key has signed nothing');
    const plan = await planVerify(catalog, { tenant });
    const decompressors = await loadDecompressors();
    const { signal } = new AbortController();
    const { drives } = await runVerify(plan, { store, crc32, crc32c, decompressors, receiptKey, signal });
    return drives.flatMap(({ driveId, ok, faults }) => (ok ? [] : [{ driveId, faults }]));
  }

  async #receiptKey() {
    return readFile(path.join(this.#parts.layout.keys, 'receipt.pub')).then(createPublicKey, () => undefined);
  }
}

const textOf = (row: object): string =>
  JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
