/**
 * What every journal must do, as cases that run over any of them. Each case works with a tenant of its own; docks have
 * none, so a case looks for its own among them.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type ChunkId, type DriveId, type RecordingId, type Sha256Hex, sha256Of } from '@pitlane/contracts/identity';
import type { ChunkFacts } from '@pitlane/contracts/manifest';
import type { Receipt } from '@pitlane/contracts/receipt';
import type { ContractCase } from '../contract/index.ts';
import { assertSame, ofTenant, recordingOf } from './contract-recordings.ts';
import { actionsContract } from './contract-actions.ts';
import { likelyCopiesContract } from './contract-copies.ts';
import { ordersContract } from './contract-orders.ts';
import { outboxContract } from './contract-outbox.ts';
import { previewsContract } from './contract-previews.ts';
import type { ChunkEntry, DockEntry, Journal, RecordingEntry, Shipment } from './index.ts';

export const journalContract: readonly ContractCase<Journal>[] = [
  ofTenant('keeps docks in the order of docking, the newest word on each', (journal) => {
    const [late, early] = [dockOf({ dockedAtMs: 2000 }), dockOf({ dockedAtMs: 1000 })];
    journal.putDock(late);
    journal.putDock(early);
    journal.putDock({ ...late, state: 'failed', error: 'the disk was pulled', driveIds: [driveId('d')] });
    const own = journal.docks().filter(({ dockId }) => dockId === late.dockId || dockId === early.dockId);
    assert.deepEqual(own, [
      early,
      { ...late, state: 'failed', error: 'the disk was pulled', driveIds: [driveId('d')] },
    ]);
  }),
  ofTenant('remembers a disk by its serial, the newest word on each', (journal) => {
    const [serial, other] = [randomUUID(), randomUUID()];
    const disk = { serial, model: 'SSD', vehicleIds: ['car-1'], dockedAtMs: 1000 };
    journal.putDisk(disk);
    journal.putDisk({ ...disk, serial: other, model: null });
    journal.putDisk({ ...disk, vehicleIds: ['car-2', 'car-3'], dockedAtMs: 2000 });
    assert.deepEqual(journal.disk(serial), { ...disk, vehicleIds: ['car-2', 'car-3'], dockedAtMs: 2000 });
    assert.deepEqual(journal.disk(other), { ...disk, serial: other, model: null });
    assert.equal(journal.disk(randomUUID()), undefined);
  }),
  ofTenant('finds a recording by its id and its drive, within its tenant alone', (journal, tenant) => {
    const one = recordingOf(tenant, 'one');
    const likely = recordingOf(tenant, 'two');
    const elsewhere = recordingOf(tenant, 'one', { driveId: driveId('other') });
    const foreign = recordingOf(`${tenant}-foreign`, 'one');
    for (const entry of [one, likely, elsewhere, foreign]) journal.putRecording(entry);
    assertSame(journal.recordingsById(tenant, one.recordingId), [one, elsewhere]);
    assertSame(journal.recordingsOfDrive(tenant, one.driveId), [one, likely]);
    assertSame(journal.recordingsOfDrive(tenant, driveId('unknown')), []);
  }),
  ...likelyCopiesContract,
  ...ordersContract,
  ...previewsContract,
  ...outboxContract,
  ...actionsContract,
  ofTenant(
    'gives every recording of every drive, however many, and lets them be moved meanwhile',
    (journal, tenant) => {
      const entries = Array.from({ length: 205 }, (_, i) =>
        recordingOf(tenant, `recording ${i}`, { driveId: driveId(`drive ${i % 3}`), state: 'staged' }),
      );
      for (const entry of entries) journal.putRecording(entry);
      const found: RecordingEntry[] = [];
      for (const entry of journal.recordings()) {
        if (entry.tenant !== tenant) continue;
        found.push(entry);
        journal.setState(entry, 'shipped');
      }
      assertSame(found, entries);
      assert.equal(
        [...journal.recordings()].filter((one) => one.tenant === tenant && one.state === 'shipped').length,
        205,
      );
    },
  ),
  ofTenant('moves a recording and leaves all else of it as it was', (journal, tenant) => {
    const entry = recordingOf(tenant, 'moved', { state: 'staged' });
    const other = recordingOf(tenant, 'stays', { state: 'staged' });
    journal.putRecording(entry);
    journal.putRecording(other);
    journal.setState(entry, 'receipted');
    assertSame(journal.recordingsOfDrive(tenant, entry.driveId), [{ ...entry, state: 'receipted' }, other]);
    journal.putRecording({ ...entry, state: 'shipped', bytes: 7 });
    assertSame(journal.recordingsById(tenant, entry.recordingId), [{ ...entry, state: 'shipped', bytes: 7 }]);
  }),
  ofTenant(
    'gives the chunks of a recording in the order of their ordinals, and lets them be moved meanwhile',
    (journal, tenant) => {
      const [key, other] = [recordingOf(tenant, 'chunked'), recordingOf(tenant, 'other')];
      const entries = Array.from({ length: 1005 }, (_, i) => chunkOf(i));
      for (const entry of entries.toReversed()) journal.putChunk(key, entry);
      journal.putChunk(other, chunkOf(0));
      assert.deepEqual([...journal.chunks(key)], entries);
      assert.deepEqual([...journal.chunks(other)], [chunkOf(0)]);
      assert.deepEqual(journal.chunk(key, chunkOf(7).name), chunkOf(7));
      assert.equal(journal.chunk(other, chunkOf(7).name), undefined);
      assert.deepEqual([...journal.chunks(recordingOf(tenant, 'none'))], []);
      let moved = 0;
      for (const { name } of journal.chunks(key)) {
        if (moved % 100 === 0) journal.setChunkState(key, name, 'shipped', SHIPMENT);
        moved += 1;
      }
      assert.equal(moved, entries.length);
      assert.equal([...journal.chunks(key)].filter(({ state }) => state === 'shipped').length, 11);
    },
  ),
  ofTenant('takes a chunk twice as one, and finds it by its id and its object', (journal, tenant) => {
    const key = recordingOf(tenant, 'twice');
    const chunk = chunkOf(3, tenant);
    journal.putChunk(key, chunk);
    journal.putChunk(key, chunk);
    journal.setChunkState(key, chunk.name, 'shipped', SHIPMENT);
    const { driveId: drive, recordingId } = key;
    const found = [{ ...chunk, state: 'shipped', shipment: SHIPMENT, tenant, driveId: drive, recordingId }];
    assert.deepEqual(journal.findChunk(chunk.facts.chunkId), found);
    assert.deepEqual(journal.findChunk(chunk.facts.object), found);
    assert.deepEqual(journal.findChunk('no such chunk'), []);
    const back = { ...SHIPMENT, resent: 1, overdueSinceMs: 7 };
    journal.setChunkState(key, chunk.name, 'chunked', back);
    assert.deepEqual([...journal.chunks(key)], [{ ...chunk, state: 'chunked', shipment: back }]);
  }),
  ofTenant('forgets the chunks of one recording and no other', (journal, tenant) => {
    const [key, other] = [recordingOf(tenant, 'dropped'), recordingOf(tenant, 'kept')];
    for (const one of [key, other]) journal.putChunk(one, chunkOf(0));
    journal.dropChunks(key);
    assert.deepEqual([[...journal.chunks(key)].length, [...journal.chunks(other)].length], [0, 1]);
  }),
  ofTenant('moves what a receipt signs for together with it', (journal, tenant) => {
    const [one, two, other] = ['one', 'two', 'other'].map((name) => recordingOf(tenant, name, { state: 'shipped' }));
    assert.ok(one && two && other);
    for (const entry of [one, two, other]) journal.putRecording(entry);
    journal.putReceipt(receiptOf(tenant, 'r'), [one, two]);
    const receipted = [one, two].map((entry): RecordingEntry => ({ ...entry, state: 'receipted' }));
    assertSame(journal.recordingsOfDrive(tenant, one.driveId), [...receipted, other]);
    assert.equal(journal.receipts(tenant, one.driveId).length, 1);
  }),
  ofTenant('tells of a receipt together with it', (journal, tenant) => {
    const receiver = randomUUID();
    const event = { eventId: randomUUID(), type: 'drive.receipted', line: 'd', body: '{}', toldAtMs: 1 };
    journal.putReceipt(receiptOf(tenant, 'told'), [], [{ ...event, receivers: [receiver] }]);
    assert.equal(journal.receipts(tenant, driveId('d')).length, 1);
    assert.deepEqual(
      journal.outbox.heads(receiver, 9).map(({ eventId }) => eventId),
      [event.eventId],
    );
  }),
  ofTenant('keeps receipts in the order in which they came, each once', (journal, tenant) => {
    const [first, second] = [receiptOf(tenant, 'z'), receiptOf(tenant, 'a')];
    journal.putReceipt(first);
    journal.putReceipt(second);
    assert.deepEqual(journal.receipts(tenant, driveId('d')), [first, second]);
    journal.putReceipt(second);
    assert.equal(journal.receipts(tenant, driveId('d')).length, 2);
    assert.deepEqual(journal.receipts(`${tenant}-foreign`, driveId('d')), []);
  }),
];

const SHIPMENT: Shipment = { attempt: '0123456789abcdef', shippedAtMs: 5, resent: 0 };
const driveId = (name: string): DriveId => name as DriveId;

const dockOf = (given: Partial<DockEntry>): DockEntry => ({
  dockId: randomUUID(),
  path: '/media/disk',
  tenant: 'default',
  vehicleId: null,
  priority: 99,
  dockedAtMs: 0,
  state: 'open',
  driveIds: [],
  error: null,
  ...given,
});

function chunkOf(ordinal: number, salt = ''): ChunkEntry {
  const chunkId = sha256Of(`${salt}${ordinal}`) as string as ChunkId;
  const facts: ChunkFacts = {
    chunkId,
    recordingId: sha256Of('recording') as string as RecordingId,
    kind: 'log',
    ordinal,
    group: '',
    windowStart: '0',
    part: ordinal,
    sourceStart: 0,
    sourceEnd: 1,
    startTime: '0',
    endTime: '18446744073709551615',
    messages: 1,
    bytesRaw: 1,
    object: `v1/00/t/v/d/${chunkId}.mcap`,
    bytesStored: 1,
    crc32c: '00000000',
    sha256: sha256Of(''),
    channels: [],
  };
  return { name: `log-0-${ordinal}-abc`, facts, state: 'chunked' };
}

const receiptOf = (tenant: string, id: string): Receipt => ({
  receiptId: id as Sha256Hex,
  keyId: 'key',
  signature: 'AA==',
  body: {
    receiptVersion: 1,
    tenant,
    driveId: driveId('d'),
    vehicleId: 'v',
    dockId: 'dock',
    garage: 'g',
    store: 'file',
    manifestObject: 'm',
    manifestSha256: sha256Of('m'),
    recordings: [],
    chunks: 0,
    bytesStored: 0,
    objectsSha256Root: sha256Of(''),
    signedAt: '2026-01-01T00:00:00Z',
  },
});
