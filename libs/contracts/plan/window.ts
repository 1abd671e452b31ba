/** Windows and the shared group: the two axes by which messages go to chunks. */

/** Windows are multiples of 60 s of log time since the epoch. */
export const WINDOW_NS = 60_000_000_000n;

export const windowOf = (logTimeNs: bigint): bigint => logTimeNs / WINDOW_NS;

/** The group of all topics that do not travel alone. */
export const SHARED_GROUP = '';
