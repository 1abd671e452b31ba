/** What Linux tells of a process in `/proc`, which is memory: reading it never waits, unlike the disks around it. */
import { readFileSync } from 'node:fs';

export interface ProcessReading {
  /** Of its first thread, in which decoders run, since it began. */
  readonly cpuMs: number;
  readonly residentBytes: number;
}

/** Linux counts CPU in hundredths of a second for whoever reads it, whatever the kernel's own clock. */
const TICK_MS = 10;
const PAGE_BYTES = 4096;

/** Undefined where nobody tells: on other systems, or when the process has ended. */
export function readProcess(pid: number | undefined): ProcessReading | undefined {
  try {
    return readingFrom(readFileSync(`/proc/${pid}/task/${pid}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
}

/** The name of the program may hold spaces and brackets; behind its last bracket stand numbers: see `man 5 proc`. */
export function readingFrom(stat: string): ProcessReading {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS,
    residentBytes: Number(fields[21]) * PAGE_BYTES,
  };
}
