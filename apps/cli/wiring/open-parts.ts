/** The parts of the embedded node: what lies in a home, and the adapters over it. */
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openDuckDbCatalog } from '@pitlane/catalog-duckdb';
import { openSqliteLog } from '@pitlane/message-log-sqlite';
import { openFileStore } from '@pitlane/object-store-files';
import type { Catalog } from '@pitlane/ports/catalog';
import type { MessageLog } from '@pitlane/ports/message-log';
import type { ObjectStore } from '@pitlane/ports/object-store';
import type { Settings } from '../settings.ts';

/** Where things lie below a home. */
export interface HomeLayout {
  readonly home: string;
  readonly objects: string;
  readonly spool: string;
  readonly staged: string;
  readonly log: string;
  readonly journal: string;
  readonly catalog: string;
  readonly temporary: string;
  readonly keys: string;
}

export const layoutOf = (home: string): HomeLayout => ({
  home,
  objects: join(home, 'objects'),
  spool: join(home, 'spool'),
  staged: join(home, 'staged'),
  log: join(home, 'log.sqlite'),
  journal: join(home, 'journal.sqlite'),
  catalog: join(home, 'catalog.duckdb'),
  temporary: join(home, 'tmp'),
  keys: join(home, 'keys'),
});

export interface Stores {
  readonly catalog: Catalog;
  readonly store: ObjectStore;
  readonly log: MessageLog;
  readonly objectUrl: (name: string) => string;
}

export async function openStores(layout: HomeLayout, settings: Settings): Promise<Stores> {
  await mkdir(layout.home, { recursive: true });
  const store = await openFileStore({ root: layout.objects });
  const log = openSqliteLog({ file: layout.log });
  const catalog = await openDuckDbCatalog({
    file: layout.catalog,
    tempDir: join(layout.temporary, 'catalog'),
    memoryMaxBytes: settings.catalogMemoryBytes,
  });
  return { catalog, store, log, objectUrl: (name) => pathToFileURL(join(layout.objects, name)).href };
}

/** A folder for something that is gone with its user. */
export async function scratchFolder(layout: HomeLayout, what: string): Promise<string> {
  const folder = join(layout.temporary, `${what}-${randomUUID()}`);
  await mkdir(folder, { recursive: true });
  return folder;
}
