/** The lander program: claims from the message log, looks into the store, landings back into the log. */
import { resolve } from 'node:path';
import { parseSettings } from '@pitlane/base/settings';
import { LogTopic } from '@pitlane/contracts/records';
import {
  layoutOf,
  openMessageLog,
  openObjectStore,
  PROGRAM_SETTINGS,
  refuseEmbedded,
  runProgram,
  STORE_SETTINGS,
  storeSpecOf,
} from '@pitlane/wiring';
import { runLander } from './assemble.ts';

process.exitCode = await runProgram({
  name: 'lander',
  settings: () => parseSettings({ ...PROGRAM_SETTINGS, ...STORE_SETTINGS }, { environment: process.env }),
  async open(settings, { log: telemetry, signal, onClose }) {
    refuseEmbedded(settings, ['objectStore', 'messageLog']);
    const layout = layoutOf(resolve(settings.home));
    const store = await openObjectStore(storeSpecOf(settings, layout), telemetry, signal);
    const log = await openMessageLog(settings, layout, { clientId: 'pitlane-lander', log: telemetry });
    onClose(() => log.close());
    return {
      run: (stop) => runLander({ store, log }, stop),
      ready: async () => void (await log.lag(LogTopic.chunks, 'lander')),
      metrics: async () => ({ pitlane_lander_claims_waiting: await log.lag(LogTopic.chunks, 'lander') }),
    };
  },
});
