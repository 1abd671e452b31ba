/** How far the files of a dock are taken in, and what that means for its disk. */
import { counted, textFromBytes } from '@pitlane/base/units';
import type { SourceFile } from '@pitlane/ports/drive-source';
import type { ReadBack } from '@pitlane/stages/30-stage';
import type { Reservation } from './spool-space.ts';

export interface TallyStatus {
  /** Of what was listed. */
  readonly files: number;
  readonly bytes: number;
  /** Copied, flushed and read back. */
  readonly copiedFiles: number;
  readonly copiedBytes: number;
  readonly isAllStaged: boolean;
  readonly isAllCopied: boolean;
  readonly leavesAfter: 'copy' | 'receipt';
  /** Every file stands on another disk now, verified. */
  readonly safeToPull: boolean;
  /** For people; empty until all is staged. */
  readonly text: string;
}

export class IntakeTally implements Disposable {
  readonly #files: number;
  readonly #bytes: number;
  readonly #isCopyElsewhere: boolean;
  /** By path, what is kept free for what will be cut of a copy. */
  readonly #rooms = new Map<string, Reservation>();
  #copiedFiles = 0;
  #copiedBytes = 0;
  #leftFiles = 0;
  #isFromMemory = false;

  /** @param isCopyElsewhere what is copied goes to another disk than the one that is docked */
  constructor(files: readonly SourceFile[], isCopyElsewhere: boolean) {
    this.#files = files.length;
    this.#bytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#isCopyElsewhere = isCopyElsewhere;
  }

  /** Room for what will be cut of a copy, until it is cut or the dock has ended. */
  keepsRoom({ path }: SourceFile, room: Reservation): void {
    this.#rooms.set(path, room);
  }

  /** The room of a file, which is given back as chunks of it are sealed; none where it has no copy. */
  roomOf({ path }: SourceFile): Reservation | undefined {
    return this.#rooms.get(path);
  }

  [Symbol.dispose](): void {
    for (const room of this.#rooms.values()) room[Symbol.dispose]();
  }

  copied({ bytes }: SourceFile, readBack: ReadBack | null): void {
    this.#copiedFiles += 1;
    this.#copiedBytes += bytes;
    if (readBack !== 'disk') this.#isFromMemory = true;
  }

  leftOnDisk(_: SourceFile): void {
    this.#leftFiles += 1;
  }

  status(): TallyStatus {
    const isAllStaged = this.#copiedFiles + this.#leftFiles === this.#files;
    const isAllCopied = this.#copiedFiles === this.#files;
    return {
      files: this.#files,
      bytes: this.#bytes,
      copiedFiles: this.#copiedFiles,
      copiedBytes: this.#copiedBytes,
      isAllStaged,
      isAllCopied,
      leavesAfter: this.#isCopyElsewhere && this.#leftFiles === 0 ? 'copy' : 'receipt',
      safeToPull: isAllCopied && this.#isCopyElsewhere,
      text: isAllStaged ? this.#text() : '',
    };
  }

  #text(): string {
    if (!this.#isCopyElsewhere) return "it lies on the spool's own disk: leave it until it is signed for";
    if (this.#leftFiles > 0) {
      return `${this.#leftFiles} of ${counted(this.#files, 'file')} found no room in the spool: leave it in until it is signed for`;
    }
    const whence = this.#isFromMemory ? "from memory, not from the spool's disk" : "from the spool's disk";
    return `${counted(this.#files, 'file')}, ${textFromBytes(this.#bytes)} copied and read back ${whence}`;
  }
}
