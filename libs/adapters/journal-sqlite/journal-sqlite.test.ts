import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPitlaneError } from '@pitlane/base/errors';
import type { DriveId } from '@pitlane/contracts/identity';
import type { DockEntry, Journal } from '@pitlane/ports/journal';
import { journalContract } from '@pitlane/ports/journal/contract';
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

  it('has written an entry when the call returns, for another reader of the file too', () => {
    const reader = openSqliteJournal({ file });
    journal.putDock(dock);
    expect(reader.docks()).toEqual([dock]);
    reader.close();
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
