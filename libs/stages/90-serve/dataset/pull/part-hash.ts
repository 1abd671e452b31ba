/** The SHA-256 of bytes that come part by part, here or in a thread. A part that is given away is given back when it has been read. */
import { createHash } from 'node:crypto';

export interface PartHash {
  /** Resolves with the same bytes; until then they are nobody else's. */
  update(part: Uint8Array): Promise<Uint8Array>;
  /** Hex, of all parts that were given. */
  digest(): Promise<string>;
}

export interface PartHashes {
  /** So many of them go on at once. */
  readonly atOnce: number;
  begin(): PartHash;
}

/** On the spot. */
export const hashesHere: PartHashes = {
  atOnce: 1,
  begin() {
    const hash = createHash('sha256');
    return {
      async update(part) {
        hash.update(part);
        return part;
      },
      digest: async () => hash.digest('hex'),
    };
  },
};
