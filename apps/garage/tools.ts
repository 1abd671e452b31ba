/** What the garage works with: made by the wiring, handed down as plain data. */
import type { KeyObject } from 'node:crypto';
import type { Log } from '@pitlane/base/telemetry';
import type { Clock } from '@pitlane/base/time';
import type { DriveSource } from '@pitlane/ports/drive-source';
import type { VehicleProfile } from '@pitlane/contracts/profile';
import type { TopicFilter } from '@pitlane/contracts/topic-filter';
import type { Journal } from '@pitlane/ports/journal';
import type { MessageLog } from '@pitlane/ports/message-log';
import type { ObjectStore } from '@pitlane/ports/object-store';
import type { Spool } from '@pitlane/ports/spool';
import type { Wait } from '@pitlane/base/retry';
import type { Ship } from '@pitlane/stages/70-ship';
import type { Bay } from './bays/bay.ts';
import type { DiskProbe } from './bays/identity/disk-probe.ts';
import type { Notify } from './bays/watch-bays.ts';
import type { Uploads } from './uploads/uploads.ts';
import type { Post } from './webhooks/post-event.ts';
import type { WebhookSetup } from './webhooks/webhook-setup.ts';

export interface GarageSettings {
  readonly garage: string;
  readonly tenant: string;
  readonly spoolRoot: string;
  /** Where staged copies lie. */
  readonly stagedRoot: string;
  /** `auto` copies what lies on another device than the spool; clones are of the spool's own, and copies elsewhere. */
  readonly stagePolicy: 'auto' | 'copy' | 'in-place' | 'reflink' | 'hard-link';
  /** Recordings cut at once. */
  readonly chunkers: number;
  /** Chunks shipped at once, per recording. */
  readonly shipsAtOnce: number;
  /** What goes first around an event of a sidecar. */
  readonly eventBeforeSeconds: number;
  readonly eventAfterSeconds: number;
  /** Whether the message log is reached over a network: its outages are then waited out. */
  readonly isLogRemote: boolean;
  /** What the link may carry; null where it is not capped, or nothing goes over it. */
  readonly linkCapBytesPerS: number | null;
  /** How long a chunk may take from shipped to landed before it is sent again. */
  readonly landingDeadlineMs: number;
  /** What may leave it, whatever is asked of a dock. */
  readonly filter: TopicFilter;
  readonly bays: readonly Bay[];
  /** It is said when the spool's disk is fuller than this. */
  readonly warnPercent: number;
  /** Intake pauses when the spool's disk is fuller than this. */
  readonly pausePercent: number;
  /** Uploads that send bytes at once; the others wait. */
  readonly uploadsAtOnce: number;
  /** Of the previews of a drive that is docked; 0 for none. */
  readonly previewMaxBytes: number;
  readonly previewReadMaxBytes: number;
}

export interface GarageTools {
  readonly settings: GarageSettings;
  readonly source: DriveSource;
  readonly spool: Spool;
  readonly journal: Journal;
  readonly store: ObjectStore;
  readonly log: MessageLog;
  readonly ship: Ship;
  /** The indexer's public key: the garage never holds the other one. */
  readonly receiptKey: KeyObject;
  readonly clock: Clock;
  readonly wait: Wait;
  readonly notify: Notify;
  readonly uploads: Uploads;
  readonly webhooks: WebhookSetup;
  readonly post: Post;
  /** Which disks there are in this machine, and how they are. */
  readonly disks: DiskProbe;
  /** The profiles that there are now, and a line for each that is faulty. Never rejects. */
  readonly profiles: () => Promise<{
    readonly profiles: readonly VehicleProfile[];
    readonly faults: readonly string[];
  }>;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly telemetry: Log;
  /** A new dock's id. */
  readonly newDockId: () => string;
  /** What makes an order's id its own. */
  readonly newOrderId: () => string;
  readonly newTestId: () => string;
  readonly newActionId: () => string;
  /** Tells this start of the garage from those before. */
  readonly newRunId: () => string;
}
