/** The catalog's API as a program: read-only, so that any number of them may stand side by side. It docks nothing. */
import { join, resolve } from 'node:path';
import { parseSettings } from '@pitlane/base/settings';
import { versions } from '@pitlane/compressor-zstd';
import { CATALOG_SCHEMA_VERSION } from '@pitlane/contracts/catalog';
import {
  API_SETTINGS,
  layoutOf,
  listeningOf,
  objectUrlOf,
  openCatalog,
  openObjectLinks,
  openObjectStore,
  PROGRAM_SETTINGS,
  receiptKeyOf,
  refuseEmbedded,
  runProgram,
  STORE_SETTINGS,
  storeSpecOf,
  untilAborted,
  VERSION,
} from '@pitlane/wiring';
import { catalogApi, NO_GARAGE, openHttpNode, Replays, Slices, whyLines } from './assemble.ts';

/** Longer than any query may take. */
const DRAIN_MS = 40_000;

process.exitCode = await runProgram({
  name: 'catalog-api',
  settings: () =>
    parseSettings({ ...PROGRAM_SETTINGS, ...STORE_SETTINGS, ...API_SETTINGS }, { environment: process.env }),
  async open(settings, { log, onClose }) {
    refuseEmbedded(settings, ['objectStore', 'catalog']);
    const listening = await listeningOf(settings);
    const receiptKeyPem = (await receiptKeyOf(settings)).export({ type: 'spki', format: 'pem' }) as string;
    const layout = layoutOf(resolve(settings.home));
    const storeSpec = storeSpecOf(settings, layout);
    const store = await openObjectStore(storeSpec, log);
    const catalog = await openCatalog(settings, layout);
    onClose(() => catalog.close());
    const { tenant } = settings;
    const slices = new Slices({
      catalog,
      storeSpec,
      // Others may stand beside it on one home.
      cacheFolder: join(layout.temporary, `slices-${settings.port || process.pid}`),
      cacheBytesMax: settings.sliceCacheBytes,
      atOnceMax: settings.slicesAtOnce,
      versions: [VERSION, versions.zstd],
    });
    onClose(() => slices.close());
    const replays = new Replays({ catalog, storeSpec, atOnceMax: settings.slicesAtOnce });
    onClose(async () => replays.close());
    const facts = {
      version: VERSION,
      tenant,
      store: store.traits.storeName,
      catalogSchemaVersion: CATALOG_SCHEMA_VERSION,
      receiptKeyPem,
    };
    const ready = async (): Promise<void> => void (await catalog.query('SELECT 1 AS one'));
    const api = catalogApi({
      program: { facts, log, ready, metrics: () => ({}) },
      catalog: {
        catalog,
        store,
        objectUrl: objectUrlOf(storeSpec),
        tenant,
        receiptKeyPem,
        slices,
        replays,
        objectLinks: await openObjectLinks(storeSpec),
        why: (id) => whyLines(id, NO_GARAGE, { catalog, store }),
      },
    });
    const elsewhere = 'this program serves the catalog alone, what docks, retires or takes long is asked of a garage';
    const http = await openHttpNode({ ...listening, plugins: [api], documents: true, log, elsewhere });
    onClose(() => http.close());
    log.info('api.opened', { url: http.url });
    return {
      async run(stop) {
        await untilAborted(stop);
        await http.close(DRAIN_MS);
      },
      ready,
      metrics: async () => ({}),
    };
  },
});
