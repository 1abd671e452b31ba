/**
 * An attempt that is whole becomes an object: its claim is read and checked, the object is created, and the landing is
 * published with what the store says. An object that is there already is accepted when it is the same chunk and intact,
 * in whatever encoding; anything else under its name is left as it is and set aside.
 */
import { keepTrying, type Patience } from '@pitlane/base/retry';
import { createHash } from 'node:crypto';
import { MIB } from '@pitlane/base/bytes';
import { isPitlaneError, messageOf, PitlaneError } from '@pitlane/base/errors';
import { claimFromBytes } from '@pitlane/contracts/frame';
import { FRAME_PLACE, type FramePlace, framePlaceText, ObjectMetadata } from '@pitlane/contracts/object-layout';
import { CLAIM_RECORD_BYTES_MAX, type ChunkClaim, type Landing, LogTopic } from '@pitlane/contracts/records';
import type { MessageLog } from '@pitlane/ports/message-log';
import type { ObjectInfo, ObjectStore } from '@pitlane/ports/object-store';
import type { Attempt } from './attempt.ts';

export interface LandingTools {
  readonly store: ObjectStore;
  readonly log: MessageLog;
  readonly patience: Patience;
}

/** Why an attempt cannot land, and whether the same chunk sent again may. */
export interface Refusal {
  readonly reason: string;
  readonly isResent: boolean;
}

const READ_BYTES = 8 * MIB;

/** Errors: what is neither the chunk's fault nor passes by itself, such as missing rights; `interrupted`. */
export async function landAttempt(
  attempt: Attempt,
  place: FramePlace,
  tools: LandingTools,
): Promise<Landing | Refusal> {
  const claim = await claimOf(attempt);
  if ('reason' in claim) return claim;
  const { store, log, patience } = tools;
  const { objectPath } = attempt.files;
  // A store on this machine takes the file over as it is, and its port asks for a synced one; others read it.
  if (store.traits.localDevice !== undefined) await attempt.files.sync();
  const doing = `landing ${claim.chunk.object}`;
  const stored = await keepTrying(doing, () => putOrAccept(claim, { file: objectPath, place }, store), patience);
  if ('reason' in stored) return stored;
  const { generation, bytes, crc32c } = stored;
  const landing: Landing = { ...claim, stored: { generation, bytesStored: bytes, crc32c } };
  const value = JSON.stringify(landing);
  // Beyond the size of a record the closing manifest brings it, as with claims.
  if (Buffer.byteLength(value) <= CLAIM_RECORD_BYTES_MAX) {
    const records = [{ key: claim.drive.driveId, value }];
    await keepTrying(doing, () => log.publish(LogTopic.landings, records), patience);
  }
  return landing;
}

async function claimOf({ head, files }: Attempt): Promise<ChunkClaim | Refusal> {
  let claim: ChunkClaim;
  try {
    claim = claimFromBytes((await files.claim()) ?? new Uint8Array(0), `attempt ${head.attempt}`);
  } catch (error) {
    // Its frames came as they were sent: the sender made it so, and would make it so again.
    if (isPitlaneError(error, 'corrupt-input')) return { reason: messageOf(error), isResent: false };
    throw error;
  }
  const { chunk } = claim;
  if (chunk.chunkId !== head.chunkId) return { reason: 'its claim is of another chunk', isResent: false };
  if (chunk.bytesStored !== files.objectBytes || chunk.crc32c !== files.objectCrc32c) {
    const came = `${files.objectBytes} bytes with CRC-32C ${files.objectCrc32c}`;
    return { reason: `its claim tells of other bytes than came: ${came}`, isResent: true };
  }
  return claim;
}

async function putOrAccept(
  { chunk }: ChunkClaim,
  { file, place }: { readonly file: string; readonly place: FramePlace },
  store: ObjectStore,
): Promise<ObjectInfo | Refusal> {
  const metadata = {
    [ObjectMetadata.chunkId]: chunk.chunkId,
    [ObjectMetadata.sha256]: chunk.sha256,
    [FRAME_PLACE]: framePlaceText(place),
  };
  try {
    return await store.put(chunk.object, { file }, { crc32c: chunk.crc32c, contentType: 'application/mcap', metadata });
  } catch (error) {
    if (isPitlaneError(error, 'checksum-mismatch')) return { reason: messageOf(error), isResent: true };
    if (!isPitlaneError(error, 'already-exists')) throw error;
  }
  const there = await store.stat(chunk.object);
  if (!there) {
    throw new PitlaneError('unavailable', `${chunk.object} was there and is gone again: it is created once more`, {
      retryable: true,
    });
  }
  return (await isSameAndIntact(there, chunk, store))
    ? there
    : { reason: `the store holds another thing, or a spoilt one, under ${chunk.object}`, isResent: false };
}

async function isSameAndIntact(there: ObjectInfo, chunk: ChunkClaim['chunk'], store: ObjectStore): Promise<boolean> {
  if (there.metadata[ObjectMetadata.chunkId] !== chunk.chunkId) return false;
  if (there.crc32c === chunk.crc32c && there.bytes === chunk.bytesStored) return true;
  // Another encoding of this chunk: only its own bytes can say whether it is whole.
  const sha256 = createHash('sha256');
  for (let start = 0; start < there.bytes; start += READ_BYTES) {
    sha256.update(await store.read(there.name, { start, end: Math.min(start + READ_BYTES, there.bytes) }));
  }
  return sha256.digest('hex') === there.metadata[ObjectMetadata.sha256];
}
