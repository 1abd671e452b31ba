/**
 * The cloud's half of a node: lander and indexer inside of this process, or programs of their own that are reached through
 * message log and store. Either way the garage gets the public key alone.
 */
import type { KeyObject } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import { keepRunning, type KeepRunningOptions } from '@pitlane/base/flow';
import type { Log } from '@pitlane/base/telemetry';
import { systemClock } from '@pitlane/base/time';
import { loadDecompressors } from '@pitlane/compressor-zstd';
import { LogTopic } from '@pitlane/contracts/records';
import { derivationsWaiting, Indexer, openReceiptKeys, plansOf, requestDerivations } from '@pitlane/indexer';
import { inlineOptionsOf, Lander } from '@pitlane/lander';
import type { MessageLog } from '@pitlane/ports/message-log';
import { type HomeLayout, mappingsFolder, readMappings, receiptKeyOf, refuseEmbedded } from '@pitlane/wiring';
import type { Settings } from '../settings.ts';
import type { Rebuild } from './reindex.ts';
import type { Stores } from './open-parts.ts';

export interface OpenCloudOptions {
  readonly layout: HomeLayout;
  readonly settings: Settings;
  readonly stores: Stores;
  readonly log: Log;
  readonly onClose: (close: () => Promise<unknown>) => void;
}

export interface Deriving {
  /** @returns how many chunks of the drive are derived anew. */
  readonly ask: (drive: { readonly tenant: string; readonly driveId: string }) => Promise<number>;
  /** How many chunks wait for it here. */
  readonly waiting: () => Promise<number>;
}

export interface Cloud {
  /** The public half of the key that signs receipts. */
  readonly receiptKey: KeyObject;
  readonly reindex: Rebuild;
  readonly deriving: Deriving;
}

const RECORDS_KEPT = 1000;
const TRIM_EVERY_MS = 60_000;
const RESTART_MS = 1000;

export async function openInside({ layout, settings, stores, log, onClose }: OpenCloudOptions): Promise<Cloud> {
  const { privateKey, publicKey } = await openReceiptKeys(layout.keys);
  const now = (): string => new Date(systemClock.nowMs()).toISOString();
  const decompressors = await loadDecompressors();
  const compacts = settings.bigqueryCompaction === 'daily';
  const plans = plansOf(() => readMappings(mappingsFolder(settings, layout)), settings.positionTopics, log);
  const indexer = new Indexer({ ...stores, decompressors, privateKey, now, telemetry: log, compacts, plans });
  const inline = inlineOptionsOf(settings, stores.frames, layout.assembly);
  const lander = new Lander({ store: stores.store, log: stores.log, telemetry: log, ...inline });
  const stop = new AbortController();
  const restarting = (name: string): KeepRunningOptions => ({
    signal: stop.signal,
    restartMs: RESTART_MS,
    onFailure: (error) => log.error(`${name}.failed`, { reason: messageOf(error) }),
  });
  const running = [
    keepRunning((signal) => lander.run(signal), restarting('lander')),
    keepRunning((signal) => indexer.run(signal), restarting('indexer')),
    keepRunning((signal) => trimLog(stores.log, signal), restarting('trimming')),
  ];
  onClose(() => {
    stop.abort();
    return Promise.all(running);
  });
  return {
    receiptKey: publicKey,
    reindex: (onManifest) => indexer.reindex(onManifest),
    deriving: { ask: (drive) => indexer.derive(drive), waiting: () => derivationsWaiting(stores.log) },
  };
}

export async function openElsewhere({ settings, stores }: OpenCloudOptions): Promise<Cloud> {
  refuseEmbedded(settings, ['objectStore', 'messageLog', 'catalog']);
  return {
    receiptKey: await receiptKeyOf(settings),
    deriving: { ask: (drive) => requestDerivations(stores, drive), waiting: async () => 0 },
    reindex: () => {
      const text = 'the indexer runs elsewhere and alone writes the catalog: run reindex on its machine';
      return Promise.reject(new PitlaneError('refused', text));
    },
  };
}

/** Records that all their readers have finished are forgotten, but for the newest. */
async function trimLog(log: MessageLog, signal: AbortSignal): Promise<void> {
  for (const topic of Object.values(LogTopic)) {
    if (!signal.aborted) await log.trim(topic, RECORDS_KEPT);
  }
  await setTimeout(TRIM_EVERY_MS, undefined, { signal, ref: false }).catch(() => {});
}
