/**
 * Puts a preview into the store and tells the indexer, as a manifest is put: it is small, and comes from where it was made.
 * The same preview has the same name, so that twice is once, whatever encoder made which.
 */
import { createHash } from 'node:crypto';
import { crc32c } from '@node-rs/crc32';
import { isPitlaneError, PitlaneError } from '@pitlane/base/errors';
import type { PreviewFacts } from '@pitlane/contracts/preview';
import { ObjectMetadata, previewObjectName } from '@pitlane/contracts/object-layout';
import { type DockRecord, LogTopic } from '@pitlane/contracts/records';
import type { MessageLog } from '@pitlane/ports/message-log';
import type { ObjectStore } from '@pitlane/ports/object-store';

export interface PutTools {
  readonly store: ObjectStore;
  readonly log: MessageLog;
  readonly signal?: AbortSignal;
}

export async function putPreview(facts: PreviewFacts, bytes: Uint8Array, tools: PutTools): Promise<void> {
  const { tenant, driveId, vehicleId, previewId } = facts;
  const drive = { tenant, driveId, vehicleId };
  await putOnce(previewObjectName(drive, previewId), previewId, bytes, tools);
  const record: DockRecord = { type: 'previewed', drive, previewId };
  await tools.log.publish(LogTopic.docks, [{ key: driveId, value: JSON.stringify(record) }]);
}

async function putOnce(object: string, previewId: string, bytes: Uint8Array, tools: PutTools): Promise<void> {
  const { store, signal } = tools;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  try {
    await store.put(
      object,
      { blocks: [bytes] },
      {
        crc32c: crc32c(bytes).toString(16).padStart(8, '0'),
        contentType: 'application/mcap',
        metadata: { [ObjectMetadata.chunkId]: previewId, [ObjectMetadata.sha256]: sha256 },
        ...(signal && { signal }),
      },
    );
    return;
  } catch (error) {
    if (!isPitlaneError(error, 'already-exists')) throw error;
  }
  if ((await store.stat(object))?.metadata[ObjectMetadata.chunkId] === previewId) return;
  throw new PitlaneError('already-exists', `the store holds another thing under ${object}: nothing was replaced`);
}
