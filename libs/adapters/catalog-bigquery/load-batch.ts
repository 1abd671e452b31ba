/**
 * Loads one batch: its rows into each event table, then one row into `committed_batches`, which makes all of them visible at
 * once. A batch that fails before that leaves rows that nobody sees; a compaction sweeps them out.
 */
import type { BigQueryApi } from './api.ts';
import type { NumberedEvent } from './batch-rows.ts';
import { linesByTable } from './batch-rows.ts';
import type { DriveDays } from './drive-days.ts';
import { loadRows } from './load-rows.ts';
import { COMMITTED } from './names.ts';
import type { SeqClock } from './seq-clock.ts';
import type { Timers } from './timers.ts';

export interface BatchTarget {
  readonly api: BigQueryApi;
  readonly datasetId: string;
  readonly days: DriveDays;
  readonly seqs: SeqClock;
  readonly timers: Timers;
}

export async function loadBatch(target: BatchTarget, events: readonly NumberedEvent[]): Promise<void> {
  const { api, datasetId, days, seqs, timers } = target;
  const batch = events[0]?.seq;
  if (batch === undefined) return;
  const eventDays = await days.daysOf(
    events.map(({ event }) => event),
    seqs.nowMs(),
  );
  const lines = linesByTable(events, eventDays, batch);
  const load = async (table: string, ndjson: string): Promise<void> => {
    const sentMs = timers.monotonicMs();
    const job = await loadRows(api, { target: { datasetId, table }, batch, ndjson }, timers);
    const createdMs = Number(job.statistics?.creationTime);
    if (createdMs > 0) seqs.observe(createdMs, sentMs, timers.monotonicMs());
  };
  // All are waited for, so that no load of a batch that was given up is still under way.
  const loads = await Promise.allSettled([...lines].map(([table, rows]) => load(table, `${rows.join('\n')}\n`)));
  for (const result of loads) if (result.status === 'rejected') throw result.reason;
  const rows = [...lines.values()].reduce((sum, { length }) => sum + length, 0);
  await load(COMMITTED, `${JSON.stringify({ batch: String(batch), committed_rows: rows })}\n`);
}
