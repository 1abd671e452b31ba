import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ChunkId, DriveId, RecordingId, Sha256Hex } from '../identity/index.ts';
import type { ChunkFacts, DriveFacts } from '../manifest/index.ts';
import type { ReceiptBody } from '../receipt/index.ts';
import {
  type Answer,
  type ChunkClaim,
  type DatasetRecord,
  type DeadLetter,
  type DockRecord,
  type Landing,
  type DeriveRequest,
  LogTopic,
  type ManifestClosed,
  STATES,
} from './index.ts';

const hex = <T extends string>(digit: string): T => digit.repeat(64) as T;
const recordingId = hex<RecordingId>('1');
const names = { tenant: 'default', driveId: 'car-1-20260101T000000Z-00000000' as DriveId, vehicleId: 'car-1' };
const drive: DriveFacts = { ...names, labels: { software: '1.2.3' }, startTime: '1767225600000000000' };
const chunk: ChunkFacts = {
  chunkId: hex<ChunkId>('4'),
  recordingId,
  kind: 'log',
  ordinal: 0,
  group: '',
  windowStart: '60000000000',
  part: 0,
  sourceStart: 0,
  sourceEnd: 100,
  startTime: '60000000000',
  endTime: '60000000001',
  messages: 9,
  bytesRaw: 369,
  object: 'v1/00/default/car-1/d/x.mcap',
  bytesStored: 200,
  crc32c: '00000000',
  sha256: hex<Sha256Hex>('5'),
  channels: [],
};
const body: ReceiptBody = {
  receiptVersion: 1,
  ...names,
  dockId: 'dock-1',
  garage: 'north',
  store: 'file',
  manifestObject: 'v1/m.ndjson',
  manifestSha256: hex<Sha256Hex>('8'),
  recordings: [{ recordingId, bytes: 123, lostBytes: 0 }],
  chunks: 1,
  bytesStored: 200,
  objectsSha256Root: hex<Sha256Hex>('9'),
  signedAt: '2026-01-01T00:00:00Z',
};

const docked: DockRecord = {
  type: 'docked',
  drive,
  dock: { dockId: 'dock-1', garage: 'north', dockedAtMs: 1767225600000 },
  recordings: [
    {
      recordingId,
      path: 'a.mcap',
      format: 'mcap',
      bytes: 123,
      headSha256: hex<Sha256Hex>('2'),
      startTime: '0',
      endTime: null,
      messages: null,
      topics: [{ topic: '/imu', schemaName: 'sensor_msgs/Imu', messages: 9 }],
    },
  ],
  pending: [recordingId],
};
const moved: DockRecord = { type: 'moved', drive: names, recordingId, state: 'staged' };
const previewed: DockRecord = { type: 'previewed', drive: names, previewId: hex<Sha256Hex>('6') };
const claim: ChunkClaim = { drive: names, chunk };
const landing: Landing = { ...claim, stored: { generation: '1', bytesStored: 200, crc32c: '00000000' } };
const closed: ManifestClosed = {
  drive: names,
  dockId: 'dock-1',
  manifestObject: 'v1/m.ndjson',
  manifestSha256: hex<Sha256Hex>('8'),
};
const resend: Answer = {
  type: 'resend',
  dockId: 'dock-1',
  driveId: names.driveId,
  manifestSha256: hex<Sha256Hex>('8'),
  reason: '1 objects are missing or wrong',
  objects: [chunk.object],
};
const receipt: Answer = {
  type: 'receipt',
  dockId: 'dock-1',
  receipt: { receiptId: hex<Sha256Hex>('7'), body, keyId: '0123456789abcdef', signature: 'AA==' },
};

const deadLetter: DeadLetter = {
  lane: 'bulk',
  partition: 3,
  firstOffset: '10',
  lastOffset: '9007199254740993',
  chunkId: chunk.chunkId,
  attempt: '0123456789abcdef',
  object: chunk.object,
  reason: 'a frame is missing',
  isResent: true,
  setAsideAtMs: 1767225600000,
};

const deriveRequest: DeriveRequest = {
  drive: landing.drive,
  chunkId: chunk.chunkId,
  object: chunk.object,
  bytesStored: 1000,
};
const frozen: DatasetRecord = { type: 'frozen', tenant: 'acme', snapshotId: hex<Sha256Hex>('9') };
const built: DatasetRecord = { ...frozen, type: 'built', shards: [{ split: 'train', shard: 3 }] };

describe('records of the message log', () => {
  it('stand on the wire as they always did', () => {
    const told = {
      docked,
      moved,
      previewed,
      claim,
      landing,
      closed,
      resend,
      receipt,
      deriveRequest,
      frozen,
      built,
      deadLetter,
    };
    const records = { topics: LogTopic, states: STATES, ...told };
    const golden: unknown = JSON.parse(readFileSync(new URL('./golden/records.json', import.meta.url), 'utf8'));
    const fault =
      'a record has changed, and other versions read it: raise the v1 of its topic, or take the change back';
    expect(JSON.parse(JSON.stringify(records)), fault).toEqual(golden);
  });
});
