import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DriveId, sha256Of } from '@pitlane/contracts/identity';
import type { RecordingFacts } from '@pitlane/contracts/manifest';
import { ObjectMetadata } from '@pitlane/contracts/object-layout';
import { RECEIPT_VERSION, type Receipt, signReceipt } from '@pitlane/contracts/receipt';
import { openSqliteJournal } from '@pitlane/journal-sqlite';
import type { ChunkEntry, DockEntry, RecordingEntry } from '@pitlane/ports/journal';
import { recordingFolder } from '@pitlane/ports/spool';
import { openFileSpool } from '@pitlane/spool-files';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimOf } from '../../test/support/claimed-chunk.ts';
import { MemoryObjectStore } from '../../test/support/memory-object-store.ts';
import { clearLeftovers } from './clear-leftovers.ts';
import { nameOf } from './cut-recording.ts';
import { JOURNAL_RULES, type JournalFault, type JournalSurroundings, journalFaults } from './journal-faults.ts';
import { stagedFileOf, stagedFiles, stagedIndexes } from './staged-copies.ts';

const content = new Uint8Array(Buffer.from('the bytes of a chunk'));
const keys = generateKeyPairSync('ed25519');
const NOW_MS = 1_767_225_600_000;
const clock = { nowMs: () => NOW_MS, monotonicMs: () => 0 };

let folder: string;
let home: JournalSurroundings & { readonly store: MemoryObjectStore };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pitlane-faults-'));
  home = {
    spool: await openFileSpool({ root: join(folder, 'spool') }),
    journal: openSqliteJournal({ file: ':memory:' }),
    store: new MemoryObjectStore(),
    stagedRoot: join(folder, 'staged'),
    receiptKey: keys.publicKey,
  };
});

afterEach(async () => {
  home.journal.close();
  await rm(folder, { recursive: true, force: true });
});

const dockOf = (dockId: string, state: DockEntry['state'], dockedAtMs = NOW_MS): DockEntry => ({
  dockId,
  state,
  dockedAtMs,
  path: '/media/disk',
  tenant: 'default',
  vehicleId: null,
  priority: 99,
  driveIds: [],
  error: null,
});

function entryOf(name: string, given: Partial<RecordingEntry> = {}): RecordingEntry {
  const { drive, chunk } = claimOf(content);
  return {
    ...drive,
    recordingId: sha256Of(name) as string as RecordingEntry['recordingId'],
    driveId: `drive of ${name}` as DriveId,
    dockId: `dock of ${name}`,
    path: `${name}.mcap`,
    bytes: 100,
    headSha256: sha256Of(`head of ${name}`),
    beginning: null,
    format: 'mcap',
    state: 'shipped',
    cut: { recording: { ...chunk, chunks: 3 } as unknown as RecordingFacts, channels: [], losses: [] },
    ...given,
  };
}

const chunkOf = ({ driveId, recordingId }: RecordingEntry, ordinal: number): ChunkEntry => {
  const facts = { ...claimOf(content, `${driveId} ${ordinal}`).chunk, recordingId, ordinal, part: ordinal };
  return { name: nameOf(facts), facts, state: 'chunked' };
};

async function spooled(entry: RecordingEntry, { name }: Pick<ChunkEntry, 'name'>): Promise<void> {
  const file = await home.spool.create(recordingFolder(entry), name);
  await file.append([content]);
  await file.seal();
}

const stored = ({ facts }: ChunkEntry) =>
  home.store.replace(facts.object, content, {
    [ObjectMetadata.chunkId]: facts.chunkId,
    [ObjectMetadata.sha256]: facts.sha256,
  });

async function staged(dockId: string, name: string): Promise<void> {
  await mkdir(join(home.stagedRoot, dockId), { recursive: true });
  await writeFile(join(home.stagedRoot, dockId, name), content);
}

function receiptOf(entry: RecordingEntry, privateKey = keys.privateKey): Receipt {
  const { tenant, driveId, vehicleId, dockId, recordingId, bytes } = entry;
  const body = {
    receiptVersion: RECEIPT_VERSION,
    tenant,
    driveId,
    vehicleId,
    dockId,
    garage: 'g',
    store: 'memory',
    manifestObject: 'm',
    manifestSha256: sha256Of('m'),
    chunks: 3,
    bytesStored: 60,
    recordings: [{ recordingId, bytes, lostBytes: 0 }],
    objectsSha256Root: sha256Of(''),
    signedAt: '2026-01-01T00:00:00Z',
  };
  return signReceipt(body, privateKey);
}

/** A recording that waits for its receipt: two of its chunks in the spool, one in the store; its copy staged. */
async function waiting(): Promise<RecordingEntry> {
  const entry = entryOf('waiting');
  home.journal.putDock(dockOf(entry.dockId, 'open'));
  home.journal.putRecording(entry);
  for (const ordinal of [0, 1, 2]) {
    const chunk = chunkOf(entry, ordinal);
    if (ordinal < 2) await spooled(entry, chunk);
    else stored(chunk);
    home.journal.putChunk(entry, chunk);
  }
  await staged(entry.dockId, stagedFileOf(entry).name);
  return entry;
}

/** One that is signed for. */
async function signed(): Promise<RecordingEntry> {
  const entry = entryOf('signed', { state: 'receipted' });
  home.journal.putDock(dockOf(entry.dockId, 'done'));
  home.journal.putRecording(entry);
  for (const ordinal of [0, 1, 2]) home.journal.putChunk(entry, chunkOf(entry, ordinal));
  home.journal.putReceipt(receiptOf(entry));
  await staged(entry.dockId, stagedFileOf(entry).name);
  return entry;
}

async function faults(): Promise<JournalFault[]> {
  const found: JournalFault[] = [];
  for await (const fault of journalFaults(home)) found.push(fault);
  return found;
}

const rules = async (): Promise<string[]> => (await faults()).map(({ rule, kind }) => `${rule} ${kind}`);

describe('the invariants of the journal', () => {
  let open: RecordingEntry;
  let done: RecordingEntry;
  beforeEach(async () => {
    [open, done] = [await waiting(), await signed()];
    expect(await faults()).toEqual([]);
  });

  const breaks: Record<string, () => void | Promise<unknown>> = {
    'dock-known': () => home.journal.putRecording({ ...open, dockId: 'never heard of' }),
    'chunks-somewhere': () => rm(join(folder, 'spool', recordingFolder(open), chunkOf(open, 1).name)),
    'chunks-whole': () => home.journal.dropChunks(open, [chunkOf(open, 1).name]),
    'receipt-kept': () => home.journal.putRecording({ ...done, bytes: 101 }),
    'dock-done': () => home.journal.putDock(dockOf(open.dockId, 'done')),
  };

  it.each(Object.keys(breaks))('say so when it does not hold: %s', async (rule) => {
    await breaks[rule]?.();
    const [fault] = (await faults()).filter((one) => one.kind === 'broken');
    expect(fault?.rule).toBe(rule);
    expect(fault?.text).toMatch(/dock it again/);
  });

  it('say so of a spool file that is shorter than its chunk, and of an object that is another chunk', async () => {
    await writeFile(join(folder, 'spool', recordingFolder(open), chunkOf(open, 0).name), 'short');
    home.store.replace(chunkOf(open, 2).facts.object, content, { [ObjectMetadata.chunkId]: 'another' });
    expect(await rules()).toEqual(['chunks-somewhere broken', 'chunks-somewhere broken']);
  });

  it('say so of a receipt that another key signed, unless nobody knows which key is right', async () => {
    const other = generateKeyPairSync('ed25519');
    home = { ...home, receiptKey: other.publicKey };
    const [fault] = await faults();
    expect(fault).toMatchObject({
      rule: 'receipt-kept',
      text: expect.stringMatching(/it names key .*not.*Wipe nothing/),
    });
    const { receiptKey: _, ...keyless } = home;
    home = keyless;
    expect(await faults()).toEqual([]);
  });

  it('stand in the document of the journal under the names of their checks', async () => {
    const document = await readFile(join(import.meta.dirname, '../../libs/ports/journal/README.md'), 'utf8');
    const named = [...document.matchAll(/^\| `([a-z-]+)` \| ([^|]+) \|/gm)].map(([, rule, words]) => [rule, words]);
    expect(named.map(([rule]) => rule)).toEqual(Object.keys(JOURNAL_RULES));
    expect(Object.keys(breaks)).toEqual(named.slice(0, 5).map(([rule]) => rule));
  });

  it('tell of what is left in spool and staging, and a garage takes away what nobody asks for', async () => {
    const name = stagedFileOf(open).name;
    await spooled(done, { name: 'left' });
    await (await home.spool.create('manifest-dock-drive', 'manifest')).seal();
    await (await home.spool.create(`${'0'.repeat(16)}-${sha256Of('unknown')}`, 'chunk')).seal();
    await staged(open.dockId, `${name}.part`);
    await staged(done.dockId, 'never-told');
    await staged('unknown dock', name);
    const told = await faults();
    expect(told.map(({ rule, kind }) => `${rule} ${kind}`).sort()).toEqual([
      ...Array.from({ length: 3 }, () => 'spool-owned left'),
      ...Array.from({ length: 3 }, () => 'staged-owned left'),
    ]);
    expect(told.filter(({ text }) => text.includes('goes when the node docks next')).length).toBe(4);
    expect(told.filter(({ text }) => text.endsWith('by hand')).length).toBe(2);

    for (const dockId of [done.dockId, 'never heard of', open.dockId, 'unknown dock']) {
      await writeFile(join(home.stagedRoot, `${dockId}.part.ndjson`), '');
    }
    expect(await clearLeftovers({ ...home, clock })).toBe(6);
    const lists = (await stagedIndexes(home.stagedRoot)).map(({ dockId }) => dockId);
    expect(lists.sort()).toEqual([open.dockId, 'unknown dock'].sort());
    expect((await faults()).map(({ text }) => text.endsWith('by hand'))).toEqual([true, true]);
    const copies: string[] = [];
    for await (const copy of stagedFiles(home.stagedRoot)) copies.push(`${copy.dockId}/${copy.name}`);
    const kept = [open, done].map(stagedFileOf).map((copy) => `${copy.dockId}/${copy.name}`);
    expect(copies.sort()).toEqual([...kept, `unknown dock/${name}`].sort());
    expect(await clearLeftovers({ ...home, clock })).toBe(0);
  });

  it('leave the copies of a dock that goes on, and those that an earlier dock made of a recording', async () => {
    const day = 24 * 3_600_000;
    for (const [dockId, hours] of [
      ['goes on', 23],
      ['is over', 25],
    ] as const) {
      home.journal.putDock(dockOf(dockId, 'failed', NOW_MS - (hours / 24) * day));
      await staged(dockId, 'copy');
    }
    const before = { dockId: 'is over', headSha256: sha256Of('head'), path: 'before.mcap' };
    home.journal.putRecording({ ...open, earlierCopies: [before] });
    await staged(before.dockId, stagedFileOf(before).name);
    expect(await clearLeftovers({ ...home, clock })).toBe(1);
    expect(await faults()).toEqual([]);
  });
});
