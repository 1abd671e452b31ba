/**
 * Which two recordings are likely copies of one another, as a half copy and the whole are. A common prefix alone is too
 * weak: drives of one car may begin with the same header, schemas and channels. So something of the drive itself must be
 * alike too: the first message in the order of the file, which a cut never changes, or else the time at which it starts.
 * The start alone would not do: where a log is not in the order of time, a half of it starts later than the whole.
 */
import type { Sha256Hex } from '@pitlane/contracts/identity';
import type { RecordingEntry } from './index.ts';

export interface Beginning {
  /** SHA-256 of the first 256 B, 512 B and so on to 64 KiB, as far as the file goes. */
  readonly prefixSha256: readonly Sha256Hex[];
  /** SHA-256 over topic, log time and bytes of the first message in the file; null if the head shows none. */
  readonly firstMessageSha256: Sha256Hex | null;
  /** Log time at which the recording starts, as inspection knows it. */
  readonly startTime: string | null;
}

export type Likeness = Pick<RecordingEntry, 'tenant' | 'format' | 'headSha256' | 'beginning'>;

/** Files that are no logs are too often alike to tell anything. */
export function isLikelyCopy(one: Likeness, other: Likeness): boolean {
  if (one.tenant !== other.tenant || one.format !== other.format || one.format === 'opaque') return false;
  // Entries of an earlier version know their head alone.
  if (!one.beginning || !other.beginning) return one.headSha256 === other.headSha256;
  return hasSamePrefix(one.beginning, other.beginning) && beginsAlike(one, other);
}

function hasSamePrefix(one: Beginning, other: Beginning): boolean {
  const longest = Math.min(one.prefixSha256.length, other.prefixSha256.length) - 1;
  return longest >= 0 && one.prefixSha256[longest] === other.prefixSha256[longest];
}

function beginsAlike(one: Likeness, other: Likeness): boolean {
  const [a, b] = [one.beginning, other.beginning];
  if (a?.firstMessageSha256 && b?.firstMessageSha256) return a.firstMessageSha256 === b.firstMessageSha256;
  if (a?.startTime && b?.startTime) return a.startTime === b.startTime;
  return one.headSha256 === other.headSha256;
}
