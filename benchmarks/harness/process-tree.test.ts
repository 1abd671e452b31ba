import { describe, expect, it } from 'vitest';
import { cpuMsFromStat, membersOf, proportionalBytesFromRollup, residentBytesFromStatm } from './process-tree.ts';

describe('what /proc tells of a process', () => {
  it('has resident memory in pages, the second number of statm', () => {
    expect(residentBytesFromStatm('180000 2500 1200 40 0 9000 0\n')).toBe(2500 * 4096);
  });

  it('has proportional memory in KiB, and not that of one kind of page', () => {
    const rollup = 'Rss:   900 kB\nPss:      640 kB\nPss_Dirty:   12 kB\nPss_Anon:  99 kB\n';
    expect(proportionalBytesFromRollup(rollup)).toBe(640 * 1024);
  });

  it('has CPU time behind a name that may hold spaces and brackets', () => {
    const stat = '42 (a (b) c) S 1 42 42 0 -1 4194304 100 0 0 0 123 45 0 0 20 0 11 0 1000 1 1';
    expect(cpuMsFromStat(stat)).toBe(1680);
  });

  it('counts as nothing once the process has ended', () => {
    expect(residentBytesFromStatm('')).toBe(0);
    expect(proportionalBytesFromRollup('')).toBe(0);
    expect(cpuMsFromStat('')).toBe(0);
  });

  it('finds this very process', () => {
    expect(membersOf(process.pid)).toContain(process.pid);
  });
});
