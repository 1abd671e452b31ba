/**
 * Stage 60, close: writes the closing manifest of a dock, the garage's complete list of what a drive holds, and puts it
 * into the store beside the chunks. It stands after the last chunk was shipped. It streams: a drive of 10^5 chunks is
 * never in memory as a whole list.
 */
import { bytesFromUtf8 } from '@pitlane/base/bytes';
import { isPitlaneError } from '@pitlane/base/errors';
import type { Sha256Hex } from '@pitlane/contracts/identity';
import {
  type ChannelFacts,
  type ChunkFacts,
  type DockFacts,
  type DriveFacts,
  type LossFacts,
  MANIFEST_VERSION,
  type ManifestLine,
  manifestText,
  type RecordingFacts,
} from '@pitlane/contracts/manifest';
import type { Verdict } from '@pitlane/contracts/verdict';
import { manifestObjectName } from '@pitlane/contracts/object-layout';
import { LogTopic, type ManifestClosed } from '@pitlane/contracts/records';
import type { MessageLog } from '@pitlane/ports/message-log';
import type { ObjectStore } from '@pitlane/ports/object-store';
import type { Spool } from '@pitlane/ports/spool';

export interface CutRecording {
  readonly recording: RecordingFacts;
  readonly channels: readonly ChannelFacts[];
  readonly losses: readonly LossFacts[];
  readonly chunks: Iterable<ChunkFacts>;
}

export interface ClosingDock {
  readonly drive: DriveFacts;
  readonly dock: DockFacts;
  readonly recordings: Iterable<CutRecording>;
  /** Of the whole drive. */
  readonly verdict?: Verdict;
}

/** The lines of the manifest, in a fixed order. */
export function* manifestLines(
  { drive, dock, recordings, verdict }: ClosingDock,
  chunkStore: string,
): Generator<ManifestLine> {
  const counts = { recordings: 0, channels: 0, chunks: 0, losses: 0, findings: verdict?.findings.length ?? 0 };
  yield { type: 'manifest', version: MANIFEST_VERSION, chunkStore, ...drive, ...dock };
  for (const { recording, channels, losses, chunks } of recordings) {
    counts.recordings += 1;
    yield { type: 'recording', ...recording };
    for (const channel of channels) {
      counts.channels += 1;
      yield { type: 'channel', ...channel };
    }
    for (const chunk of chunks) {
      counts.chunks += 1;
      yield { type: 'chunk', ...chunk };
    }
    for (const loss of losses) {
      counts.losses += 1;
      yield { type: 'loss', ...loss };
    }
  }
  if (verdict) {
    const { findings, ...facts } = verdict;
    yield { type: 'verdict', ...facts, findings: findings.length };
    for (const [ordinal, finding] of findings.entries()) yield { type: 'finding', ordinal, ...finding };
  }
  yield { type: 'end', ...counts };
}

export interface CloseTools {
  readonly spool: Spool;
  readonly store: ObjectStore;
  readonly log: MessageLog;
}

const FOLDER_PREFIX = 'manifest-';

/** Whether a manifest is written in this folder of the spool: worth nothing once it is interrupted, as it is made anew. */
export const isManifestFolder = (folder: string): boolean => folder.startsWith(FOLDER_PREFIX);

/** Lines are gathered up to this before they are written. */
const WRITE_BYTES = 256 * 1024;

/** Puts the manifest into the store and tells the indexer. The same dock gives the same manifest, so twice is once. */
export async function closeDock(closing: ClosingDock, { spool, store, log }: CloseTools): Promise<ManifestClosed> {
  const { tenant, driveId, vehicleId } = closing.drive;
  const folder = `${FOLDER_PREFIX}${closing.dock.dockId}-${driveId}`;
  const file = await spool.create(folder, 'manifest');
  let text = '';
  for (const line of manifestLines(closing, store.traits.storeName)) {
    text += manifestText(line);
    if (text.length > WRITE_BYTES) {
      await file.append([bytesFromUtf8(text)]);
      text = '';
    }
  }
  await file.append([bytesFromUtf8(text)]);
  const sealed = await file.seal();
  const manifestSha256 = sealed.sha256 as Sha256Hex;
  const manifestObject = manifestObjectName(closing.drive, manifestSha256);
  try {
    await store.put(
      manifestObject,
      { file: sealed.path },
      { crc32c: sealed.crc32c, contentType: 'application/x-ndjson' },
    );
  } catch (error) {
    if (!isPitlaneError(error, 'already-exists')) throw error; // named by its hash: what is there is this
  }
  await spool.free(folder);
  const closed = { drive: { tenant, driveId, vehicleId }, dockId: closing.dock.dockId, manifestObject, manifestSha256 };
  await log.publish(LogTopic.manifests, [{ key: driveId, value: JSON.stringify(closed) }]);
  return closed;
}
