/**
 * The drive source: the files on a docked disk, as the pipeline may see them. Discovery lists, inspection, staging and
 * chunking open. It never writes to the disk, never follows a link off it, and never opens what is no regular file.
 */

export interface SourceFile {
  /** Below the docked folder, with `/` between names. Hostile: never joined to another path by anybody but the source. */
  readonly path: string;
  readonly bytes: number;
  readonly mtimeMs: number;
  /** Set for what is not taken: links, devices, sockets, names that cannot be read. */
  readonly skipped?: string;
  /** What is worth saying of a file that is taken, as that its name is no text; absent when there is nothing. */
  readonly note?: string;
}

/** An open file: random access to `sizeBytes` bytes, the size that it had when it was opened. */
export interface OpenSourceFile {
  readonly name: string;
  readonly sizeBytes: number;
  /** Equal for two openings between which nobody wrote, renamed or replaced the file: inode, size and modification time. */
  readonly version: string;
  /**
   * Fills `into` from `offset` on; fewer bytes than asked only at the end. `unavailable` when the disk does not give them,
   * with `isBadPlace` among its details where the disk said so of this place (EIO) and others may be sound.
   */
  read(offset: number, into: Uint8Array): Promise<number>;
  /** Whether size and modification time are still those at opening. */
  unchanged(): Promise<boolean>;
  close(): Promise<void>;
}

/** A second name of a file, or a file of its own that shares the first one's blocks until either is written to. */
export type CloneKind = 'hard-link' | 'reflink';

export interface DriveSource {
  /** All files below `root`, or `root` itself if it is a file, sorted by path in byte order. `not-found` if there is none. */
  list(root: string): Promise<readonly SourceFile[]>;
  /** Names of the folders directly in `root`, links left out, sorted; none where there is no `root`. */
  folders(root: string): Promise<readonly string[]>;
  open(root: string, path: string): Promise<OpenSourceFile>;
  /**
   * Makes `target`, an absolute path of ours whose folder exists, a clone of a file; what stood there is replaced. False
   * where the two are not on one file system, or it cannot do so.
   */
  clone(root: string, path: string, target: string, kind: CloneKind): Promise<boolean>;
  /** The device that holds `root`: equal numbers, one device. */
  device(root: string): Promise<number>;
}
