/** The lander program: frames and claims from the logs, objects into the store, landings back into the message log. */
import { resolve } from 'node:path';
import { parseSettings } from '@pitlane/base/settings';
import {
  holdFolders,
  LANDER_SETTINGS,
  layoutOf,
  openFrameLog,
  openMessageLog,
  openObjectStore,
  PROGRAM_SETTINGS,
  refuseEmbedded,
  runProgram,
  STORE_SETTINGS,
  storeSpecOf,
} from '@pitlane/wiring';
import { inlineOptionsOf, Lander } from './assemble.ts';

process.exitCode = await runProgram({
  name: 'lander',
  settings: () =>
    parseSettings({ ...PROGRAM_SETTINGS, ...STORE_SETTINGS, ...LANDER_SETTINGS }, { environment: process.env }),
  async open(settings, { log: telemetry, signal, onClose }) {
    refuseEmbedded(settings, ['objectStore', 'messageLog']);
    const layout = layoutOf(resolve(settings.home));
    const folders = holdFolders(layout, ['assembly']);
    onClose(async () => folders.release());
    const store = await openObjectStore(storeSpecOf(settings, layout), telemetry, signal);
    const client = { clientId: 'pitlane-lander', log: telemetry };
    const log = await openMessageLog(settings, layout, client);
    onClose(() => log.close());
    const frames = await openFrameLog(settings, client);
    onClose(async () => frames?.close());
    const inline = inlineOptionsOf(settings, frames, layout.assembly);
    const lander = new Lander({ store, log, telemetry, ...inline });
    return {
      run: (stop) => lander.run(stop),
      ready: async () => void (await lander.metrics()),
      metrics: () => lander.metrics(),
    };
  },
});
