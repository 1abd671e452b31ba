import { memoryLog } from '@pitlane/base/telemetry';
import type { Catalog } from '@pitlane/ports/catalog';
import { describe, expect, it, vi } from 'vitest';
import { compactDaily } from './compact-daily.ts';

/** A catalog whose answers come one a call; then the caller is told to stop. */
function catalogOf(answers: (readonly string[] | Error)[], stop: AbortController): Catalog {
  const compact = vi.fn(async () => {
    const answer = answers.shift() ?? [];
    if (answers.length === 0) stop.abort();
    if (answer instanceof Error) throw answer;
    return answer;
  });
  return { compact } as unknown as Catalog;
}

describe('the compaction of the catalog', () => {
  it('is looked at again and again, says what was done, and outlives a failure', async () => {
    const [stop, telemetry] = [new AbortController(), memoryLog()];
    const catalog = catalogOf([['2026-03-17', '2026-03-18'], [], new Error('two at once'), ['2026-03-19'], []], stop);
    await compactDaily(catalog, { telemetry, signal: stop.signal, lookEveryMs: 0 });
    expect(telemetry.events).toMatchObject([
      { level: 'info', event: 'catalog.compacted', fields: { days: '2026-03-17 2026-03-18' } },
      { level: 'warn', event: 'catalog.not-compacted', fields: { reason: 'two at once' } },
      { level: 'info', event: 'catalog.compacted', fields: { days: '2026-03-19' } },
    ]);
  });

  it('is nothing for a catalog that keeps no replaced events for money', async () => {
    await compactDaily({} as Catalog, { telemetry: memoryLog(), signal: new AbortController().signal });
  });
});
