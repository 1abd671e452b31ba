/** What a garage works with, from settings and opened parts: the same inside of a node and as a program of its own. */
import { randomBytes, randomUUID } from 'node:crypto';
import { systemWait } from '@pitlane/base/retry';
import { systemClock } from '@pitlane/base/time';
import type { FrameLog } from '@pitlane/ports/frame-log';
import { shipperByLane, type ShipperTools } from '@pitlane/stages/70-ship';
import { systemDisks } from './bays/identity/disk-probe.ts';
import { notifyOfFolder } from './bays/notify.ts';
import { finishing } from './finish-shipping.ts';
import type { GarageSettings, GarageTools } from './tools.ts';
import { type UploadSettings, uploadsFrom } from './uploads/uploads-from.ts';
import { postEvent } from './webhooks/post-event.ts';

export interface GarageToolsOptions {
  readonly settings: Pick<
    GarageSettings,
    | 'garage'
    | 'tenant'
    | 'stagePolicy'
    | 'chunkers'
    | 'bays'
    | 'eventBeforeSeconds'
    | 'eventAfterSeconds'
    | 'uploadsAtOnce'
    | 'previewMaxBytes'
    | 'previewReadMaxBytes'
  > &
    UploadSettings & {
      readonly messageLog: string;
      readonly linkBytesPerSecond: number;
      readonly topics: readonly string[];
      readonly excludeTopics: readonly string[];
      readonly landingDeadlineSeconds: number;
      readonly diskWarnPercent: number;
    };
  readonly layout: { readonly spool: string; readonly staged: string; readonly uploads: string };
  readonly parts: Pick<
    GarageTools,
    'source' | 'spool' | 'journal' | 'profiles' | 'webhooks' | 'store' | 'log' | 'receiptKey' | 'telemetry'
  > & {
    readonly frames: FrameLog | undefined;
  };
  readonly transports: ShipperTools['transports'];
  /** How long chunks that are being sent may take when it is closed. */
  readonly drainMs: number;
}

const SHIPS_AT_ONCE = 4;

export function garageTools({ settings, layout, parts, transports, drainMs }: GarageToolsOptions): GarageTools {
  const { frames, ...tools } = parts;
  const newAttempt = (): string => randomBytes(8).toString('hex');
  const patience = { wait: systemWait, random: Math.random, telemetry: parts.telemetry };
  const isLinked = frames !== undefined || parts.store.traits.localDevice === undefined;
  const ship = shipperByLane({ store: parts.store, log: parts.log, frames, transports, newAttempt, patience });
  return {
    ...tools,
    settings: {
      garage: settings.garage,
      tenant: settings.tenant,
      spoolRoot: layout.spool,
      stagedRoot: layout.staged,
      stagePolicy: settings.stagePolicy,
      chunkers: settings.chunkers,
      filter: { topics: settings.topics, exclude: settings.excludeTopics },
      bays: settings.bays,
      eventBeforeSeconds: settings.eventBeforeSeconds,
      eventAfterSeconds: settings.eventAfterSeconds,
      shipsAtOnce: SHIPS_AT_ONCE,
      linkCapBytesPerS: isLinked && settings.linkBytesPerSecond > 0 ? settings.linkBytesPerSecond : null,
      isLogRemote: settings.messageLog !== 'embedded',
      landingDeadlineMs: settings.landingDeadlineSeconds * 1000,
      warnPercent: settings.diskWarnPercent,
      pausePercent: settings.diskPausePercent,
      uploadsAtOnce: settings.uploadsAtOnce,
      previewMaxBytes: settings.previewMaxBytes,
      previewReadMaxBytes: settings.previewReadMaxBytes,
    },
    uploads: uploadsFrom(layout.uploads, settings, parts.source, parts.telemetry),
    ship: drainMs > 0 ? finishing(ship, drainMs, systemWait) : ship,
    clock: systemClock,
    wait: systemWait,
    notify: notifyOfFolder,
    disks: systemDisks,
    random: Math.random,
    newDockId: randomUUID,
    newOrderId: () => randomBytes(4).toString('hex'),
    post: postEvent,
    newTestId: randomUUID,
    newActionId: () => `action-${randomBytes(8).toString('hex')}`,
    newRunId: () => randomBytes(4).toString('hex'),
  };
}
