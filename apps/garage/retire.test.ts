import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryLog } from '@pitlane/base/telemetry';
import { type DriveId, sha256Of } from '@pitlane/contracts/identity';
import { ObjectMetadata, receiptObjectName, receiptObjectsName } from '@pitlane/contracts/object-layout';
import { RECEIPT_VERSION, type Receipt, type ReceiptBody, signReceipt } from '@pitlane/contracts/receipt';
import { openSqliteJournal } from '@pitlane/journal-sqlite';
import type { RecordingEntry } from '@pitlane/ports/journal';
import { recordingFolder } from '@pitlane/ports/spool';
import { openFileSpool } from '@pitlane/spool-files';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimOf } from '../../test/support/claimed-chunk.ts';
import { ListedMessages } from '../../test/support/listed-messages.ts';
import { MemoryObjectStore } from '../../test/support/memory-object-store.ts';
import { nameOf } from './cut-recording.ts';
import { makeRoom } from './make-room.ts';
import { retireDrive, type Retired } from './retire.ts';
import { stagedBytes, stagedName } from './staged-copies.ts';
import { isStillStored } from './still-stored.ts';
import type { GarageTools } from './tools.ts';

const content = new Uint8Array(Buffer.from('the bytes of a chunk'));
const keys = generateKeyPairSync('ed25519');

let folder: string;
let store: MemoryObjectStore;
let tools: GarageTools;
/** What was uploaded, by recording and folder, bytes each. */
const uploaded = new Map<string, number>();

async function freed(recordingId: string, folders: ReadonlySet<string>, dryRun: boolean): Promise<number> {
  let bytes = 0;
  for (const key of [...folders].map((one) => `${recordingId} ${one}`)) {
    bytes += uploaded.get(key) ?? 0;
    if (!dryRun) uploaded.delete(key);
  }
  return bytes;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pitlane-retire-'));
  store = new MemoryObjectStore();
  const spoolRoot = join(folder, 'spool');
  tools = {
    settings: { spoolRoot, stagedRoot: join(folder, 'staged') },
    spool: await openFileSpool({ root: spoolRoot }),
    journal: openSqliteJournal({ file: ':memory:' }),
    store,
    log: new ListedMessages(),
    receiptKey: keys.publicKey,
    telemetry: memoryLog(),
    uploads: { drivesRoot: join(folder, 'uploads'), free: freed },
  } as unknown as GarageTools;
});

afterEach(async () => {
  tools.journal.close();
  uploaded.clear();
  await rm(folder, { recursive: true, force: true });
});

const metadataOf = ({ chunkId, sha256 }: { chunkId: string; sha256: string }) => ({
  [ObjectMetadata.chunkId]: chunkId,
  [ObjectMetadata.sha256]: sha256,
});

const chunkOf = (driveId: string, ordinal: number) => ({ ...claimOf(content, `${driveId} ${ordinal}`).chunk, ordinal });

/** A drive with one receipted recording, the same in each, of three stored chunks; one of them is still spooled. */
async function receipted(driveId: DriveId): Promise<RecordingEntry> {
  const { drive, chunk } = claimOf(content);
  const entry: RecordingEntry = {
    ...drive,
    driveId,
    recordingId: chunk.recordingId,
    dockId: `dock of ${driveId}`,
    path: 'log.mcap',
    bytes: 100,
    headSha256: sha256Of('head'),
    beginning: null,
    format: 'mcap',
    state: 'receipted',
    cut: null,
  };
  tools.journal.putRecording(entry);
  for (const ordinal of [0, 1, 2]) {
    const facts = { ...chunkOf(driveId, ordinal), part: ordinal };
    tools.journal.putChunk(entry, { name: nameOf(facts), facts, state: 'shipped' });
    store.replace(facts.object, content, metadataOf(facts));
  }
  const file = await tools.spool.create(recordingFolder(entry), 'left');
  await file.append([content]);
  await file.seal();
  const { tenant, vehicleId, dockId, recordingId, bytes } = entry;
  const body: ReceiptBody = {
    receiptVersion: RECEIPT_VERSION,
    tenant,
    driveId,
    vehicleId,
    dockId,
    garage: 'garage',
    store: 'memory',
    manifestObject: `manifest of ${driveId}`,
    manifestSha256: sha256Of('manifest'),
    recordings: [{ recordingId, bytes, lostBytes: 0 }],
    chunks: 3,
    bytesStored: 3 * content.byteLength,
    objectsSha256Root: sha256Of('objects'),
    signedAt: '2026-01-01T00:00:00Z',
  };
  putReceipt(body);
  return entry;
}

/** Signs and stores it, as the indexer does. */
function putReceipt(body: ReceiptBody): Receipt {
  const receipt = signReceipt(body, keys.privateKey);
  tools.journal.putReceipt(receipt);
  for (const name of papersOf(receipt)) store.replace(name, content, {});
  return receipt;
}

const papersOf = ({ body, receiptId }: Receipt): string[] => [
  body.manifestObject,
  receiptObjectName(body, receiptId),
  receiptObjectsName(body, receiptId),
];

const retire = (entry: RecordingEntry, dryRun = false) =>
  retireDrive(entry.tenant, entry.driveId, { dryRun }, tools).catch((error: unknown) => error);
const stateOf = (entry: RecordingEntry) => tools.journal.recordingsOfDrive(entry.tenant, entry.driveId)[0]?.state;
const spooledBytes = (entry: RecordingEntry) => tools.spool.folderBytes(recordingFolder(entry));

describe('retiring', () => {
  it('frees the spool of a drive whose objects are all there', async () => {
    const entry = await receipted('drive-1' as DriveId);
    expect(await retire(entry, true)).toMatchObject({ freedBytes: content.byteLength });
    expect([stateOf(entry), await spooledBytes(entry)]).toEqual(['receipted', content.byteLength]);
    expect(await retire(entry)).toMatchObject({ freedBytes: content.byteLength });
    expect([stateOf(entry), await spooledBytes(entry)]).toEqual(['retired', 0]);
  });

  it('is refused while objects are gone or hold other chunks, says how many, and frees nothing', async () => {
    const entry = await receipted('drive-1' as DriveId);
    const [gone, other] = [chunkOf('drive-1', 0), chunkOf('drive-1', 2)];
    await store.remove(gone.object);
    store.replace(other.object, content, { [ObjectMetadata.chunkId]: sha256Of('another chunk') });
    for (const dryRun of [true, false]) {
      const refused = (await retire(entry, dryRun)) as Error;
      expect(refused).toMatchObject({ code: 'refused' });
      expect(refused.message).toContain('objects missing from the store, or replaced there: 2');
      expect(refused.message).toContain(gone.object);
      expect(refused.message).toContain('Dock it again');
    }
    expect([stateOf(entry), await spooledBytes(entry)]).toEqual(['receipted', content.byteLength]);
  });

  it('is refused without manifest, receipt or the list of its objects, which docking again makes anew', async () => {
    const entry = await receipted('drive-1' as DriveId);
    const [first] = tools.journal.receipts(entry.tenant, entry.driveId) as [Receipt];
    for (const name of papersOf(first)) {
      await store.remove(name);
      const refused = (await retire(entry)) as Error;
      expect(refused).toMatchObject({ code: 'refused' });
      expect(refused.message).toContain(name);
      expect(refused.message).toContain('Dock it again');
      expect(await isStillStored(entry, tools), 'docking goes by this').toBe(false);
      store.replace(name, content, {});
      expect(await isStillStored(entry, tools)).toBe(true);
    }
    for (const name of papersOf(first)) await store.remove(name);
    const later = putReceipt({ ...first.body, dockId: 'later', manifestObject: 'later manifest' });
    expect(await retire(entry)).toMatchObject({ receipts: [later.receiptId] });
  });

  it('asks for every receipt that a drive of two dockings stands on', async () => {
    const entry = await receipted('drive-1' as DriveId);
    const [first] = tools.journal.receipts(entry.tenant, entry.driveId) as [Receipt];
    const recordingId = sha256Of('another') as string as RecordingEntry['recordingId'];
    tools.journal.putRecording({ ...entry, recordingId, path: 'other.mcap' });
    const recordings = [{ recordingId, bytes: entry.bytes, lostBytes: 0 }];
    const second = putReceipt({ ...first.body, dockId: 'second', manifestObject: 'second manifest', recordings });
    await store.remove(first.body.manifestObject);
    expect(await retire(entry, true)).toMatchObject({ code: 'refused' });
    store.replace(first.body.manifestObject, content, {});
    expect(await retire(entry)).toMatchObject({ recordings: 2, receipts: [second.receiptId, first.receiptId] });
  });

  it('is refused when our own encoding has another size or CRC-32C, and takes that of another garage', async () => {
    const entry = await receipted('drive-1' as DriveId);
    const chunk = chunkOf('drive-1', 1);
    for (const spoilt of [content.subarray(1), content.toReversed()]) {
      store.replace(chunk.object, spoilt, metadataOf(chunk));
      const refused = (await retire(entry)) as Error;
      expect(refused).toMatchObject({ code: 'refused' });
      expect(refused.message).toContain(`of another size or CRC-32C than was sent: 1 (as ${chunk.object}`);
      expect(refused.message).toContain('Move the damaged away');
    }
    store.replace(chunk.object, content.subarray(1), metadataOf({ ...chunk, sha256: sha256Of('another encoding') }));
    expect(await retire(entry)).toMatchObject({ recordings: 1 });
  });

  it('says in one sentence what it freed, and where that lay', async () => {
    const entry = await receipted('drive-1' as DriveId);
    const { spoolRoot, stagedRoot } = tools.settings;
    const copies = join(stagedRoot, entry.dockId);
    await mkdir(copies, { recursive: true });
    await writeFile(join(copies, stagedName(entry.headSha256, entry.path)), 'a copy');
    const { text } = (await retire(entry)) as Retired;
    expect(text).toBe(
      `freed 20 B under ${spoolRoot} and 6 B under ${stagedRoot} of drive-1 (1 recording); the docked files are untouched.`,
    );
    expect(((await retire(entry)) as Retired).text).toContain(
      `nothing of drive-1 (1 recording) is left to free under ${spoolRoot} or ${stagedRoot};`,
    );
  });

  it('leaves alone what another drive has of the same recording', async () => {
    const [one, other] = [await receipted('drive-1' as DriveId), await receipted('drive-2' as DriveId)];
    expect(one.recordingId).toBe(other.recordingId);
    await retire(one);
    expect([await spooledBytes(one), await spooledBytes(other)]).toEqual([0, content.byteLength]);
    expect([stateOf(one), stateOf(other)]).toEqual(['retired', 'receipted']);
  });

  it('frees what an earlier version spooled by the recording alone', async () => {
    const entry = await receipted('drive-1' as DriveId);
    await (await tools.spool.create(entry.recordingId, 'old')).seal();
    await retire(entry);
    expect(await tools.spool.find(entry.recordingId, 'old')).toBeUndefined();
  });
});

describe('what was uploaded', () => {
  const upload = async (state: 'done' | 'failed', driveId = 'drive-1') => {
    const entry = await receipted('drive-1' as DriveId);
    const path = join(folder, 'uploads', 'car-1', 'friday');
    const dock = { dockId: `of ${state}`, path, tenant: entry.tenant, vehicleId: null, priority: 99, error: null };
    tools.journal.putDock({ ...dock, dockedAtMs: 1, state, driveIds: [driveId as DriveId] });
    uploaded.set(`${entry.recordingId} ${path}`, 1000);
    return { entry, dock };
  };

  it('stays where topics of it were withheld, because nothing else holds them', async () => {
    const { entry } = await upload('done');
    const [kept] = tools.journal.recordingsOfDrive(entry.tenant, entry.driveId);
    const losses = [{ reason: 'withheld', bytes: 0, keptIn: null }];
    const cut = { losses, channels: [] } as unknown as RecordingEntry['cut'];
    tools.journal.putRecording({ ...(kept as RecordingEntry), filter: { topics: [], exclude: ['/cabin'] }, cut });
    const told = (await retire(entry)) as Retired;
    expect([told.freedBytes, uploaded.size]).toEqual([20, 1]);
    expect(told.text).toContain('1.00 kB of uploads stay: they hold what was withheld');
  });

  it('goes with its drive, and is told', async () => {
    const { entry } = await upload('done');
    const told = (await retire(entry)) as Retired;
    expect(told.freedBytes).toBe(1020);
    expect(told.text).toMatch(/1\.00 kB under .*uploads of drive-1 .*; files on docked disks are untouched\./);
    expect(uploaded.size).toBe(0);
  });

  it('stays while the newest dock of its folder is not done, or holds other drives', async () => {
    const { entry, dock } = await upload('done');
    tools.journal.putDock({ ...dock, dockId: 'newer', dockedAtMs: 2, state: 'failed', driveIds: [entry.driveId] });
    expect(((await retire(entry)) as Retired).freedBytes).toBe(20);
    tools.journal.putDock({ ...dock, dockId: 'newest', dockedAtMs: 3, state: 'done', driveIds: ['other' as DriveId] });
    expect(((await retire(entry)) as Retired).freedBytes).toBe(0);
    expect(uploaded.size).toBe(1);
  });

  it('makes room for what comes next', async () => {
    await upload('done');
    expect(await makeRoom(tools, async () => true)).toBe(true);
    expect(uploaded.size).toBe(0);
  });
});

describe('room for the next disk', () => {
  const copyOf = ({ dockId, headSha256, path }: RecordingEntry): string =>
    join(folder, 'staged', dockId, stagedName(headSha256, path));

  /** Receipted drives with their staged copies, each of a dock that is done. */
  async function withCopies(...driveIds: string[]): Promise<RecordingEntry[]> {
    const entries: RecordingEntry[] = [];
    for (const [at, driveId] of driveIds.entries()) {
      const entry = await receipted(driveId as DriveId);
      await mkdir(join(folder, 'staged', entry.dockId), { recursive: true });
      await writeFile(copyOf(entry), 'a copy');
      const dock = { dockId: entry.dockId, path: '/disk', tenant: entry.tenant, vehicleId: null, priority: 99 };
      const driveList = [entry.driveId];
      tools.journal.putDock({ ...dock, dockedAtMs: at, state: 'done', driveIds: driveList, error: null });
      entries.push(entry);
    }
    return entries;
  }

  const stands = async (entry: RecordingEntry): Promise<boolean> =>
    (await stagedBytes(join(folder, 'staged', entry.dockId), stagedName(entry.headSha256, entry.path))) > 0;

  it('is made by freeing what is signed for, oldest first, and no more than is needed', async () => {
    const entries = await withCopies('first', 'second', 'third');
    let asked = 0;
    expect(await makeRoom(tools, async () => ++asked === 2)).toBe(true);
    expect(await Promise.all(entries.map(stands))).toEqual([false, false, true]);
  });

  it('is not made of a drive whose objects are gone, nor of one that is on its way', async () => {
    const [gone, underWay, sound] = (await withCopies('gone', 'under-way', 'sound')) as [
      RecordingEntry,
      RecordingEntry,
      RecordingEntry,
    ];
    await store.remove(chunkOf('gone', 1).object);
    tools.journal.setState(underWay, 'shipped');
    expect(await makeRoom(tools, async () => false)).toBe(false);
    expect([await stands(gone), await stands(underWay), await stands(sound)]).toEqual([true, true, false]);
  });
});
