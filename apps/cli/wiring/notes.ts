/** Notes on drives as the node takes them: which drive each is of, kept in the store, and shown once the indexer has them. */
import { setTimeout } from 'node:timers/promises';
import type { EventAsked, EventsTaken, NoteService } from '@pitlane/catalog-api';
import { PitlaneError } from '@pitlane/base/errors';
import { timeNsFromText } from '@pitlane/base/time';
import { canonicalJson, sha256Of } from '@pitlane/contracts/identity';
import type { Note } from '@pitlane/contracts/notes';
import { LogTopic } from '@pitlane/contracts/records';
import { keepNotes, type Matched, matchDrives, type NotedDrive } from '@pitlane/stages/95-note';
import type { Stores } from './open-parts.ts';

const LOOK_EVERY_MS = 50;
/** An indexer that runs elsewhere may load its rows later; what is taken is safe before. */
const SHOWN_WITHIN_MS = 10_000;

type Parts = Pick<Stores, 'catalog' | 'store' | 'log'>;

/** @param nowMs wall clock. */
export function noteService(stores: Parts, tenant: string, nowMs: () => number): NoteService {
  return {
    mark: async ({ events, author = null }) => {
      const placed = events.map((event) => ({ ...event, startTime: String(timeNsFromText(event.time)) }));
      const drives = await matchDrives(placed, stores.catalog);
      const notes = events.map((event) => noteFrom(event, author, nowMs()));
      await keepByDrive(drives, notes, stores);
      return takenFrom(drives, notes, await isShown(stores));
    },
    withdraw: async (eventId, asked, author) => {
      const rows = await stores.catalog.query(
        `SELECT tenant, drive_id, vehicle_id, kind, start_ns, end_ns, note, source FROM events
         WHERE event_id = ? AND drive_id = ? AND tenant = ? LIMIT 1`,
        [eventId, asked.driveId, asked.tenant ?? tenant],
      );
      const [row] = rows;
      if (!row)
        throw new PitlaneError(
          'not-found',
          `drive ${asked.driveId} has no event ${eventId}: list them with \`pitlane event list\``,
        );
      const note: Note = {
        type: 'annotation',
        eventId,
        kind: row['kind'] as string,
        startTime: row['start_ns'] as string,
        endTime: (row['end_ns'] ?? row['start_ns']) as string,
        note: row['note'] as string | null,
        labels: {},
        source: row['source'] as 'person',
        author: author ?? null,
        notedAtMs: nowMs(),
        isWithdrawn: true,
      };
      const drive = {
        tenant: row['tenant'] as string,
        driveId: row['drive_id'] as string,
        vehicleId: row['vehicle_id'] as string,
      };
      await keepNotes(drive, [note], stores);
      return { eventId, isShown: await isShown(stores) };
    },
    correct: async (driveId, asked) => {
      const [drive] = await matchDrives([{ driveId, tenant: asked.tenant, startTime: '0' }], stores.catalog);
      if (!drive || 'reason' in drive)
        throw new PitlaneError('not-found', drive?.reason ?? `there is no drive ${driveId}`);
      const labels = asked.labels ? await mergedLabels(drive, asked.labels, stores) : null;
      const facts = { vehicleId: asked.vehicleId ?? null, labels, reason: asked.reason, author: asked.author };
      const correctedAtMs = nowMs();
      const correctionId = sha256Of(canonicalJson({ ...facts, correctedAtMs })).slice(0, 16);
      await keepNotes(drive, [{ type: 'correction', correctionId, ...facts, correctedAtMs }], stores);
      return { correctionId, driveId: drive.driveId, tenant: drive.tenant, ...facts, isShown: await isShown(stores) };
    },
  };
}

function noteFrom(event: EventAsked, author: string | null, notedAtMs: number): Note {
  const { kind, note = null, labels = {} } = event;
  const startTime = String(timeNsFromText(event.time));
  const endTime = event.endTime === undefined ? startTime : String(timeNsFromText(event.endTime));
  if (BigInt(endTime) < BigInt(startTime))
    throw new PitlaneError('bad-usage', `an event of ${event.time} ends before it begins: ${event.endTime}`);
  // The same words on the same moment are the same event, however often they are imported.
  const said = { kind, startTime, endTime, driveId: event.driveId ?? null, vehicleId: event.vehicleId ?? null };
  const eventId = event.eventId ?? sha256Of(canonicalJson(said)).slice(0, 16);
  const source = event.source ?? 'person';
  return {
    type: 'annotation',
    eventId,
    kind,
    startTime,
    endTime,
    note,
    labels,
    source,
    author,
    notedAtMs,
    isWithdrawn: false,
  };
}

async function keepByDrive(drives: readonly Matched[], notes: readonly Note[], stores: Parts): Promise<void> {
  const byDrive = new Map<Matched, Note[]>();
  for (const [i, drive] of drives.entries()) {
    if ('reason' in drive) continue;
    byDrive.set(drive, [...(byDrive.get(drive) ?? []), notes[i] as Note]);
  }
  for (const [drive, ofDrive] of byDrive) if (!('reason' in drive)) await keepNotes(drive, ofDrive, stores);
}

function takenFrom(drives: readonly Matched[], notes: readonly Note[], shown: boolean): EventsTaken {
  const events = drives.flatMap((drive, i) => {
    const note = notes[i];
    if ('reason' in drive || note?.type !== 'annotation') return [];
    return [{ eventId: note.eventId, driveId: drive.driveId, kind: note.kind, startTime: note.startTime }];
  });
  const refused = drives.flatMap((drive, index) => ('reason' in drive ? [{ index, reason: drive.reason }] : []));
  return { events, refused, isShown: shown };
}

/** Labels as they are with what is put right; one that is null goes. */
async function mergedLabels(
  drive: NotedDrive,
  asked: Readonly<Record<string, string | null>>,
  { catalog }: Parts,
): Promise<Record<string, string>> {
  const rows = await catalog.query('SELECT labels FROM drives WHERE tenant = ? AND drive_id = ?', [
    drive.tenant,
    drive.driveId,
  ]);
  const before = JSON.parse((rows[0]?.['labels'] as string | undefined) ?? '{}') as Record<string, string>;
  const merged = Object.entries({ ...before, ...asked }).filter(([, value]) => value !== null);
  return Object.fromEntries(merged) as Record<string, string>;
}

/** Waits until the indexer has taken what was published, for a while. */
async function isShown({ log }: Parts): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < SHOWN_WITHIN_MS; waitedMs += LOOK_EVERY_MS) {
    if ((await log.lag(LogTopic.notes, 'indexer')) === 0) return true;
    await setTimeout(LOOK_EVERY_MS);
  }
  return false;
}
