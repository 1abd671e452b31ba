/**
 * The id of a recording that is read from several files together. It is not that of the file alone: with another journal
 * beside it the same database holds other messages, and one id stands for one content.
 */
import type { RecordingId, Sha256Hex } from './ids.ts';
import { sha256Of } from './sha256.ts';

export interface RecordingPart {
  /** What the part's name has behind that of the recording; empty for the file itself. */
  readonly ending: string;
  readonly sha256: Sha256Hex;
}

/** SHA-256 of the sorted list of parts, a line each. */
export function recordingIdOfParts(parts: readonly RecordingPart[]): RecordingId {
  const lines = parts.map(({ ending, sha256 }) => `${sha256} ${ending}\n`).sort();
  return sha256Of(lines.join('')) as string as RecordingId;
}
