/** Claim check at the cloud's side: each object that a garage claims to be in the store is looked at, and never believed. */
import { mapOrdered } from '@pitlane/base/flow';
import { ObjectMetadata } from '@pitlane/contracts/object-layout';
import { type Answer, type ChunkClaim, type Landing, LogTopic } from '@pitlane/contracts/records';
import type { DeliveredRecord, LogRecord, MessageLog } from '@pitlane/ports/message-log';
import type { ObjectStore } from '@pitlane/ports/object-store';

export interface LandTools {
  readonly store: ObjectStore;
  readonly log: MessageLog;
  readonly onLanded?: (landing: Landing) => void;
}

const LOOKS_AT_ONCE = 8;

/** One batch of claims: afterwards each is confirmed or sent back. */
export async function landBatch(batch: readonly DeliveredRecord[], tools: LandTools): Promise<void> {
  const landings: LogRecord[] = [];
  const answers: LogRecord[] = [];
  const claims = batch.map((record) => JSON.parse(record.value) as ChunkClaim);
  for await (const { claim, stored } of mapOrdered(claims, LOOKS_AT_ONCE, (claimed) => look(claimed, tools.store))) {
    const { driveId } = claim.drive;
    if (stored) {
      const landing: Landing = { ...claim, stored };
      landings.push({ key: driveId, value: JSON.stringify(landing) });
      tools.onLanded?.(landing);
    } else {
      const objects = [claim.chunk.object];
      const answer: Answer = {
        type: 'resend',
        dockId: '',
        driveId,
        manifestSha256: null,
        reason: 'it is not in the store, or is another chunk',
        objects,
      };
      answers.push({ key: driveId, value: JSON.stringify(answer) });
    }
  }
  if (landings.length > 0) await tools.log.publish(LogTopic.landings, landings);
  if (answers.length > 0) await tools.log.publish(LogTopic.answers, answers);
}

async function look(claim: ChunkClaim, store: ObjectStore) {
  const info = await store.stat(claim.chunk.object);
  if (info?.metadata[ObjectMetadata.chunkId] !== claim.chunk.chunkId) return { claim, stored: undefined };
  return { claim, stored: { generation: info.generation, bytesStored: info.bytes, crc32c: info.crc32c } };
}
