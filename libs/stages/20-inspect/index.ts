/**
 * Stage 20, inspect: what a file is and what its index says, from a few MiB of it. It stands between discovery and
 * staging, so that a drive is known within seconds of docking. It never decodes messages and never fails for bad input.
 */
import { createHash } from 'node:crypto';
import type { Sha256Hex } from '@pitlane/contracts/identity';
import { formatOf } from '@pitlane/formats/all';
import type { ByteSource, Inspection, ReadTools, RecordingFormat } from '@pitlane/formats/recording';

const HEAD_BYTES = 64 * 1024;

export interface Inspected {
  /** Undefined: no known format, it lands opaque. */
  readonly format: RecordingFormat | undefined;
  readonly inspection: Inspection | undefined;
  /** SHA-256 of the first 64 KiB, by which likely copies are found. */
  readonly headSha256: Sha256Hex;
}

export async function inspect(source: ByteSource, tools: ReadTools): Promise<Inspected> {
  const head = new Uint8Array(Math.min(HEAD_BYTES, source.sizeBytes));
  const got = await source.read(0, head);
  const format = formatOf(head.subarray(0, Math.min(got, 4096)));
  return {
    format,
    inspection: format ? await format.inspect(source, tools) : undefined,
    headSha256: createHash('sha256').update(head.subarray(0, got)).digest('hex') as Sha256Hex,
  };
}
