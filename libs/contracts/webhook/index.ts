/**
 * What other programs are told of by webhooks, and how they know that it is ours: events as JSON, an id that follows from
 * what happened, and a signature over the very bytes that are sent. README.md is for those who receive them. Nothing here
 * sends anything.
 */
import { createHmac } from 'node:crypto';
import { canonicalJson, type Sha256Hex, sha256Of } from '../identity/index.ts';
import type { TimeText } from '../manifest/index.ts';

/** Those that a receiver can ask for; `webhook.test` comes when somebody sends one by hand. */
export const WEBHOOK_EVENT_TYPES = ['drive.staged', 'drive.receipted', 'drive.loss', 'dataset.built'] as const;
export type WebhookEventType = (typeof WEBHOOK_EVENT_TYPES)[number];

export interface WebhookDrive {
  readonly tenant: string;
  readonly driveId: string;
  readonly vehicleId: string;
}

/** Which docking tells of it. */
interface OfDock {
  readonly garage: string;
  readonly dockId: string;
}

/** The disk of the drive may leave: every file on it stands in the spool, copied and read back. */
export interface StagedData extends OfDock {
  readonly path: string;
  readonly safeToPull: true;
  /** How it was verified. */
  readonly text: string;
}

/** All that the dock brought of the drive stands in a receipt whose signature the garage has checked. */
export interface ReceiptedData extends OfDock {
  readonly receiptId: Sha256Hex;
  /** The store and the name of the receipt in it. */
  readonly store: string;
  readonly object: string;
  readonly manifestObject: string;
  readonly keyId: string;
  /** RFC 3339, UTC. */
  readonly signedAt: string;
  readonly recordings: number;
  readonly chunks: number;
  readonly bytesStored: number;
  readonly bytesLost: number;
}

export interface WebhookLoss {
  readonly path: string;
  readonly reason: string;
  readonly text: string;
  readonly bytes: number;
  /** The chunk that keeps the unread bytes; null where none does. */
  readonly keptIn: string | null;
  readonly topics: readonly string[];
  readonly startTime: TimeText | null;
  readonly endTime: TimeText | null;
}

export interface LossData extends OfDock {
  /** All of them; the list is cut at `WEBHOOK_LOSSES_MAX`. */
  readonly losses: number;
  readonly bytesLost: number;
  readonly list: readonly WebhookLoss[];
}

/** Every shard of a snapshot is in the store. */
export interface DatasetBuiltData {
  readonly tenant: string;
  readonly name: string;
  readonly snapshotId: Sha256Hex;
  readonly shards: number;
  /** Names all of them, with samples, bytes and hashes. */
  readonly object: string;
}

export type WebhookEvent =
  | { readonly type: 'drive.staged'; readonly drive: WebhookDrive; readonly data: StagedData }
  | { readonly type: 'drive.receipted'; readonly drive: WebhookDrive; readonly data: ReceiptedData }
  | { readonly type: 'drive.loss'; readonly drive: WebhookDrive; readonly data: LossData }
  /** It is of many drives. */
  | { readonly type: 'dataset.built'; readonly drive: null; readonly data: DatasetBuiltData }
  | {
      readonly type: 'webhook.test';
      readonly drive: null;
      readonly data: { readonly garage: string; readonly testId: string };
    };

/** Losses in the list of one event, and what is told of each: a body stays below 100 kB. */
export const WEBHOOK_LOSSES_MAX = 20;
const TEXT_MAX = 500;
const TOPICS_MAX = 10;

/** A loss as an event tells it: long texts are cut. */
export const webhookLoss = (loss: WebhookLoss): WebhookLoss => ({
  path: cut(loss.path),
  reason: loss.reason,
  text: cut(loss.text),
  bytes: loss.bytes,
  keptIn: loss.keptIn,
  topics: loss.topics.slice(0, TOPICS_MAX).map(cut),
  startTime: loss.startTime,
  endTime: loss.endTime,
});

const cut = (text: string): string => (text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX - 1)}…` : text);

/** The same for the same thing that happened, however often it is found out and told. */
export function webhookEventId(event: WebhookEvent): Sha256Hex {
  const { type, drive } = event;
  return sha256Of(
    canonicalJson({ type, tenant: drive?.tenant ?? '', driveId: drive?.driveId ?? '', of: ofWhat(event) }),
  );
}

function ofWhat({ type, data }: WebhookEvent): string {
  if (type === 'drive.receipted') return data.receiptId;
  if (type === 'dataset.built') return `${data.tenant}/${data.snapshotId}`;
  return type === 'webhook.test' ? data.testId : data.dockId;
}

/** Whose order is kept: events of one line are sent one after another. */
export const webhookLine = ({ type, drive }: WebhookEvent): string =>
  drive ? `${drive.tenant}/${drive.driveId}` : type;

/** The body of the request. @param occurredAtMs wall clock of whoever found out, milliseconds since the epoch */
export const webhookBody = (event: WebhookEvent, occurredAtMs: number): string =>
  JSON.stringify({
    id: webhookEventId(event),
    type: event.type,
    occurredAt: new Date(occurredAtMs).toISOString(),
    drive: event.drive,
    data: event.data,
  });

/** Headers of a request, but for those of any JSON. */
export const WebhookHeader = {
  id: 'Pitlane-Event-Id',
  type: 'Pitlane-Event-Type',
  /** Seconds since the epoch when this try was made: a receiver refuses what is old, so that nobody can play it again. */
  timestamp: 'Pitlane-Timestamp',
  signature: 'Pitlane-Signature',
} as const;

/** `v1=` and the HMAC-SHA256 of `<timestamp>.<body>`, hex. */
export const webhookSignature = (secret: string, timestamp: string, body: string): string =>
  `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
