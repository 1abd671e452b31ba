import { generateKeyPairSync } from 'node:crypto';
import { crc32, crc32c } from '@node-rs/crc32';
import { loadDecompressors } from '@pitlane/compressor-zstd';
import { type RecordingId, sha256Of } from '@pitlane/contracts/identity';
import type { ChunkFacts } from '@pitlane/contracts/manifest';
import { manifestText } from '@pitlane/contracts/manifest';
import {
  manifestObjectName,
  ObjectMetadata,
  receiptObjectName,
  receiptObjectsName,
} from '@pitlane/contracts/object-layout';
import { MerkleRoot, RECEIPT_VERSION, receiptObjectText, signReceipt } from '@pitlane/contracts/receipt';
import { describe, expect, it } from 'vitest';
import { objectOf } from '../../../../test/support/chunk-object.ts';
import { type GivenChannel, type GivenMessage, LandedDrive } from '../../../../test/support/landed-drive.ts';
import { planVerify, runVerify, type VerifyPlan } from '../index.ts';

const decompressors = await loadDecompressors();
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const CUTS = { chunkMessages: 100, innerMessages: 10, sliceBytes: 1000, compression: 'zstd' as const };
const LIDAR: GivenChannel = {
  topic: '/lidar/points',
  schema: { name: 'PointCloud2', encoding: 'ros2msg', data: Buffer.from('#') },
};
const IMU: GivenChannel = { topic: '/imu', messageEncoding: 'cdr' };

const messagesOf = (channel: number, count: number): GivenMessage[] =>
  Array.from({ length: count }, (_, i) => ({
    channel,
    sequence: i,
    logTimeNs: BigInt(i) * 100_000_000n,
    data: Buffer.alloc(50, i),
  }));

async function landed(): Promise<LandedDrive> {
  const drive = new LandedDrive(CUTS);
  await drive.add({
    path: 'drive.mcap',
    channels: [LIDAR, { ...IMU, group: 'imu' }, { ...IMU, group: 'imu' }, { topic: '/silent' }],
    messages: [...messagesOf(0, 100), ...messagesOf(2, 30), ...messagesOf(1, 30)],
    metadata: [['vehicle', { vin: '42' }]],
    attachments: [{ name: 'calibration', data: Buffer.from('matrix') }],
  });
  await drive.add({ path: 'notes.bin', opaque: Uint8Array.from({ length: 250_000 }, (_, i) => (i * i) >> 7) });
  return drive;
}

async function verified(drive: LandedDrive, request: { subset?: string; dayNumber?: number } = {}) {
  const plan = JSON.parse(JSON.stringify(await planVerify(drive.catalog, { ...drive.key, ...request }))) as VerifyPlan;
  const { drives } = await runVerify(plan, {
    store: drive.store,
    decompressors,
    crc32: (bytes, previous) => crc32(bytes, previous) >>> 0,
    crc32c: (bytes, previous) => crc32c(bytes, previous),
    receiptKey: publicKey,
  });
  const [only] = drives;
  if (!only) throw new Error('nothing was verified');
  return { ...only, text: only.faults.map(({ fault }) => fault).join('\n') };
}

const factsOf = (drive: LandedDrive, topic: string): ChunkFacts => {
  const facts = drive.facts.find(({ channels }) => channels.some((channel) => channel.topic === topic));
  if (!facts) throw new Error(`no chunk has ${topic}`);
  return facts;
};

/** Puts other bytes in the place of an object, with all sums and metadata mended, in the catalog too. */
function replace(drive: LandedDrive, facts: ChunkFacts, bytes: Uint8Array): void {
  const metadata = { [ObjectMetadata.chunkId]: facts.chunkId, [ObjectMetadata.sha256]: sha256Of(bytes) };
  const info = drive.store.replace(facts.object, bytes, metadata);
  const mended = {
    bytes_stored: info.bytes,
    crc32c: info.crc32c,
    generation: info.generation,
    sha256: sha256Of(bytes),
  };
  drive.views['chunks'] = drive.rows('chunks').map((row) => {
    return row['object'] === facts.object ? { ...row, ...mended } : row;
  });
}

describe('a verification', () => {
  it('finds nothing wrong with a drive that is as it was landed', async () => {
    const result = await verified(await landed());
    expect(result.text).toBe('');
    expect(result).toMatchObject({ chunks: 6, ok: true });
  });

  it('names the channel from which one message was removed, with CRC and metadata mended', async () => {
    const drive = await landed();
    const facts = factsOf(drive, '/lidar/points');
    const { bytes } = await objectOf(messagesOf(0, 100).toSpliced(40, 1), [{ ...LIDAR, index: 0, twin: 0 }], CUTS, '');
    replace(drive, facts, bytes);
    const { ok, faults } = await verified(drive);
    expect(ok).toBe(false);
    expect(faults).toEqual([
      {
        object: facts.object,
        chunkId: facts.chunkId,
        topic: '/lidar/points',
        fault: "/lidar/points has 99 messages instead of 100, its leaf differs from the catalog's",
      },
    ]);
  });

  it('sees a changed bit, two messages in another order and another schema', async () => {
    const others: [(messages: GivenMessage[]) => GivenMessage[], GivenChannel, RegExp][] = [
      [
        (messages) => messages.map((one, i) => (i === 5 ? { ...one, data: Buffer.alloc(50, 255) } : one)),
        LIDAR,
        /points has 100 messages, its leaf/,
      ],
      [
        (messages) => [...messages.slice(1, 2), ...messages.slice(0, 1), ...messages.slice(2)],
        LIDAR,
        /points has 100 messages, its leaf/,
      ],
      [
        (messages) => messages,
        { ...LIDAR, schema: { name: 'Other', encoding: '', data: Buffer.from('#') } },
        /points has another schema/,
      ],
    ];
    for (const [change, channel, fault] of others) {
      const drive = await landed();
      const { bytes } = await objectOf(change(messagesOf(0, 100)), [{ ...channel, index: 0, twin: 0 }], CUTS, '');
      replace(drive, factsOf(drive, '/lidar/points'), bytes);
      expect((await verified(drive)).text).toMatch(fault);
    }
  });

  it('tells a missing object, a replaced one, and one that lost its end', async () => {
    const drive = await landed();
    const [lidar, imu] = [factsOf(drive, '/lidar/points'), factsOf(drive, '/imu')];
    await drive.store.remove(lidar.object);
    drive.store.replace(imu.object, (await drive.store.read(imu.object)).slice(0, -20), {});
    const { text } = await verified(drive);
    expect(text).toMatch(/it is missing from the store, with \/lidar\/points/);
    expect(text).toMatch(/the store holds generation \d+, the catalog knows \d+: it was replaced/);
    expect(text).toMatch(/its metadata names chunk none/);
    expect(text).toMatch(/the store says CRC-32C/);
    expect(text).toMatch(/longer than what is left|does not end as an MCAP file|ends inside/);
  });

  it('tells bytes that changed behind the back of the store, by its own CRC', async () => {
    const drive = await landed();
    const { object } = factsOf(drive, '/lidar/points');
    const held = drive.store.objects.get(object) as { bytes: Uint8Array };
    for (let at = 200; at < held.bytes.byteLength - 8; at += 97) {
      const before = held.bytes.at(at) ?? 0;
      held.bytes[at] = before ^ 16;
      const { text } = await verified(drive);
      expect(text).toMatch(/its bytes have CRC-32C/);
      expect(text).toMatch(/its SHA-256 is/);
      held.bytes[at] = before;
    }
  });

  it('tells an index that leads readers elsewhere, though every message is there', async () => {
    const drive = await landed();
    const facts = factsOf(drive, '/lidar/points');
    const bytes = (await drive.store.read(facts.object)).slice();
    const wrong = Buffer.from(bytes.buffer);
    // The last MessageIndex of ten entries: its first entry leads one byte further.
    let at = -1;
    for (let i = 0; i + 15 < wrong.length; i += 1) if (wrong[i] === 7 && wrong.readUInt32LE(i + 1) === 166) at = i;
    wrong.writeUInt8(wrong.readUInt8(at + 23) + 1, at + 23);
    replace(drive, facts, bytes);
    expect((await verified(drive)).text).toMatch(/message index at byte \d+ leads to no message/);
  });

  it('tells leaves that do not give the digest, and metadata that is not the one of the catalog', async () => {
    const drive = await landed();
    const channels = drive.rows('channels');
    drive.views['channels'] = channels.map((row) =>
      row['topic'] === '/lidar/points' ? { ...row, digest: '00' } : row,
    );
    const extras = drive.rows('chunk_topics');
    drive.views['chunk_topics'] = extras.map((row) =>
      row['topic'] === 'pitlane/metadata' ? { ...row, leaf: '11' } : row,
    );
    const { text } = await verified(drive);
    expect(text).toMatch(/the leaves of \/lidar\/points in recording 1 .* do not give its digest/);
    expect(text).toMatch(/pitlane\/metadata has 1 message, its leaf differs/);
  });

  it('passes over a recording whose dock is still open', async () => {
    const drive = await landed();
    drive.views['channels'] = [];
    expect(await verified(drive)).toMatchObject({ ok: true, chunks: 4 });
  });

  it('reads another share every day and all of it in the end', async () => {
    const drive = await landed();
    const seen = new Set<string>();
    let chunks = 0;
    for (let dayNumber = 100; dayNumber < 103; dayNumber += 1) {
      drive.store.reads.length = 0;
      const result = await verified(drive, { subset: '1/3', dayNumber });
      expect(result.ok).toBe(true);
      chunks += result.chunks;
      for (const { name } of drive.store.reads) seen.add(name);
    }
    expect([chunks, seen.size]).toEqual([6, 6]);
  });
});

async function signed(
  drive: LandedDrive,
  change: (chunks: ChunkFacts[]) => ChunkFacts[] = (chunks) => chunks,
): Promise<string> {
  const recordings = drive.rows('recordings').map((row) => row['recording_id'] as RecordingId);
  const lines = change(drive.facts).map((chunk) => manifestText({ type: 'chunk', ...chunk, channels: [] }));
  const manifest = Buffer.from(
    [...lines, manifestText({ type: 'end', recordings: 2, channels: 0, chunks: lines.length, losses: 0 })].join(''),
  );
  const manifestObject = manifestObjectName(drive, sha256Of(manifest));
  drive.store.replace(manifestObject, manifest, {});
  const objects = drive.facts.map(({ chunkId, object }) => {
    const {
      generation,
      bytes,
      crc32c: crc,
    } = (drive.store.objects.get(object) as { info: { generation: string; bytes: number; crc32c: string } }).info;
    return { chunkId, object, generation, bytesStored: bytes, crc32c: crc };
  });
  const root = new MerkleRoot();
  for (const object of objects) root.add(receiptObjectText(object));
  const receipt = signReceipt(
    {
      receiptVersion: RECEIPT_VERSION,
      ...drive.key,
      vehicleId: drive.vehicleId,
      dockId: 'dock',
      garage: 'garage',
      store: 'memory',
      manifestObject,
      manifestSha256: sha256Of(manifest),
      recordings: recordings.map((recordingId) => ({ recordingId, bytes: 0, lostBytes: 0 })),
      chunks: objects.length,
      bytesStored: objects.reduce((sum, { bytesStored }) => sum + bytesStored, 0),
      objectsSha256Root: root.digest(),
      signedAt: '2026-01-01T00:00:00Z',
    },
    privateKey,
  );
  const object = receiptObjectName(drive, receipt.receiptId);
  drive.store.replace(object, Buffer.from(JSON.stringify(receipt)), {});
  drive.store.replace(
    receiptObjectsName(drive, receipt.receiptId),
    Buffer.from(objects.map(receiptObjectText).join('')),
    {},
  );
  drive.row('receipts', { receipt_id: receipt.receiptId, object });
  return object;
}

describe('the receipt in a verification', () => {
  it('holds when it is signed and its manifest says what the catalog says', async () => {
    const drive = await landed();
    await signed(drive);
    expect((await verified(drive)).text).toBe('');
  });

  it('holds only while the objects of a superseded copy are there, as they were signed', async () => {
    const drive = await landed();
    const half = { path: 'half.bin', opaque: Uint8Array.from({ length: 5000 }, (_, i) => (i * i) >> 5) };
    const superseded = await drive.add(half);
    await signed(drive);
    const [facts] = drive.facts.filter(({ recordingId }) => recordingId === superseded) as [ChunkFacts];
    const { object, chunkId } = facts;
    drive.views['recordings'] = drive.rows('recordings').map((row) => {
      return row['recording_id'] === superseded ? { ...row, set_state: 'superseded' } : row;
    });
    for (const view of ['chunks', 'chunk_topics']) {
      drive.views[view] = drive.rows(view).filter((row) => row['chunk_id'] !== chunkId);
    }
    expect(await verified(drive)).toMatchObject({ ok: true, chunks: 6, signedAlone: 1 });

    const held = drive.store.objects.get(object) as { bytes: Uint8Array };
    held.bytes[300] = (held.bytes[300] ?? 0) ^ 1;
    const changed = await verified(drive);
    expect(changed.faults[0]).toMatchObject({ object, chunkId });
    expect(changed.text).toMatch(/^its bytes have CRC-32C/);

    drive.store.replace(object, half.opaque, {});
    const { text } = await verified(drive, { subset: '1/1' });
    expect(text).toMatch(/it has 5000 bytes, receipt \w{12} says \d+/);
    expect(text).toMatch(/receipt \w{12} knows \d+: it was replaced[^]*its metadata names chunk none/);

    await drive.store.remove(object);
    const gone = await verified(drive);
    expect(gone).toMatchObject({ ok: false, faults: [{ object, chunkId }] });
    expect(gone.text).toMatch(/^it is missing from the store, and receipt \w{12} vouches for it$/);
  });

  it('falls with a changed body, a manifest that was changed, or chunks that differ from the catalog', async () => {
    const changed = await landed();
    const object = await signed(changed);
    const text = Buffer.from(await changed.store.read(object))
      .toString()
      .replace('"garage":"garage"', '"garage":"other"');
    changed.store.replace(object, Buffer.from(text), {});
    expect((await verified(changed)).text).toMatch(
      /the receipt does not hold: its id is not the SHA-256 of its body; its signature is wrong/,
    );

    const mended = await landed();
    await signed(mended);
    for (const name of [...mended.store.objects.keys()].filter((key) => key.includes('/manifests/'))) {
      mended.store.replace(name, Buffer.concat([await mended.store.read(name), Buffer.from('{"type":"loss"}\n')]), {});
    }
    expect((await verified(mended)).text).toMatch(
      /its SHA-256 is \w+, the receipt says[^]*it stops before its last line/,
    );

    const short = await landed();
    await signed(short, (chunks) => chunks.slice(1));
    expect((await verified(short)).text).toMatch(/is in the catalog and not in the manifest/);
    const long = await landed();
    await signed(long);
    const { chunkId } = factsOf(long, '/imu');
    for (const view of ['chunks', 'chunk_topics']) {
      long.views[view] = long.rows(view).filter((row) => row['chunk_id'] !== chunkId);
    }
    expect((await verified(long)).text).toMatch(/is in the manifest and not in the catalog/);
  });
});
