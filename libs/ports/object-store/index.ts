/**
 * The object store: whole objects under names, created once, never changed. Landing writes it, everything after reads
 * it. It never retries by itself, never overwrites, and never calls a write done before the bytes are durable.
 */

export interface ObjectInfo {
  readonly name: string;
  /** The store's own version of this object, as text; another object under the same name has another. */
  readonly generation: string;
  readonly bytes: number;
  /** CRC-32C of the stored bytes as the store computed it, 8 lower-case hex digits. */
  readonly crc32c: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface PutOptions {
  /** CRC-32C of the content, 8 lower-case hex digits; the store refuses other bytes with `checksum-mismatch`. */
  readonly crc32c: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
}

/** Where the content of a new object comes from. */
export type PutSource =
  | { readonly bytes: Uint8Array }
  /** One after another. */
  | { readonly blocks: readonly Uint8Array[] }
  /**
   * A finished, fsynced file that the caller gives away: a store on the same device takes it over by link or rename
   * without writing a byte again, others upload it. The caller must not write to it afterwards; it may be gone.
   */
  | { readonly file: string };

export interface ObjectStoreTraits {
  /** `file`, `gs://bucket`: stands in receipts. */
  readonly storeName: string;
  /** The device that holds the objects, if it is one of this machine's, so that people can be told that a copy is no backup. */
  readonly localDevice?: number;
  readonly parallelPutsMax: number;
}

export interface ObjectStore {
  readonly traits: ObjectStoreTraits;
  /**
   * Creates `name`, durably, only if it does not exist: else `already-exists`. Of several concurrent creates exactly one
   * wins; nothing half-written is ever visible. Errors: `checksum-mismatch`, `disk-full`, `unavailable`.
   */
  put(name: string, source: PutSource, options: PutOptions): Promise<ObjectInfo>;
  /** What the store holds under `name`, or undefined. */
  stat(name: string): Promise<ObjectInfo | undefined>;
  /**
   * Bytes [start, end) of the object; the whole of it without a range. They are the caller's from then on, who may change them
   * or give them away. `not-found` if there is none.
   */
  read(name: string, range?: { readonly start: number; readonly end: number }): Promise<Uint8Array>;
  /** All names that begin with `prefix`, in byte order. */
  list(prefix: string): AsyncIterable<ObjectInfo>;
  /** Removes an object if it is there. Only contract runs and erasures call it; the pipeline never does. */
  remove(name: string): Promise<void>;
}
