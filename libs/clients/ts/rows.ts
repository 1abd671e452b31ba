/** Rows of the lists. Times are decimal nanoseconds in text: they do not fit in a number. */

interface OfDrive {
  readonly tenant: string;
  readonly driveId: string;
  readonly vehicleId: string;
}

interface Span {
  readonly startTime: string | null;
  readonly endTime: string | null;
}

/** Every row has all columns of its view beside those that are named here: the data dictionary tells what they mean. */
type More = Readonly<Record<string, unknown>>;

export type Drive = OfDrive & Span & More & { readonly state: string };
export type Recording = OfDrive &
  More & { readonly recordingId: string; readonly path: string; readonly format: string; readonly state: string };
export type Topic = OfDrive & Span & More & { readonly topic: string; readonly messages: number };
export type Chunk = OfDrive &
  Span &
  More & {
    readonly chunkId: string;
    readonly kind: string;
    readonly topics: readonly string[];
    readonly bytesStored: number;
    readonly object: string;
  };
export type CoverageRun = OfDrive &
  Span &
  More & { readonly topic: string; readonly state: string; readonly reason: string | null };

/** Where the bytes of a slice lie. */
export interface SliceManifest extends More {
  readonly driveId: string;
  readonly driveState: string;
  readonly missing: readonly MissingRun[];
  readonly missingMore: number;
  readonly objects: readonly ManifestObject[];
}

export interface MissingRun extends Span {
  readonly topic: string;
  readonly state: string;
  readonly reason: string | null;
}

export interface ManifestObject {
  readonly object: string;
  readonly generation: string;
  readonly bytes: number;
  readonly crc32c: string;
  readonly topics: readonly string[];
  readonly summaryOffset: number;
  readonly innerChunks: readonly {
    readonly offset: number;
    readonly bytes: number;
    readonly uncompressedBytes: number;
    readonly startTime: string;
    readonly endTime: string;
  }[];
  readonly url: string;
  readonly via: 'bucket' | 'api';
  readonly expiresTime: string;
}
