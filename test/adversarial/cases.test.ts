import { DEFAULT_READ_LIMITS, LandOpaque, type Loss } from '@pitlane/formats/recording';
import { mcap } from '@pitlane/formats/mcap';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../support/byte-source.ts';
import { testDecompressors } from '../support/decompressors.ts';
import { faultOfLosses } from '../support/read-recording.ts';
import { mcapCases } from './cases.ts';

/** By CPU, which a crowded machine does not stretch as it does the time. */
const CPU_MAX_MS = 2_000;
const MEMORY_MAX_BYTES = 256 * 1024 * 1024;

/** Reads without keeping anything but counts, and watches the memory between batches. */
async function survey(bytes: Uint8Array) {
  const seen = { messages: 0, attachments: 0, channels: 0, losses: [] as Loss[], notes: [] as string[], opaque: false };
  const tools = { decompressors: await testDecompressors(), limits: DEFAULT_READ_LIMITS };
  const before = process.memoryUsage().rss;
  const startedCpu = process.cpuUsage();
  let grownBytes = 0;
  try {
    for await (const batch of mcap.read(memorySource(bytes), tools)) {
      for (const event of batch) {
        if (event.kind === 'message') seen.messages += 1;
        else if (event.kind === 'attachment') seen.attachments += 1;
        else if (event.kind === 'channel') seen.channels += 1;
        else if (event.kind === 'loss') seen.losses.push(event.loss);
        else if (event.kind === 'note') seen.notes.push(event.text);
      }
      grownBytes = Math.max(grownBytes, process.memoryUsage().rss - before);
    }
  } catch (error) {
    if (!(error instanceof LandOpaque)) throw error;
    seen.opaque = true;
  }
  grownBytes = Math.max(grownBytes, process.memoryUsage().rss - before);
  const { user, system } = process.cpuUsage(startedCpu);
  return {
    ...seen,
    cpuMs: (user + system) / 1000,
    grownBytes,
    inspection: await mcap.inspect(memorySource(bytes), tools),
  };
}

describe('the MCAP reader, given', () => {
  it.each(mcapCases.map((hostile) => [hostile.name, hostile] as const))('%s', async (_, hostile) => {
    const bytes = hostile.bytes();
    const seen = await survey(bytes);
    const { expect: expected } = hostile;
    expect(seen.opaque).toBe(expected.opaque ?? false);
    expect(faultOfLosses(seen.losses, bytes.byteLength)).toBeUndefined();
    if (expected.losses) expect([...new Set(seen.losses.map((loss) => loss.reason))]).toEqual(expected.losses);
    if (expected.messages !== undefined) expect(seen.messages).toBe(expected.messages);
    if (expected.attachments !== undefined) expect(seen.attachments).toBe(expected.attachments);
    if (expected.channels !== undefined) expect(seen.channels).toBe(expected.channels);
    if (expected.note) expect(seen.notes.join('\n')).toMatch(expected.note);
    expect(seen.losses.length).toBeLessThanOrEqual(10_000);
    expect(seen.cpuMs).toBeLessThan(CPU_MAX_MS);
    expect(seen.grownBytes).toBeLessThan(MEMORY_MAX_BYTES);
  });

  it('many cases, each with a name of its own', () => {
    expect(new Set(mcapCases.map((hostile) => hostile.name)).size).toBe(mcapCases.length);
    expect(mcapCases.length).toBeGreaterThan(75);
  });
});
