/** The stores of a node, as its settings name them. */
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '@pitlane/base/telemetry';
import type { Catalog } from '@pitlane/ports/catalog';
import type { FrameLog } from '@pitlane/ports/frame-log';
import type { MessageLog } from '@pitlane/ports/message-log';
import type { ObjectStore } from '@pitlane/ports/object-store';
import {
  type HomeLayout,
  objectUrlOf,
  openCatalog,
  openFrameLog,
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
  /** Where chunks may travel in frames. */
  readonly frames: FrameLog | undefined;
  readonly storeSpec: StoreSpec;
  readonly objectUrl: (name: string) => string;
}

export async function openStores(layout: HomeLayout, settings: Settings, telemetry: Log): Promise<Stores> {
  await mkdir(layout.home, { recursive: true });
  const storeSpec = storeSpecOf(settings, layout);
  const store = await openObjectStore(storeSpec, telemetry);
  const client = { clientId: `pitlane-${settings.garage}`, log: telemetry };
  const log = await openMessageLog(settings, layout, client);
  const frames = await openFrameLog(settings, client);
  const catalog = await openCatalog(settings, layout);
  return { catalog, store, log, frames, storeSpec, objectUrl: objectUrlOf(storeSpec) };
}

/** A folder for something that is gone with its user. */
export async function scratchFolder(layout: HomeLayout, what: string): Promise<string> {
  const folder = join(layout.temporary, `${what}-${randomUUID()}`);
  await mkdir(folder, { recursive: true });
  return folder;
}
