/**
 * The day under which rows of a drive lie: the day at which the drive began where its clock is believed, else the day of its
 * first docking. All events of a drive must agree on it, or a compaction of one day would not see the others; only the
 * dock event knows, so the day is remembered, and asked of the catalog for drives that were docked through another program.
 */
import type { CatalogEvent } from '@pitlane/contracts/catalog';
import type { BigQueryApi } from './api.ts';
import type { FullName } from './names.ts';
import { runQuery } from './run-query.ts';

const DRIVES_REMEMBERED_MAX = 20_000;
const DRIVES_A_QUERY = 500;
const BELIEVED_FROM_NS = 946_684_800_000_000_000n;
const NS_PER_MS = 1_000_000n;
const DAY_MS = 86_400_000;

const keyOf = ({ drive }: CatalogEvent): string => JSON.stringify([drive.tenant, drive.driveId]);
export const dayOfMs = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** The day of the first event of a drive that says one, or undefined. */
function dayIn(event: CatalogEvent, nowMs: number): string | undefined {
  if (event.type === 'dock') {
    const { startTime } = event.drive;
    return believedDay(startTime, event.dock.dockedAtMs) ?? dayOfMs(event.dock.dockedAtMs);
  }
  if (event.type === 'preview-object') return believedDay(event.preview.startTime, nowMs);
  if (event.type === 'chunk') return believedDay(event.chunk.startTime, nowMs);
  if (event.type === 'preview' || event.type === 'recording') return believedDay(event.recording.startTime, nowMs);
  return undefined;
}

function believedDay(startTime: string | null, knownMs: number): string | undefined {
  if (startTime === null) return undefined;
  const startNs = BigInt(startTime);
  if (startNs < BELIEVED_FROM_NS || startNs > BigInt(Math.floor(knownMs) + DAY_MS) * NS_PER_MS) return undefined;
  return dayOfMs(Number(startNs / NS_PER_MS));
}

export class DriveDays {
  readonly #api: BigQueryApi;
  readonly #datasetId: string;
  readonly #full: FullName;
  readonly #days = new Map<string, string>();

  constructor(api: BigQueryApi, datasetId: string, full: FullName) {
    this.#api = api;
    this.#datasetId = datasetId;
    this.#full = full;
  }

  forget(): void {
    this.#days.clear();
  }

  /** @returns the day of each event; asks the catalog once for all drives that are new here. */
  async daysOf(events: readonly CatalogEvent[], nowMs: number): Promise<readonly string[]> {
    if (this.#days.size > DRIVES_REMEMBERED_MAX) this.#days.clear();
    await this.#ask(events.filter((event) => !this.#days.has(keyOf(event))));
    for (const docksFirst of [true, false]) {
      for (const event of events) {
        const day = docksFirst === (event.type === 'dock') ? dayIn(event, nowMs) : undefined;
        if (day !== undefined && !this.#days.has(keyOf(event))) this.#days.set(keyOf(event), day);
      }
    }
    // A drive that was never docked and has no times yet: its rows lie under today, and later ones elsewhere.
    return events.map((event) => this.#days.get(keyOf(event)) ?? dayOfMs(nowMs));
  }

  async #ask(unknown: readonly CatalogEvent[]): Promise<void> {
    const ids = [...new Set(unknown.map((event) => event.drive.driveId))];
    for (let start = 0; start < ids.length; start += DRIVES_A_QUERY) {
      const part = ids.slice(start, start + DRIVES_A_QUERY);
      const sql = `SELECT tenant, drive_id, CAST(partition_day AS STRING) AS day FROM ${this.#full('dock_events')}
        WHERE drive_id IN (${part.map(() => '?').join(', ')}) ORDER BY seq`;
      for (const row of await runQuery(this.#api, { sql, datasetId: this.#datasetId, parameters: part })) {
        const { tenant, drive_id: driveId, day } = row;
        const key = JSON.stringify([tenant, driveId]);
        if (typeof day === 'string' && !this.#days.has(key)) this.#days.set(key, day);
      }
    }
  }
}
