/**
 * Derives what has landed, behind the landings and under a group of its own, so that no row, no receipt and no landing waits
 * for it. A chunk that cannot be derived is a row that says so; a store or catalog that is away is waited for.
 */
import { crc32c } from '@node-rs/crc32';
import { isPitlaneError, messageOf, plainError } from '@pitlane/base/errors';
import { keepRunning, runTogether } from '@pitlane/base/flow';
import type { Log } from '@pitlane/base/telemetry';
import type { CatalogEvent } from '@pitlane/contracts/catalog';
import { parseChunkId, parseDriveId } from '@pitlane/contracts/identity';
import { type DeriveRequest, type Landing, LogTopic } from '@pitlane/contracts/records';
import type { Catalog } from '@pitlane/ports/catalog';
import type { DeliveredRecord, MessageLog } from '@pitlane/ports/message-log';
import type { ObjectStore } from '@pitlane/ports/object-store';
import type { SideObject } from '@pitlane/stages/87-derive';
import { type DeriveJob, DeriveProcess } from './derive-process.ts';
import { type DerivePlans, deriversFor, type ReadPlans } from './derivers.ts';

export const DERIVE_GROUP = 'derive';
/** Their rows are appended together. */
const CHUNKS_AT_ONCE = 16;
const LINGER_MS = 100;
const RESTART_MS = 1000;
const REQUESTS_AT_ONCE = 1000;

export interface DerivingTools {
  readonly store: ObjectStore;
  readonly log: MessageLog;
  readonly telemetry: Log;
  readonly plans: ReadPlans;
  readonly append: (events: readonly CatalogEvent[]) => Promise<void>;
}

/** Runs until the signal aborts. Never rejects. */
export async function deriveLandings(tools: DerivingTools, signal: AbortSignal): Promise<void> {
  const { log, telemetry } = tools;
  const onFailure = (error: unknown): void => telemetry.warn('deriving.failed', { reason: messageOf(error) });
  const consume = (topic: string, jobOf: (value: string) => DeriveJob | undefined) => (either: AbortSignal) =>
    keepRunning(
      async (stop) => {
        const process = new DeriveProcess(tools.store);
        const options = { batchMax: CHUNKS_AT_ONCE, lingerMs: LINGER_MS, signal: stop };
        const handle = (batch: readonly DeliveredRecord[]) =>
          deriveAll(
            batch.flatMap(({ value }) => jobOf(value) ?? []),
            process,
            tools,
            stop,
          );
        await log.consume(topic, DERIVE_GROUP, options, handle).finally(() => process.close());
      },
      { signal: either, restartMs: RESTART_MS, onFailure },
    );
  await runTogether(signal, [consume(LogTopic.landings, jobOfLanding), consume(LogTopic.derivations, jobOfRequest)]);
}

/** How many chunks wait for it. */
export async function derivationsWaiting(log: MessageLog): Promise<number> {
  const lags = await Promise.all([
    log.lag(LogTopic.landings, DERIVE_GROUP),
    log.lag(LogTopic.derivations, DERIVE_GROUP),
  ]);
  return lags[0] + lags[1];
}

/**
 * Asks for all chunks that count to be derived anew, of one drive or of all.
 * @returns how many.
 */
export async function requestDerivations(
  { catalog, log }: { readonly catalog: Catalog; readonly log: MessageLog },
  drive?: { readonly tenant: string; readonly driveId: string },
): Promise<number> {
  let asked = 0;
  const drives = drive ? [drive] : await allDrives(catalog);
  for (const { tenant, driveId } of drives) {
    const rows = await catalog.query(
      `SELECT vehicle_id, chunk_id, object, bytes_stored FROM chunks
       WHERE tenant = ? AND drive_id = ? AND kind = 'log' ORDER BY start_ns, chunk_id`,
      [tenant, driveId],
    );
    for (let from = 0; from < rows.length; from += REQUESTS_AT_ONCE) {
      const records = rows.slice(from, from + REQUESTS_AT_ONCE).map((row): { key: string; value: string } => {
        const request: DeriveRequest = {
          drive: { tenant, driveId: parseDriveId(driveId), vehicleId: row['vehicle_id'] as string },
          chunkId: parseChunkId(row['chunk_id'] as string),
          object: row['object'] as string,
          bytesStored: Number(row['bytes_stored']),
        };
        return { key: driveId, value: JSON.stringify(request) };
      });
      await log.publish(LogTopic.derivations, records);
    }
    asked += rows.length;
  }
  return asked;
}

async function allDrives(catalog: Catalog): Promise<{ tenant: string; driveId: string }[]> {
  const rows = await catalog.query('SELECT tenant, drive_id FROM drives ORDER BY tenant, drive_id');
  return rows.map((row) => ({ tenant: row['tenant'] as string, driveId: row['drive_id'] as string }));
}

function jobOfLanding(value: string): DeriveJob | undefined {
  const { drive, chunk, stored } = JSON.parse(value) as Landing;
  const { kind, chunkId, object } = chunk;
  return kind === 'log' ? { chunk: { drive, chunkId }, object, bytesStored: stored.bytesStored } : undefined;
}

function jobOfRequest(value: string): DeriveJob {
  const { drive, chunkId, object, bytesStored } = JSON.parse(value) as DeriveRequest;
  return { chunk: { drive, chunkId }, object, bytesStored };
}

async function deriveAll(
  jobs: readonly DeriveJob[],
  process: DeriveProcess,
  tools: DerivingTools,
  signal: AbortSignal,
): Promise<void> {
  const plans = await tools.plans();
  const events: CatalogEvent[] = [];
  for (const job of jobs) {
    try {
      for (const { event, objects } of await process.derive(job, plans, signal)) {
        for (const object of objects) await putOnce(tools.store, object);
        events.push(event);
      }
    } catch (error) {
      if (isPitlaneError(error, 'unavailable', 'interrupted', 'disk-full') || signal.aborted) throw error;
      tools.telemetry.warn('chunk.not-derived', { object: job.object, reason: messageOf(error) });
      events.push(...failedEvents(job, plans, error));
    }
  }
  if (events.length > 0) await tools.append(events);
}

function failedEvents({ chunk }: DeriveJob, plans: DerivePlans, error: unknown): CatalogEvent[] {
  return deriversFor(chunk.drive.vehicleId, plans).map(({ name, version }) => {
    const faults = [plainError(error).message];
    const derivation = { deriver: name, version, object: null, messages: 0, undecoded: 0, faults };
    return { type: 'derivation', ...chunk, derivation };
  });
}

/** The same name holds the same content, so finding it there is as good. */
async function putOnce(store: ObjectStore, { name, bytes, contentType }: SideObject): Promise<void> {
  const crc = crc32c(bytes).toString(16).padStart(8, '0');
  await store.put(name, { bytes }, { crc32c: crc, contentType }).catch((error: unknown) => {
    if (!isPitlaneError(error, 'already-exists')) throw error;
  });
}
