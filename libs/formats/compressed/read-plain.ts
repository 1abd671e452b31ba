/** A file that is not compressed, block by block. */
import { MIB } from '@pitlane/base/bytes';
import type { ByteSource } from '../recording/index.ts';
import type { Stretch } from './piece.ts';

const BLOCK_BYTES = MIB;

export async function* readPlain(source: ByteSource): AsyncGenerator<Stretch> {
  const block = new Uint8Array(Math.min(BLOCK_BYTES, source.sizeBytes));
  for (let at = 0; at < source.sizeBytes; ) {
    const got = await source.read(at, block.subarray(0, Math.min(block.byteLength, source.sizeBytes - at)));
    if (got === 0) return;
    yield { kind: 'bytes', bytes: block.subarray(0, got), fileFrom: at, fileEnd: at + got };
    at += got;
  }
}
