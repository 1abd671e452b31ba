/** What a power cut leaves of the journal: its write-ahead log torn or cut off anywhere, and what was synced before. */
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DriveId, type RecordingId, sha256Of } from '@pitlane/contracts/identity';
import type { ChunkFacts } from '@pitlane/contracts/manifest';
import type { Receipt } from '@pitlane/contracts/receipt';
import type { DockEntry, Journal, RecordingEntry } from '@pitlane/ports/journal';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openSqliteJournal } from './index.ts';

/** Entries that are written one after another, each in its own way. */
const WRITES = 60;
/** A disk writes its sectors whole, and in an order of its own. */
const SECTOR_BYTES = 512;

let folder: string;
let file: string;
let journal: Journal;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pitlane-power-cut-'));
  file = join(folder, 'journal.sqlite');
  journal = openSqliteJournal({ file });
});

afterEach(async () => {
  vi.restoreAllMocks();
  journal.close();
  await rm(folder, { recursive: true, force: true });
});

const driveId = 'drive' as DriveId;
const recordingOf = (at: number): RecordingEntry => ({
  tenant: 'default',
  driveId,
  vehicleId: 'car-1',
  recordingId: sha256Of(`recording ${at}`) as string as RecordingId,
  dockId: 'dock',
  path: `${at}.mcap`,
  bytes: at,
  headSha256: sha256Of(`head ${at}`),
  beginning: {
    prefixSha256: [sha256Of(`prefix ${at}`)],
    firstMessageSha256: sha256Of(`message ${at}`),
    startTime: '1',
  },
  format: 'mcap',
  state: 'staged',
  cut: null,
});
const dockOf = (at: number): DockEntry => ({
  dockId: `dock ${at}`,
  path: '/media/disk',
  tenant: 'default',
  vehicleId: null,
  priority: 99,
  dockedAtMs: at,
  state: 'open',
  driveIds: [],
  error: null,
});
const receiptOf = (at: number) =>
  ({ receiptId: `receipt ${at}`, body: { tenant: 'default', driveId } }) as unknown as Receipt;

function write(at: number): void {
  if (at % 4 === 0) journal.putDock(dockOf(at));
  else if (at % 4 === 1) journal.putRecording(recordingOf(at));
  else if (at % 4 === 2) {
    const facts = { ordinal: at, chunkId: `chunk ${at}`, object: '' } as unknown as ChunkFacts;
    journal.putChunk(recordingOf(1), { name: `chunk-${at}`, facts, state: 'chunked' });
  } else journal.putReceipt(receiptOf(at));
}

/** Which of the writes a journal has. */
function writesIn(one: Journal): Set<number> {
  return new Set([
    ...one.docks().map(({ dockedAtMs }) => dockedAtMs),
    ...[...one.recordings()].map(({ bytes }) => bytes),
    ...[...one.chunks(recordingOf(1))].map(({ facts }) => facts.ordinal),
    ...one.receipts('default', driveId).map(({ receiptId }) => Number(receiptId.split(' ')[1])),
  ]);
}

/** How many writes are left when the log is `wal`: all up to one, or this fails. */
async function prefixLeft(wal: Uint8Array): Promise<number> {
  const copy = join(folder, 'copy.sqlite');
  for (const end of ['', '-wal', '-shm']) await rm(`${copy}${end}`, { force: true });
  await copyFile(file, copy);
  await writeFile(`${copy}-wal`, wal);
  const left = openSqliteJournal({ file: copy });
  try {
    const found = writesIn(left);
    expect([...found].sort((a, b) => a - b)).toEqual(Array.from({ length: found.size }, (_, at) => at));
    for (const recording of left.recordings()) {
      expect(left.likelyCopies(recording)).toContainEqual(recording); // both of its tables
    }
    return found.size;
  } finally {
    left.close();
  }
}

it('keeps all that was written up to some moment, wherever its log was cut off or torn', async () => {
  for (let at = 0; at < WRITES; at += 1) write(at);
  const wal = await readFile(`${file}-wal`);
  expect(await prefixLeft(wal)).toBe(WRITES);
  const seen = new Set<number>();
  const offset = fc.integer({ min: 0, max: wal.byteLength - 1 });
  await fc.assert(
    fc.asyncProperty(offset, fc.constantFrom('cut', 'torn', 'zeroed'), async (at, how) => {
      const left = Buffer.from(how === 'cut' ? wal.subarray(0, at) : wal);
      const from = at - (at % SECTOR_BYTES);
      if (how === 'torn') for (let i = from; i < from + SECTOR_BYTES; i += 1) left[i] = 255 - (left[i] ?? 0);
      if (how === 'zeroed') left.fill(0, from);
      seen.add(await prefixLeft(left));
    }),
    { numRuns: 120, seed: 6 },
  );
  // It was cut off in more places than between two writes.
  expect(seen.size).toBeGreaterThan(10);
}, 60_000);

it('syncs docks, recordings and receipts before the call returns, and chunks with what comes after them', () => {
  const db = new Database(file);
  expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
  db.close();
  const pragma = vi.spyOn(Database.prototype, 'pragma');
  const own = openSqliteJournal({ file: join(folder, 'own.sqlite') });
  const levels = (): unknown[] =>
    pragma.mock.calls.splice(0).flatMap(([text]) => (text.startsWith('synchronous') ? [text] : []));
  expect(levels()).toEqual(['synchronous = FULL']);
  own.putDock(dockOf(1));
  own.putRecording(recordingOf(1));
  own.setState(recordingOf(1), 'receipted');
  own.putReceipt(receiptOf(1));
  own.dropChunks(recordingOf(1));
  expect(levels()).toEqual([]);
  const [facts, shipment] = [{ ordinal: 0, chunkId: 'c' } as ChunkFacts, { attempt: null, shippedAtMs: 0, resent: 0 }];
  own.putChunk(recordingOf(1), { name: 'c', facts, state: 'chunked' });
  own.setChunkState(recordingOf(1), 'c', 'shipped', shipment);
  expect(levels()).toEqual(['NORMAL', 'FULL', 'NORMAL', 'FULL'].map((level) => `synchronous = ${level}`));
  vi.spyOn(Database.prototype, 'prepare').mockImplementation(() => {
    throw new Error('the disk failed');
  });
  const broken = openSqliteJournal({ file: join(folder, 'broken.sqlite') });
  pragma.mock.calls.length = 0;
  expect(() => broken.putChunk(recordingOf(1), { name: 'c', facts, state: 'chunked' })).toThrow('the disk failed');
  expect(levels()).toEqual(['NORMAL', 'FULL'].map((level) => `synchronous = ${level}`));
  broken.close();
  own.close();
});
