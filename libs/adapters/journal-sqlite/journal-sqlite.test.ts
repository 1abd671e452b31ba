import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPitlaneError } from '@pitlane/base/errors';
import { type DriveId, type RecordingId, sha256Of } from '@pitlane/contracts/identity';
import type { Receipt } from '@pitlane/contracts/receipt';
import type { DockEntry, Journal, RecordingEntry } from '@pitlane/ports/journal';
import { journalContract } from '@pitlane/ports/journal/contract';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteJournal } from './index.ts';

let folder: string;
let file: string;
let journal: Journal;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pitlane-journal-'));
  file = join(folder, 'journal.sqlite');
  journal = openSqliteJournal({ file });
});

afterEach(async () => {
  journal.close();
  await rm(folder, { recursive: true, force: true });
});

const dock: DockEntry = {
  dockId: 'dock-1',
  path: '/media/disk',
  tenant: 'default',
  vehicleId: 'car-1',
  priority: 10,
  dockedAtMs: 1_767_225_600_000,
  state: 'open',
  driveIds: ['drive' as DriveId],
  error: null,
};

describe('the journal in SQLite keeps the contract', () => {
  it.each(journalContract)('$name', (example) => example.run(journal));
});

describe('the journal in SQLite', () => {
  it('knows everything again when it is opened anew', () => {
    journal.putDock(dock);
    journal.close();
    journal = openSqliteJournal({ file });
    expect(journal.docks()).toEqual([dock]);
  });

  it('keeps no receipt of which it could not put what is to be told', () => {
    const receipt = { receiptId: 'r', body: { tenant: 't', driveId: 'd' } } as unknown as Receipt;
    const event = { eventId: 'e', type: 'drive.receipted', line: 'd', toldAtMs: 0, receivers: ['one'] };
    const broken = { ...event, body: undefined as unknown as string };
    expect(() => journal.putReceipt(receipt, [], [broken])).toThrow();
    expect(journal.receipts('t', 'd' as DriveId)).toEqual([]);
    journal.putReceipt(receipt, [], [{ ...event, body: '{}' }]);
    expect(journal.outbox.counts()).toEqual([{ receiver: 'one', waiting: 1, parked: 0 }]);
  });

  it('has written an entry when the call returns, for another reader of the file too', () => {
    const reader = openSqliteJournal({ file });
    journal.putDock(dock);
    expect(reader.docks()).toEqual([dock]);
    reader.close();
  });

  it('takes over a file of an earlier version, whose recordings are found by their head', () => {
    const old = join(folder, 'old.sqlite');
    const entry: RecordingEntry = {
      tenant: 'default',
      driveId: 'drive' as DriveId,
      vehicleId: 'car-1',
      recordingId: sha256Of('recording') as string as RecordingId,
      dockId: 'dock-1',
      path: 'a.mcap',
      bytes: 100,
      headSha256: sha256Of('head'),
      beginning: null,
      format: 'mcap',
      state: 'receipted',
      cut: null,
    };
    const { beginning: _, ...known } = entry;
    const db = new Database(old);
    db.exec(`CREATE TABLE recordings (
      tenant TEXT NOT NULL, drive_id TEXT NOT NULL, recording_id TEXT NOT NULL, head_sha256 TEXT NOT NULL,
      state TEXT NOT NULL, entry TEXT NOT NULL, PRIMARY KEY (tenant, drive_id, recording_id)) STRICT, WITHOUT ROWID`);
    const { tenant, driveId, recordingId, headSha256, state } = entry;
    const insert = db.prepare('INSERT INTO recordings VALUES (?, ?, ?, ?, ?, ?)');
    insert.run(tenant, driveId, recordingId, headSha256, state, JSON.stringify(known));
    db.exec(`CREATE TABLE chunks (
      tenant TEXT NOT NULL, drive_id TEXT NOT NULL, recording_id TEXT NOT NULL, name TEXT NOT NULL,
      ordinal INTEGER NOT NULL, chunk_id TEXT NOT NULL, state TEXT NOT NULL, facts TEXT NOT NULL,
      PRIMARY KEY (tenant, drive_id, recording_id, name)) STRICT, WITHOUT ROWID`);
    const chunk = [tenant, driveId, recordingId, 'name', 0, 'id', 'shipped', '{}'];
    db.prepare('INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?, ?)').run(...chunk);
    db.close();

    const taken = openSqliteJournal({ file: old });
    const beginning = { prefixSha256: [sha256Of('p')], firstMessageSha256: sha256Of('m'), startTime: '1' };
    const whole = { ...entry, recordingId: sha256Of('whole') as string as RecordingId, beginning };
    expect(taken.recordingsById(tenant, recordingId)).toEqual([entry]);
    expect([...taken.chunks(entry)]).toEqual([{ name: 'name', facts: {}, state: 'shipped' }]);
    expect(taken.likelyCopies(whole)).toEqual([entry]);
    taken.putRecording(whole);
    expect(taken.likelyCopies({ ...whole, headSha256: sha256Of('shorter') })).toEqual([whole]);
    taken.close();
  });

  it('says what to do when its file is no journal', async () => {
    const wrong = join(folder, 'wrong.sqlite');
    await writeFile(wrong, 'this is no SQLite file, and it is long enough to be looked at '.repeat(20));
    let thrown: unknown;
    try {
      openSqliteJournal({ file: wrong });
    } catch (error) {
      thrown = error;
    }
    expect(isPitlaneError(thrown, 'corrupt-input')).toBe(true);
    expect(String(thrown)).toContain('move it away');
  });
});
