/** What the decompression of a file gives, in order: bytes, and holes where there are none. */
import type { LossReason } from '../recording/index.ts';

/** Decompressed bytes, and the part [fileFrom, fileEnd) of the file that it takes to get at them. */
export interface Stretch {
  readonly kind: 'bytes';
  /** Valid until the next piece is pulled. */
  readonly bytes: Uint8Array;
  readonly fileFrom: number;
  readonly fileEnd: number;
}

/** The part [fileFrom, fileEnd) of the file that gives no bytes. */
export interface Hole {
  readonly kind: 'hole';
  readonly reason: LossReason;
  /** A sentence for people. */
  readonly text: string;
  readonly fileFrom: number;
  readonly fileEnd: number;
}

export type Piece = Stretch | Hole;

/** @param text what is wrong at `fileFrom` */
export const hole = (reason: LossReason, text: string, fileFrom: number, fileEnd: number): Hole => ({
  kind: 'hole',
  reason,
  text: `at ${fileFrom}: ${text}`,
  fileFrom,
  fileEnd,
});
