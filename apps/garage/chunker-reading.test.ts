import { describe, expect, it } from 'vitest';
import { readingFrom, readProcess } from './chunker-reading.ts';

describe('reading a process', () => {
  it('finds CPU and memory behind a name with brackets and spaces', () => {
    const fields = Array.from({ length: 50 }, (_, i) => String(i + 3)); // from the third field on
    fields[11] = '120';
    fields[12] = '34';
    fields[21] = '256';
    const reading = readingFrom(`77 (node) R (x) ${fields.join(' ')}\n`);
    expect(reading).toEqual({ cpuMs: 1540, residentBytes: 1024 * 1024 });
  });

  it.runIf(process.platform === 'linux')('tells what the thread that decodes has burned', () => {
    const began = readProcess(process.pid);
    for (let end = performance.now() + 200; performance.now() < end; );
    const reading = readProcess(process.pid);
    const after = process.cpuUsage();
    expect(reading?.cpuMs).toBeGreaterThan(began?.cpuMs ?? 0);
    // Of all threads, by a clock that is rounded on its own.
    expect(reading?.cpuMs).toBeLessThanOrEqual((after.user + after.system) / 1000 + 50);
    expect(reading?.residentBytes).toBeGreaterThan(10 * 1024 * 1024);
  });

  it('is nothing for a process that is not there', () => {
    expect(readProcess(undefined)).toBeUndefined();
    expect(readProcess(0x7fff_ffff)).toBeUndefined();
  });
});
