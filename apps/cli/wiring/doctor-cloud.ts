/**
 * The doctor where bucket, brokers or dataset are the customer's: no node is opened, because that would make the topics and
 * the tables of the pipeline. Everything is tried under names that no other trial has.
 */
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { silentLog } from '@pitlane/base/telemetry';
import {
  bigQueryPlaceOf,
  type Check,
  kafkaOptionsOf,
  layoutOf,
  openObjectStore,
  storeSpecOf,
  tryBrokers,
  tryBucket,
  tryDataset,
} from '@pitlane/wiring';
import type { Settings } from '../settings.ts';
import { clockCheck, diskCheck } from './doctor.ts';

export interface Trial {
  /** What will be made, a line each, to be told before. */
  readonly makes: readonly string[];
  checks(signal: AbortSignal): AsyncGenerator<Check>;
}

/** @returns undefined when everything is embedded. */
export function cloudTrial(home: string, settings: Settings): Trial | undefined {
  const { objectStore, messageLog, catalog } = settings;
  const id = randomUUID().slice(0, 8);
  const prefix = `pitlane-doctor-${id}.`;
  const datasetId = `pitlane_doctor_${id}`;
  const makes = [
    ...(objectStore === 'file' ? [] : [`objects below pitlane-contract/ in ${objectStore}`]),
    ...(messageLog === 'embedded' ? [] : [`topics and groups with the prefix ${prefix} on ${messageLog}`]),
    ...(catalog === 'embedded' ? [] : [`the dataset ${datasetId} beside ${catalog}`]),
  ];
  if (makes.length === 0) return undefined;
  return {
    makes,
    async *checks(signal) {
      await mkdir(home, { recursive: true });
      yield await diskCheck(home, settings);
      yield clockCheck();
      if (objectStore !== 'file') {
        yield* tryBucket(await openObjectStore(storeSpecOf(settings, layoutOf(home)), silentLog), signal);
      }
      if (messageLog !== 'embedded' && !signal.aborted) {
        yield* tryBrokers({ ...kafkaOptionsOf(settings), clientId: 'pitlane-doctor', log: silentLog }, prefix, signal);
      }
      if (catalog !== 'embedded' && !signal.aborted) yield* tryDataset(bigQueryPlaceOf(settings), datasetId, signal);
    },
  };
}
