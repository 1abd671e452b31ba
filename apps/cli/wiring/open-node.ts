/**
 * A whole node in this process: stores, garage, lander and indexer over one home, behind HTTP. It holds the home's lock
 * from the first step to the last, so that whoever finds the lock free finds the home at rest.
 */
import {
  type ApiServices,
  type CatalogService,
  catalogApi,
  type GarageService,
  type HttpNode,
  openHttpNode,
  tenantOfDrive,
  whyLines,
} from '@pitlane/catalog-api';
import { systemClock } from '@pitlane/base/time';
import { consolePlugin } from '@pitlane/console';
import { CATALOG_SCHEMA_VERSION } from '@pitlane/contracts/catalog';
import { parseDriveId } from '@pitlane/contracts/identity';
import { Garage, garageTools } from '@pitlane/garage';
import type { NodeAddress } from '../node/node-client.ts';
import { removeNodeFile, writeNodeFile } from '../node/node-file.ts';
import type { Settings } from '../settings.ts';
import { deadLetterService } from './dead-letters.ts';
import { type Deriving, openElsewhere, openInside } from './open-cloud.ts';
import { type NodeLog, openNodeLog } from './node-log.ts';
import { noteService } from './notes.ts';
import {
  holdFolders,
  type HomeLayout,
  layoutOf,
  openGarageParts,
  openObjectLinks,
  transportsOf,
  tryHomeLock,
  VERSION,
} from '@pitlane/wiring';
import { openStores, type Stores } from './open-parts.ts';
import { type Rebuild, reindexWith } from './reindex.ts';
import { replaysOf, slicesOf } from './slices.ts';
import { tasksOf } from './tasks.ts';

export interface OpenNodeOptions {
  /** Absolute. */
  readonly home: string;
  readonly settings: Settings;
  /** 0 for any free one. */
  readonly port: number;
  /** The node of `up`: it serves documents and console, and goes on with docks that were left open. */
  readonly stays: boolean;
  /** Other commands may go through it. */
  readonly shares: boolean;
  /** It is opened to dock something at once: what that needs starts meanwhile. */
  readonly docks?: boolean;
}

export interface OpenNode {
  readonly address: NodeAddress;
  /** Lets requests under way end for at most `waitMs`, then closes all parts in reverse. */
  close(waitMs?: number): Promise<void>;
}

/** The node, or undefined while another process holds the home. */
export async function openNode(options: OpenNodeOptions): Promise<OpenNode | undefined> {
  const { home } = options;
  const lock = tryHomeLock(home);
  if (!lock) return undefined;
  const closers: (() => Promise<unknown>)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    closers.push(async () => lock.release());
    const log = openNodeLog(home);
    closers.push(() => log.close());
    const parts = await openWork(options, log, closers);
    if (options.docks) parts.garage.warm();
    const http = await openHttp(options, parts, log);
    const { url, port, token } = http;
    const address: NodeAddress = { url, token, pid: process.pid, port, stays: options.stays };
    if (options.shares || options.stays) await writeNodeFile(home, address);
    if (options.stays) {
      await parts.garage.resume();
      parts.garage.watchBays();
    }
    return {
      address,
      async close(waitMs = 0) {
        await removeNodeFile(home, process.pid);
        await http.close(waitMs);
        await closeAll();
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

interface Work {
  readonly layout: HomeLayout;
  readonly stores: Stores;
  readonly garage: Garage;
  readonly serving: Pick<CatalogService, 'slices' | 'replays' | 'objectLinks'>;
  readonly reindex: Rebuild;
  readonly deriving: Deriving;
  readonly receiptKeyPem: string;
}

async function openWork(
  { home, settings }: OpenNodeOptions,
  log: NodeLog,
  closers: (() => Promise<unknown>)[],
): Promise<Work> {
  const layout = layoutOf(home);
  const folders = holdFolders(layout, foldersOf(settings));
  closers.push(async () => folders.release());
  const stores = await openStores(layout, settings, log);
  closers.push(
    () => stores.log.close(),
    async () => stores.frames?.close(),
    () => stores.catalog.close(),
  );
  const parts = await openGarageParts(settings, layout, stores, log);
  closers.push(async () => parts.journal.close());
  const slices = slicesOf(layout, settings, stores);
  closers.push(() => slices.close());
  const replays = replaysOf(settings, stores);
  closers.push(async () => replays.close());
  const objectLinks = await openObjectLinks(stores.storeSpec);
  const cloud = settings.cloudPrograms === 'inside' ? openInside : openElsewhere;
  const { receiptKey, reindex, deriving } = await cloud({
    layout,
    settings,
    stores,
    log,
    onClose: (close) => closers.push(close),
  });
  const tools = garageTools({
    settings,
    layout,
    parts: { ...parts, log: stores.log, receiptKey, telemetry: log },
    transports: transportsOf(settings),
    drainMs: 0,
  });
  const garage = new Garage(tools);
  closers.push(() => garage.close());
  const receiptKeyPem = receiptKey.export({ type: 'spki', format: 'pem' }) as string;
  const serving = { slices, replays, objectLinks };
  const reindexed: Rebuild = (onManifest) => reindexWith(() => reindex(onManifest), garage, stores);
  return { layout, stores, garage, serving, reindex: reindexed, deriving, receiptKeyPem };
}

/** What this process alone may write below its home. */
function foldersOf({ objectStore, messageLog, cloudPrograms }: Settings): Parameters<typeof holdFolders>[1] {
  const assembles = messageLog !== 'embedded' && cloudPrograms === 'inside';
  return [
    'spool',
    'staged',
    ...(objectStore === 'file' ? ['objects' as const] : []),
    ...(assembles ? ['assembly' as const] : []),
  ];
}

function openHttp({ home, settings, port, stays }: OpenNodeOptions, work: Work, log: NodeLog): Promise<HttpNode> {
  const { layout, stores, garage, serving, reindex, deriving, receiptKeyPem } = work;
  const facts = {
    home,
    garage: settings.garage,
    tenant: settings.tenant,
    version: VERSION,
    store: stores.store.traits.storeName,
    catalogSchemaVersion: CATALOG_SCHEMA_VERSION,
    receiptKeyPem,
  };
  const services: ApiServices = {
    program: {
      facts,
      log,
      ready: () => stores.catalog.query('SELECT 1'),
      metrics: () => garage.metrics(),
    },
    catalog: {
      ...stores,
      ...serving,
      tenant: settings.tenant,
      receiptKeyPem,
      why: (id) => whyLines(id, garage, stores),
    },
    garage: garageService(garage, stores, settings.tenant),
    actions: garage.actions,
    orders: garage.orders,
    webhooks: garage.webhooks,
    uploads: garage.uploads,
    deadLetters: deadLetterService(stores),
    notes: noteService(stores, settings.tenant, () => systemClock.nowMs()),
    tasks: tasksOf({
      layout,
      settings,
      stores,
      receiptKeyPem,
      reindex,
      deriving,
      faults: () => garage.faults(),
      webhookCounts: () => garage.webhooks.counts(),
      tellWebhooks: (event) => garage.webhooks.tell(event),
    }),
  };
  const shown = [
    { label: 'garage', value: settings.garage },
    { label: 'version', value: VERSION },
    { label: 'home', value: home },
  ];
  const pages: FastifyPlugin = async (app) => {
    await app.register(consolePlugin, { facts: shown, basemap: settings.basemap });
  };
  const plugins = [catalogApi(services), ...(stays ? [pages] : [])];
  return openHttpNode({ port, plugins, documents: stays, log, origins: settings.corsOrigins });
}

type FastifyPlugin = ReturnType<typeof catalogApi>;

function garageService(garage: Garage, stores: Stores, own: string): GarageService {
  return {
    dock: (request, signal) => garage.dock(request, signal),
    events: (signal, lastId) => garage.events(signal, lastId),
    docks: () => garage.docks(),
    retire: async (driveId, tenant, options) =>
      garage.retire(await tenantOfDrive(stores, { driveId, tenant }, own), parseDriveId(driveId), options),
    bays: () => garage.bays(),
    backlog: () => garage.backlog(),
    spool: () => garage.spool(),
    queue: () => garage.queue(),
  };
}
