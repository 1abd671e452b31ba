/** What an extractor of times is: how it is found for a channel, and what it reads from a message. */
import type { Channel } from '../recording/index.ts';

/** Nanoseconds since 1970, or undefined where the message says no time, or none that is valid. It never throws. */
export type ReadStamp = (data: Uint8Array) => bigint | undefined;

/**
 * Whose time it is. `gnss`: a satellite receiver's own UTC. `reference`: a clock that the log calls a reference. `fix`: the
 * stamp of a position fix, which may be the receiver's time or the host's. `header`: a sensor's stamp.
 */
export type StampSource = 'gnss' | 'reference' | 'fix' | 'header';

export interface StampReader {
  readonly source: StampSource;
  readonly read: ReadStamp;
}

/** The readers of a channel's messages; none if the extractor does not know them. */
export type Extractor = (channel: Channel) => readonly StampReader[];

const NS_PER_S = 1_000_000_000n;

/** Undefined where a field is out of its range, or where the stamp is 0: nobody set it. */
export function stampNs(seconds: number, nanos: number): bigint | undefined {
  if (seconds < 0 || nanos < 0 || nanos >= 1e9 || (seconds === 0 && nanos === 0)) return undefined;
  return BigInt(seconds) * NS_PER_S + BigInt(nanos);
}
