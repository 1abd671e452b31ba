/**
 * A preview as it lies in the store, looked at as chunks are: its object says what it is, and nobody's word is taken for it.
 * So the catalog learns the same when it is announced and when the catalog is made anew.
 */
import { isPitlaneError, PitlaneError } from '@pitlane/base/errors';
import type { CatalogEvent } from '@pitlane/contracts/catalog';
import type { Sha256Hex } from '@pitlane/contracts/identity';
import { type DriveAddress, ObjectMetadata, previewObjectName } from '@pitlane/contracts/object-layout';
import {
  PREVIEW_HEAD_BYTES,
  PREVIEW_METADATA,
  type PreviewFacts,
  previewFromEntries,
} from '@pitlane/contracts/preview';
import { sourceOfBytes } from '@pitlane/formats/content';
import { mcap } from '@pitlane/formats/mcap';
import { DEFAULT_READ_LIMITS, LandOpaque } from '@pitlane/formats/recording';
import type { IndexTools } from './index-manifest.ts';

/** Undefined where there is none in the store that is this one: it is no part of the drive, and nobody misses it. */
export async function lookAtPreview(
  drive: DriveAddress,
  previewId: Sha256Hex,
  tools: Pick<IndexTools, 'store' | 'decompressors'>,
): Promise<CatalogEvent | undefined> {
  const { store } = tools;
  const object = previewObjectName(drive, previewId);
  const info = await store.stat(object);
  if (info?.metadata[ObjectMetadata.chunkId] !== previewId) return undefined;
  const head = await store.read(object, { start: 0, end: Math.min(info.bytes, PREVIEW_HEAD_BYTES) });
  const preview = await factsAtHead(object, head, tools);
  if (!preview || preview.previewId !== previewId || previewObjectName(preview, previewId) !== object) return undefined;
  const { tenant, vehicleId, driveId } = preview;
  const stored = { generation: info.generation, bytesStored: info.bytes, crc32c: info.crc32c };
  return { type: 'preview-object', drive: { tenant, vehicleId, driveId }, preview, object, stored };
}

async function factsAtHead(
  object: string,
  head: Uint8Array,
  { decompressors }: Pick<IndexTools, 'decompressors'>,
): Promise<PreviewFacts | undefined> {
  try {
    const limits = { ...DEFAULT_READ_LIMITS, sourceChunkBytesMax: PREVIEW_HEAD_BYTES };
    for await (const batch of mcap.read(sourceOfBytes(object, head), { decompressors, limits })) {
      for (const event of batch) {
        if (event.kind === 'metadata' && event.metadata.name === PREVIEW_METADATA)
          return previewFromEntries(event.metadata.entries, object);
      }
    }
    throw new PitlaneError('corrupt-input', `${object} does not begin as a preview`);
  } catch (error) {
    if (isPitlaneError(error, 'corrupt-input') || error instanceof LandOpaque) return undefined;
    throw error;
  }
}
