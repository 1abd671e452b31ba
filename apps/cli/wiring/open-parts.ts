/** The stores of a node, as its settings name them. */
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '@pitlane/base/telemetry';
import type { Catalog } from '@pitlane/ports/catalog';
import type { MessageLog } from '@pitlane/ports/message-log';
import type { ObjectStore } from '@pitlane/ports/object-store';
import {
  type HomeLayout,
  objectUrlOf,
  openCatalog,
  openMessageLog,
  openObjectStore,
  type StoreSpec,
  storeSpecOf,
} from '@pitlane/wiring';
import type { Settings } from '../settings.ts';

export interface Stores {
  readonly catalog: Catalog;
  readonly store: ObjectStore;
  readonly log: MessageLog;
  readonly storeSpec: StoreSpec;
  readonly objectUrl: (name: string) => string;
}

export async function openStores(layout: HomeLayout, settings: Settings, telemetry: Log): Promise<Stores> {
  await mkdir(layout.home, { recursive: true });
  const storeSpec = storeSpecOf(settings, layout);
  const store = await openObjectStore(storeSpec, telemetry);
  const log = await openMessageLog(settings, layout, { clientId: `pitlane-${settings.garage}`, log: telemetry });
  const catalog = await openCatalog(settings, layout);
  return { catalog, store, log, storeSpec, objectUrl: objectUrlOf(storeSpec) };
}

/** A folder for something that is gone with its user. */
export async function scratchFolder(layout: HomeLayout, what: string): Promise<string> {
  const folder = join(layout.temporary, `${what}-${randomUUID()}`);
  await mkdir(folder, { recursive: true });
  return folder;
}
