import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DriveId, sha256Of } from '@pitlane/contracts/identity';
import { ObjectMetadata } from '@pitlane/contracts/object-layout';
import { RECEIPT_VERSION, type ReceiptBody, signReceipt } from '@pitlane/contracts/receipt';
import { openSqliteJournal } from '@pitlane/journal-sqlite';
import type { RecordingEntry } from '@pitlane/ports/journal';
import { recordingFolder } from '@pitlane/ports/spool';
import { openFileSpool } from '@pitlane/spool-files';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimOf } from '../../test/support/claimed-chunk.ts';
import { ListedMessages } from '../../test/support/listed-messages.ts';
import { MemoryObjectStore } from '../../test/support/memory-object-store.ts';
import { nameOf } from './cut-recording.ts';
import { retireDrive } from './retire.ts';
import type { GarageTools } from './tools.ts';

const content = new Uint8Array(Buffer.from('the bytes of a chunk'));
const keys = generateKeyPairSync('ed25519');

let folder: string;
let store: MemoryObjectStore;
let tools: GarageTools;

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
  } as unknown as GarageTools;
});

afterEach(async () => {
  tools.journal.close();
  await rm(folder, { recursive: true, force: true });
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
    store.replace(facts.object, content, { [ObjectMetadata.chunkId]: facts.chunkId });
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
    manifestObject: 'manifest',
    manifestSha256: sha256Of('manifest'),
    recordings: [{ recordingId, bytes, lostBytes: 0 }],
    chunks: 3,
    bytesStored: 3 * content.byteLength,
    objectsSha256Root: sha256Of('objects'),
    signedAt: '2026-01-01T00:00:00Z',
  };
  tools.journal.putReceipt(signReceipt(body, keys.privateKey));
  return entry;
}

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
