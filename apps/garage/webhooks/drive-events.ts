/** What the facts of a drive are as events, and when they are put into the outbox. */
import type { DockFacts, DriveFacts } from '@pitlane/contracts/manifest';
import { receiptObjectName } from '@pitlane/contracts/object-layout';
import type { Receipt } from '@pitlane/contracts/receipt';
import { WITHHELD } from '@pitlane/contracts/topic-filter';
import { WEBHOOK_LOSSES_MAX, type WebhookEvent, webhookLoss } from '@pitlane/contracts/webhook';
import type { OutboxEvent, RecordingEntry } from '@pitlane/ports/journal';
import type { LossResult } from '../dock-result.ts';
import { lossResults } from '../drive-result.ts';
import { outboxEvents } from './outbox-events.ts';
import type { Webhooks } from './webhooks.ts';

type Whose = Pick<DriveFacts, 'tenant' | 'driveId' | 'vehicleId'>;

/** To be put together with the receipt: there is none of which nobody is told, also when the node is killed. */
export const receiptedEvents = (receipt: Receipt, tools: Parameters<typeof outboxEvents>[1]): OutboxEvent[] =>
  outboxEvents(receiptedEvent(receipt), tools);

/** Before the manifest goes: no drive has its receipt without it, also when the node is killed in between. */
export function tellLoss(
  drive: Whose,
  dock: DockFacts,
  entries: readonly RecordingEntry[],
  missing: readonly LossResult[],
  webhooks: Pick<Webhooks, 'tell'>,
): void {
  const event = lossEvent(drive, dock, [...entries.flatMap(lossResults), ...missing]);
  if (event) webhooks.tell(event);
}

function receiptedEvent({ receiptId, keyId, body }: Receipt): WebhookEvent {
  const { tenant, driveId, vehicleId, garage, dockId, store, manifestObject, signedAt, chunks, bytesStored } = body;
  const drive = { tenant, driveId, vehicleId };
  const object = receiptObjectName(drive, receiptId);
  const sums = {
    recordings: body.recordings.length,
    chunks,
    bytesStored,
    bytesLost: body.recordings.reduce((sum, { lostBytes }) => sum + lostBytes, 0),
  };
  const data = { garage, dockId, receiptId, store, object, manifestObject, keyId, signedAt, ...sums };
  return { type: 'drive.receipted', drive, data };
}

/** Undefined where nothing was lost: what a filter keeps on the disk was meant to stay. */
export function lossEvent(
  { tenant, driveId, vehicleId }: Whose,
  { garage, dockId }: DockFacts,
  all: readonly LossResult[],
): WebhookEvent | undefined {
  const losses = all.filter(({ reason }) => reason !== WITHHELD);
  if (losses.length === 0) return undefined;
  const bytesLost = losses.reduce((sum, { bytes }) => sum + bytes, 0);
  const list = losses.slice(0, WEBHOOK_LOSSES_MAX).map(webhookLoss);
  const data = { garage, dockId, losses: losses.length, bytesLost, list };
  return { type: 'drive.loss', drive: { tenant, driveId, vehicleId }, data };
}
