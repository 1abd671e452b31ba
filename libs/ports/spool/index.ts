/**
 * The spool: the garage node's own disk, on which chunks grow and wait until a receipt frees them. Chunking writes it,
 * shipping gives its files away. It never deletes a file that Pitlane did not write.
 */

export { recordingFolder, type SpooledRecording } from './recording-folder.ts';

export interface SealedFile {
  readonly path: string;
  readonly bytes: number;
  /** CRC-32C of the bytes, 8 lower-case hex digits. */
  readonly crc32c: string;
  /** SHA-256 of the bytes, 64 lower-case hex digits. */
  readonly sha256: string;
}

export interface SpoolFile {
  /** Bytes so far. */
  readonly bytes: number;
  /** Appends and hashes; resolves when the buffers may be reused. Calls are made one after another. `disk-full`. */
  append(parts: readonly Uint8Array[]): Promise<void>;
  /** Makes the file durable under its final name. */
  seal(): Promise<SealedFile>;
  discard(): Promise<void>;
}

export interface Spool {
  /**
   * Starts a file that is invisible until sealed; an unsealed one of the same name is replaced.
   * @param folder `recordingFolder` for chunks; @param name unique in it
   */
  create(folder: string, name: string): Promise<SpoolFile>;
  /** The sealed file, if it is there in full size. */
  find(folder: string, name: string): Promise<{ readonly path: string; readonly bytes: number } | undefined>;
  /** Names of all folders, in no order. */
  folders(): Promise<readonly string[]>;
  /** Bytes in a folder, sealed or not. */
  folderBytes(folder: string): Promise<number>;
  /** Removes a folder with all that the spool wrote there; returns the bytes freed. */
  free(folder: string): Promise<number>;
  /** What its disk has, and has left; quick enough to be asked for each chunk. */
  disk(): Promise<{ readonly freeBytes: number; readonly totalBytes: number }>;
}

const KEPT_BYTES_MAX = 64 * 1024 * 1024;

/**
 * What a spool leaves free of its disk, whatever the settings say: journal, logs and catalog may live on it too, and a disk
 * on which nobody can note anything is worse than a cut that ends early. `disk-full` comes before. A catalog that is closed writes
 * anew what changed: some megabytes, on the smallest disk too.
 */
export const keptBytesOf = (totalBytes: number): number => Math.min(KEPT_BYTES_MAX, totalBytes / 8);
