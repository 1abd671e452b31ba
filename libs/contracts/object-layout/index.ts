/**
 * Where things lie in the bucket. Names begin with a hash so that load spreads over the store's key ranges, then read
 * from tenant to drive, so that a drive is one prefix: listing, access rights and an erase are a prefix each.
 */
import type { ChunkId, DriveId, Sha256Hex } from '../identity/index.ts';
import { sha256Of } from '../identity/index.ts';

export { FRAME_PLACE, type FramePlace, framePlaceFrom, framePlaceText } from './frame-place.ts';

export interface DriveAddress {
  readonly tenant: string;
  readonly vehicleId: string;
  readonly driveId: DriveId;
}

/** `v1/<2 hex of the SHA-256 of driveId>/<tenant>/<vehicle>/<driveId>/` */
export function drivePrefix({ tenant, vehicleId, driveId }: DriveAddress): string {
  return `v1/${sha256Of(driveId).slice(0, 2)}/${tenant}/${vehicleId}/${driveId}/`;
}

export const chunkObjectName = (drive: DriveAddress, chunkId: ChunkId): string =>
  `${drivePrefix(drive)}${chunkId}.mcap`;

/** The closing manifest of a dock, named by the SHA-256 of its bytes. */
export const manifestObjectName = (drive: DriveAddress, manifestSha256: Sha256Hex): string =>
  `${drivePrefix(drive)}manifests/${manifestSha256}.ndjson`;

/** For a first look at a recording; no chunk, and in no manifest. */
export const previewObjectName = (drive: DriveAddress, previewId: Sha256Hex): string =>
  `${drivePrefix(drive)}previews/${previewId}.mcap`;

export const receiptObjectName = (drive: DriveAddress, receiptId: string): string =>
  `${drivePrefix(drive)}receipts/${receiptId}.json`;

/** The lines under a receipt's Merkle root, beside the receipt. */
export const receiptObjectsName = (drive: DriveAddress, receiptId: string): string =>
  `${drivePrefix(drive)}receipts/${receiptId}.objects.ndjson`;

/** What is said of a drive afterwards, named by the SHA-256 of its bytes. */
export const notesObjectName = (drive: DriveAddress, sha256: Sha256Hex): string =>
  `${drivePrefix(drive)}notes/${sha256}.ndjson`;
/** What was derived of a chunk, by whom and by which version of their plan. */
export const derivedObjectName = (
  drive: DriveAddress,
  { deriver, version, chunkId }: { readonly deriver: string; readonly version: string; readonly chunkId: ChunkId },
): string => `${drivePrefix(drive)}${deriver}/${version}/${chunkId}.parquet`;

/** Keys of an object's custom metadata. */
export const ObjectMetadata = {
  chunkId: 'pitlane-chunk-id',
  sha256: 'pitlane-sha256',
} as const;
