/** What tests of text formats share: tools without decompressors, and how a reading that is given up says why. */
import { memorySource } from '../../../test/support/byte-source.ts';
import {
  DEFAULT_READ_LIMITS,
  LandOpaque,
  type ReadLimits,
  type ReadTools,
  type RecordingFormat,
} from '../recording/index.ts';

const never = (): never => {
  throw new Error('a text format asks for no decompressor');
};

export const bareTools = (limits: Partial<ReadLimits> = {}): ReadTools => ({
  decompressors: { zstd: never, bz2: never, lz4: never, bz2UpTo: never, zstdStream: never },
  limits: { ...DEFAULT_READ_LIMITS, ...limits },
});

/** Why the format gives the file up, or undefined where it reads it. */
export async function opaqueReason(
  format: RecordingFormat,
  bytes: Uint8Array,
  limits: Partial<ReadLimits> = {},
): Promise<string | undefined> {
  try {
    let events = 0;
    for await (const batch of format.read(memorySource(bytes), bareTools(limits))) events += batch.length;
    return undefined;
  } catch (error) {
    if (error instanceof LandOpaque) return error.reason;
    throw error;
  }
}
