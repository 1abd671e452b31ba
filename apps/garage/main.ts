/** The garage as a program: it docks what it is told to over HTTP, and reaches the cloud's programs by log and store alone. */
import { resolve } from 'node:path';
import { PitlaneError } from '@pitlane/base/errors';
import { parseSettings } from '@pitlane/base/settings';
import { catalogApi, openHttpNode } from '@pitlane/catalog-api';
import { parseDriveId } from '@pitlane/contracts/identity';
import { LogTopic } from '@pitlane/contracts/records';
import {
  API_SETTINGS,
  GARAGE_SETTINGS,
  holdFolders,
  layoutOf,
  listeningOf,
  openFrameLog,
  openGarageParts,
  openMessageLog,
  openObjectStore,
  PROGRAM_SETTINGS,
  receiptKeyOf,
  refuseEmbedded,
  runProgram,
  STORE_SETTINGS,
  storeSpecOf,
  TRANSPORT_SETTINGS,
  transportsOf,
  tryHomeLock,
  untilAborted,
  VERSION,
} from '@pitlane/wiring';
import { Garage, garageTools } from './assemble.ts';

const SETTINGS = {
  ...PROGRAM_SETTINGS,
  ...STORE_SETTINGS,
  ...TRANSPORT_SETTINGS,
  ...API_SETTINGS,
  ...GARAGE_SETTINGS,
};
/** For chunks whose sending has begun; an orchestrator's patience should be longer. */
const DRAIN_MS = 20_000;

process.exitCode = await runProgram({
  name: 'garage',
  settings: () => parseSettings(SETTINGS, { environment: process.env }),
  async open(settings, { log: telemetry, onClose }) {
    refuseEmbedded(settings, ['objectStore', 'messageLog']);
    const [listening, receiptKey] = [await listeningOf(settings), await receiptKeyOf(settings)];
    const layout = layoutOf(resolve(settings.home));
    const lock = tryHomeLock(layout.home);
    if (!lock) throw new PitlaneError('busy', `another process is at work on ${layout.home}: stop it first`);
    onClose(async () => lock.release());
    const folders = holdFolders(layout, ['spool', 'staged']);
    onClose(async () => folders.release());
    const store = await openObjectStore(storeSpecOf(settings, layout), telemetry);
    const client = { clientId: `pitlane-${settings.garage}`, log: telemetry };
    const log = await openMessageLog(settings, layout, client);
    onClose(() => log.close());
    const frames = await openFrameLog(settings, client);
    onClose(async () => frames?.close());
    const parts = {
      ...(await openGarageParts(settings, layout, { store, frames }, telemetry)),
      log,
      receiptKey,
      telemetry,
    };
    onClose(async () => parts.journal.close());
    const transports = transportsOf(settings);
    const garage = new Garage(garageTools({ settings, layout, parts, transports, drainMs: DRAIN_MS }));
    onClose(() => garage.close());
    const ready = async (): Promise<void> => void (await log.lag(LogTopic.answers, `garage-${settings.garage}`));
    const facts = { version: VERSION, home: layout.home, garage: settings.garage, tenant: settings.tenant };
    const api = catalogApi({
      program: { facts, log: telemetry, ready, metrics: () => garage.metrics() },
      garage: {
        dock: (request, signal) => garage.dock(request, signal),
        events: (signal, lastId) => garage.events(signal, lastId),
        docks: () => garage.docks(),
        retire: async (driveId, tenant, options) =>
          garage.retire(tenant ?? settings.tenant, parseDriveId(driveId), options),
        bays: () => garage.bays(),
        backlog: () => garage.backlog(),
        spool: () => garage.spool(),
        queue: () => garage.queue(),
      },
      actions: garage.actions,
      orders: garage.orders,
      webhooks: garage.webhooks,
      uploads: garage.uploads,
    });
    const elsewhere = 'this program docks alone, the catalog is asked of a catalog API';
    const http = await openHttpNode({ ...listening, plugins: [api], documents: true, log: telemetry, elsewhere });
    onClose(() => http.close());
    telemetry.info('api.opened', { url: http.url });
    await garage.resume();
    garage.watchBays();
    return {
      async run(stop) {
        await untilAborted(stop);
        await garage.close();
      },
      ready,
      metrics: async () => garage.metrics(),
    };
  },
});
