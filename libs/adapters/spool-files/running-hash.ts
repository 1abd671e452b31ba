/** The two digests that every sealed file has. */
import { createHash } from 'node:crypto';
import { crc32c } from '@node-rs/crc32';

export interface FileDigest {
  /** 64 lower-case hex digits. */
  readonly sha256: string;
  /** 8 lower-case hex digits. */
  readonly crc32c: string;
}

export class RunningHash {
  readonly #sha256 = createHash('sha256');
  #crc32c = 0;

  update(parts: readonly Uint8Array[]): void {
    for (const part of parts) {
      this.#sha256.update(part);
      this.#crc32c = crc32c(part, this.#crc32c);
    }
  }

  /** Ends it. */
  digest(): FileDigest {
    return { sha256: this.#sha256.digest('hex'), crc32c: this.#crc32c.toString(16).padStart(8, '0') };
  }
}
