/** The indexer program: docks, landings and manifests from the message log into the catalog; receipts back. */
import { join, resolve } from 'node:path';
import { parseSettings } from '@pitlane/base/settings';
import { systemClock } from '@pitlane/base/time';
import { loadDecompressors } from '@pitlane/compressor-zstd';
import { LogTopic } from '@pitlane/contracts/records';
import {
  layoutOf,
  mappingsFolder,
  openCatalog,
  openMessageLog,
  openObjectStore,
  PROGRAM_SETTINGS,
  readMappings,
  refuseEmbedded,
  runProgram,
  STORE_SETTINGS,
  storeSpecOf,
} from '@pitlane/wiring';
import { derivationsWaiting, Indexer, openReceiptKeys, plansOf } from './assemble.ts';

process.exitCode = await runProgram({
  name: 'indexer',
  settings: () => parseSettings({ ...PROGRAM_SETTINGS, ...STORE_SETTINGS }, { environment: process.env }),
  async open(settings, { log: telemetry, signal, onClose }) {
    refuseEmbedded(settings, ['objectStore', 'messageLog', 'catalog']);
    const layout = layoutOf(resolve(settings.home));
    const { privateKey, publicKeyFile } = await openReceiptKeys(join(layout.home, 'keys'));
    telemetry.info('keys.opened', { publicKeyFile });
    const store = await openObjectStore(storeSpecOf(settings, layout), telemetry, signal);
    const catalog = await openCatalog(settings, layout);
    onClose(() => catalog.close());
    const log = await openMessageLog(settings, layout, { clientId: 'pitlane-indexer', log: telemetry });
    onClose(() => log.close());
    const now = (): string => new Date(systemClock.nowMs()).toISOString();
    const decompressors = await loadDecompressors();
    const compacts = settings.bigqueryCompaction === 'daily';
    const plans = plansOf(() => readMappings(mappingsFolder(settings, layout)), settings.positionTopics, telemetry);
    const indexer = new Indexer({ store, catalog, log, decompressors, privateKey, now, telemetry, compacts, plans });
    return {
      run: (stop) => indexer.run(stop),
      ready: async () => void (await catalog.query('SELECT 1 AS one')),
      metrics: async () => ({
        pitlane_indexer_landings_waiting: await log.lag(LogTopic.landings, 'indexer'),
        pitlane_indexer_derivations_waiting: await derivationsWaiting(log),
        pitlane_indexer_manifests_waiting: await log.lag(LogTopic.manifests, 'indexer'),
      }),
    };
  },
});
