/**
 * The doctor where bucket, brokers or dataset are the customer's: no node is opened, because that would make the topics and
 * the tables of the pipeline. Everything is tried under names that no other trial has.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { silentLog } from '@pitlane/base/telemetry';
import { objectStoreContract } from '@pitlane/ports/object-store/contract';
import {
  bigQueryPlaceOf,
  type Check,
  kafkaOptionsOf,
  type HomeLayout,
  layoutOf,
  openGarageDisk,
  opening,
  openObjectStore,
  storeSpecOf,
  tryBrokers,
  tryBucket,
  tryCases,
  tryDataset,
} from '@pitlane/wiring';
import type { Settings } from '../settings.ts';
import { journalFaults } from '@pitlane/garage';
import { journalChecks, webhookCheck } from './doctor-journal.ts';
import { clockCheck, diskCheck, tryEmbeddedCatalog, tryEmbeddedLog } from './doctor.ts';

export interface Trial {
  /** What will be made, a line each, to be told before. */
  readonly makes: readonly string[];
  checks(signal: AbortSignal): AsyncGenerator<Check>;
}

export const isInCloud = ({ objectStore, messageLog, catalog }: Settings): boolean =>
  objectStore !== 'file' || messageLog !== 'embedded' || catalog !== 'embedded';

/** Of a garage whose home this is. It may be docking meanwhile: its journal is read, and nothing else of its is opened. */
async function* tryJournal(layout: HomeLayout, settings: Settings, signal: AbortSignal): AsyncGenerator<Check> {
  const store = await openObjectStore(storeSpecOf(settings, layout), silentLog, signal);
  const { journal, spool } = await openGarageDisk(layout);
  try {
    yield* journalChecks(journalFaults({ journal, spool, store, stagedRoot: layout.staged }));
    yield webhookCheck(journal.outbox.counts());
  } finally {
    journal.close();
  }
}

/** Whatever is embedded beside them is tried too, as a node would. */
export function cloudTrial(home: string, settings: Settings): Trial {
  const { objectStore, messageLog, catalog } = settings;
  const layout = layoutOf(home);
  const id = randomUUID().slice(0, 8);
  const prefix = `pitlane-doctor-${id}.`;
  const datasetId = `pitlane_doctor_${id}`;
  return {
    makes: [
      ...(objectStore === 'file' ? [] : [`objects below pitlane-contract/ in ${objectStore}`]),
      ...(messageLog === 'embedded' ? [] : [`topics and groups with the prefix ${prefix} on ${messageLog}`]),
      ...(catalog === 'embedded' ? [] : [`the dataset ${datasetId} beside ${catalog}`]),
    ],
    async *checks(signal) {
      await mkdir(home, { recursive: true });
      yield await diskCheck(home, settings);
      yield clockCheck();
      if (existsSync(layout.journal)) yield* opening('journal', () => tryJournal(layout, settings, signal));
      const store = () => openObjectStore(storeSpecOf(settings, layout), silentLog, signal);
      const brokers = () => ({ ...kafkaOptionsOf(settings), clientId: 'pitlane-doctor', log: silentLog });
      yield* opening('object store', async function* () {
        yield* objectStore === 'file'
          ? tryCases('object store', objectStoreContract, await store(), signal)
          : tryBucket(await store(), signal);
      });
      if (signal.aborted) return;
      yield* opening('message log', () =>
        messageLog === 'embedded' ? tryEmbeddedLog(layout, signal) : tryBrokers(brokers(), prefix, signal),
      );
      if (signal.aborted) return;
      yield* opening('catalog', () =>
        catalog === 'embedded'
          ? tryEmbeddedCatalog(layout, signal)
          : tryDataset(bigQueryPlaceOf(settings), datasetId, signal),
      );
    },
  };
}
