/**
 * The bytes that a format reads, where these are not simply those of the file: a log that is compressed as a whole, a
 * database with its journal. It stands between a file and the format that reads what is in it. Nothing of the file is
 * dropped on the way: what is no part of the content stands behind its end in `kept`, and in a loss.
 */
import type { ByteSource, Loss } from '../recording/index.ts';

export { joinedSource, type Piece, sourceOfBytes } from './joined-source.ts';

export interface RecordingContent extends AsyncDisposable {
  /** What the format reads. Its messages and losses have offsets in it. */
  readonly source: ByteSource;
  /** The content, and behind its end the bytes of the file that are no part of it. */
  readonly kept: ByteSource;
  /** What was lost on the way to the content, with offsets in `kept`. */
  readonly losses: readonly Loss[];
  readonly notes: readonly string[];
}

/** A file that is its own content. */
export const contentOfFile = (source: ByteSource): RecordingContent => ({
  source,
  kept: source,
  losses: [],
  notes: [],
  [Symbol.asyncDispose]: () => Promise.resolve(),
});
