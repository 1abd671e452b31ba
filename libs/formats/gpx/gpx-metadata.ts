/**
 * What a GPX file says beside its points: the attributes of its root, its metadata, the names of tracks and routes. Keys
 * tell where it stood, as in `track/1/name`; what comes again is counted on, as in `link[2]`.
 */
import { MIB } from '@pitlane/base/bytes';
import type { MetadataRecord, ReadLimits } from '../recording/index.ts';

const METADATA_UNITS_MAX = MIB;

export class GpxMetadata {
  readonly #unitsMax: number;
  readonly #entries = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  #units = 0;

  constructor({ headerBytesMax }: ReadLimits) {
    this.#unitsMax = Math.min(METADATA_UNITS_MAX, headerBytesMax);
  }

  /** Whether there was still room for it. */
  add(key: string, value: string): boolean {
    const units = key.length + value.length;
    if (this.#units + units > this.#unitsMax) return false;
    this.#units += units;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    this.#entries.set(count === 1 ? key : `${key}[${count}]`, value);
    return true;
  }

  /** Undefined where the file says nothing. */
  get record(): MetadataRecord | undefined {
    return this.#entries.size === 0 ? undefined : { name: 'gpx.metadata', entries: this.#entries, sourceOffset: 0 };
  }
}
