/** What an assembler says of itself, as plain numbers: gauges first, then counters since its start. */
export interface AssemblyCounters {
  /** Attempts of which frames are still missing. */
  attemptsOpen: number;
  /** Bytes on the assembler's disk: never more than its cap. */
  bytesHeld: number;
  /** Partitions whose frames wait until there is room. */
  partitionsPaused: number;
  bytesAssembled: number;
  landed: number;
  givenUp: number;
  resent: number;
  /** Frames that had come before. */
  duplicates: number;
  /** Frames of attempts that were given up, or whose beginning was settled before we got the partition. */
  strays: number;
}

export const newCounters = (): AssemblyCounters => ({
  attemptsOpen: 0,
  bytesHeld: 0,
  partitionsPaused: 0,
  bytesAssembled: 0,
  landed: 0,
  givenUp: 0,
  resent: 0,
  duplicates: 0,
  strays: 0,
});
