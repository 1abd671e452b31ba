/** What a home may lose and get back: its catalog from the bucket, its spool after a receipt; and what verify finds. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32, crc32c } from '@node-rs/crc32';
import { isPitlaneError } from '@pitlane/base/errors';
import { ObjectMetadata } from '@pitlane/contracts/object-layout';
import { mcap } from '@pitlane/formats/mcap';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chunk, channel, file, joinAll, message, schema } from '../adversarial/mcap-bytes.ts';
import { memorySource } from '../support/byte-source.ts';
import { chunkObjects, filesBelow, NodeUnderTest, scratchFolder } from '../support/node-under-test.ts';
import { readRecording } from '../support/read-recording.ts';
import { messagesIn, smallLog } from '../support/small-log.ts';

let scratch: Awaited<ReturnType<typeof scratchFolder>>;
let home: string;
let node: NodeUnderTest;
const damaged = (): Uint8Array => {
  const log = smallLog({ seed: 5 });
  log.fill(0xee, 60_000, 70_000);
  return log;
};

let disks = 0;
async function disk(files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  const folder = path.join(scratch.path, `disk-${(disks += 1)}`);
  await mkdir(folder);
  for (const [name, content] of Object.entries(files)) await writeFile(path.join(folder, name), content);
  return folder;
}
const sidecar = (driveId: string): string => JSON.stringify({ driveId, vehicleId: 'car-1', labels: { map: 'm' } });

beforeAll(async () => {
  scratch = await scratchFolder();
  home = path.join(scratch.path, 'home');
  node = await NodeUnderTest.open(home);
  const whole = smallLog({ seed: 4 });
  await node.dock(await disk({ 'a.mcap': whole.subarray(0, 60_000), 'pitlane.drive.json': sidecar('twice') }));
  await node.dock(await disk({ 'a.mcap': whole, 'notes.txt': 'n', 'pitlane.drive.json': sidecar('twice') }));
  await node.dock(await disk({ 'a.mcap': damaged(), 'pitlane.drive.json': sidecar('damaged') }));
  await node.dock(
    await disk({ 'opaque.bin': new Uint8Array(100_000).fill(3), 'pitlane.drive.json': sidecar('opaque') }),
  );
});
afterAll(async () => {
  await node.close();
  await scratch[Symbol.asyncDispose]();
});

describe('the catalog', () => {
  it('is the same in every view when its file is gone and it is built again from the bucket', async () => {
    const before = await node.views();
    expect(before['losses']?.length).toBeGreaterThan(0);
    expect(before['recordings']?.filter((row) => row.includes('"set_state":"superseded"')).length).toBe(1);
    await node.close();
    await rm(path.join(home, 'catalog.duckdb'));
    await rm(path.join(home, 'catalog.duckdb.wal'), { force: true });
    node = await NodeUnderTest.open(home);
    await node.reindex();
    expect(await node.views()).toEqual(before);
  });

  it('is the same when it is built again over what it has, and adds nothing to the bucket', async () => {
    const [before, bucket] = [await node.views(), await node.bucket()];
    await node.reindex();
    await node.reindex();
    expect(await node.views()).toEqual(before);
    expect(await node.bucket()).toEqual(bucket);
  });

  it('keeps the messages of a half copy hidden after it was built again', async () => {
    expect(await node.number("SELECT sum(messages) FROM topics WHERE drive_id = 'twice'")).toBe(messagesIn({}));
    expect((await node.exported('twice')).messages.length).toBe(messagesIn({}));
  });
});

describe('retiring', () => {
  it('is refused without a receipt', async () => {
    const folder = await disk({ 'a.mcap': smallLog({ seed: 6 }), 'pitlane.drive.json': sidecar('unreceipted') });
    const other = await NodeUnderTest.open(path.join(scratch.path, 'unreceipted-home'));
    await other.dock(folder);
    const [object] = chunkObjects(await other.bucket());
    await other.close();
    const blocked = path.join(home, 'objects', object as string);
    await mkdir(path.dirname(blocked), { recursive: true });
    await writeFile(blocked, 'in the way');
    await expect(node.dock(folder)).rejects.toThrow(/holds another thing/);
    const refused: unknown = await node.retire('unreceipted').catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'refused', message: expect.stringContaining('no receipt') as string });
    const unknown: unknown = await node.retire('nobody-docked-this').catch((error: unknown) => error);
    expect(isPitlaneError(unknown, 'not-found')).toBe(true);
  });

  it('frees what was written under the home and leaves the docked files alone', async () => {
    await node.close();
    node = await NodeUnderTest.open(home, { PITLANE_STAGE_POLICY: 'copy' });
    const folder = await disk({ 'a.mcap': smallLog({ seed: 7 }), 'pitlane.drive.json': sidecar('retired') });
    await node.dock(folder);
    const docked = await filesBelow(folder);
    const bucket = await node.bucket();
    const dry = await node.retire('retired', true);
    expect(dry.freedBytes).toBeGreaterThan(0);
    expect((await filesBelow(path.join(home, 'staged'))).size).toBeGreaterThan(0);
    const done = await node.retire('retired');
    expect(done).toMatchObject({ freedBytes: dry.freedBytes, recordings: 2, sameDevice: true });
    expect(done.text).toMatch(/one device/);
    expect((await filesBelow(path.join(home, 'staged'))).size).toBe(0);
    expect(await filesBelow(folder)).toEqual(docked);
    expect(await node.bucket()).toEqual(bucket);
    expect((await node.exported('retired')).messages.length).toBe(messagesIn({}));
    const rows = () => node.rows("SELECT * FROM recordings WHERE drive_id = 'retired' ORDER BY recording_id");
    const before = await rows();
    expect(before.map(({ state }) => state)).toEqual(['retired', 'retired']);
    await node.reindex();
    expect(await rows()).toEqual(before);
    const again = await node.dockOne(folder);
    expect((await filesBelow(path.join(home, 'staged'))).size).toBe(0);
    expect(again.recordings.map(({ known }) => known)).toEqual([true, true]);
    expect(await node.bucket()).toEqual(bucket);
  });
});

describe('retiring a drive whose objects somebody removed', () => {
  it('is refused until it was docked again, which sends them anew', async () => {
    const folder = await disk({ 'a.mcap': smallLog({ seed: 9 }), 'pitlane.drive.json': sidecar('emptied') });
    await node.dock(folder);
    const bucket = await node.bucket();
    const [row] = await node.rows("SELECT object FROM chunks WHERE drive_id = 'emptied' AND kind = 'log' LIMIT 1");
    const object = String(row?.['object']);
    await rm(path.join(home, 'objects', object));
    const refused: unknown = await node.retire('emptied').catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'refused', message: expect.stringContaining(object) as string });
    await node.dock(folder);
    expect((await node.bucket()).get(object)).toBe(bucket.get(object));
    expect(await node.retire('emptied')).toMatchObject({ recordings: 2 });
  });
});

describe('retiring a drive whose manifests and receipts somebody removed', () => {
  it('is refused until it was docked again, and its chunks count as orphans until then', async () => {
    const folder = await disk({ 'a.mcap': smallLog({ seed: 10 }), 'pitlane.drive.json': sidecar('unnamed') });
    await node.dock(folder);
    const before = (await node.reindex()) as { orphans: number };
    const [row] = await node.rows("SELECT object FROM chunks WHERE drive_id = 'unnamed' LIMIT 1");
    const below = path.join(home, 'objects', path.dirname(String(row?.['object'])));
    for (const papers of ['manifests', 'receipts']) await rm(path.join(below, papers), { recursive: true });
    const refused: unknown = await node.retire('unnamed').catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'refused', message: expect.stringContaining('/manifests/') as string });
    const left = [...(await filesBelow(below)).keys()];
    const chunks = left.filter((name) => !name.includes('/') && name.endsWith('.mcap')).length;
    expect(await node.reindex()).toMatchObject({ orphans: before.orphans + chunks });
    await node.dock(folder);
    expect(await node.reindex()).toMatchObject({ orphans: before.orphans });
    expect(await node.verify('unnamed')).toMatchObject([{ ok: true, faults: [] }]);
    expect(await node.retire('unnamed')).toMatchObject({ recordings: 2 });
  });
});

describe('retiring one of two drives that came on one disk', () => {
  it('keeps the staged copies of the other', async () => {
    const parent = path.join(scratch.path, 'two-drives');
    for (const [name, seed] of [
      ['first', 21],
      ['second', 22],
    ] as const) {
      await mkdir(path.join(parent, name), { recursive: true });
      await writeFile(path.join(parent, name, 'a.mcap'), smallLog({ seed, seconds: 30 }));
      await writeFile(path.join(parent, name, 'pitlane.drive.json'), sidecar(`of-two-${name}`));
    }
    expect((await node.dock(parent)).length).toBe(2);
    const staged = (): Promise<Map<string, string>> => filesBelow(path.join(home, 'staged'));
    expect((await staged()).size).toBe(4);
    await node.retire('of-two-first');
    expect((await staged()).size).toBe(2);
    await node.retire('of-two-second');
    expect((await staged()).size).toBe(0);
  });
});

describe('verify', () => {
  it('finds nothing wrong with what nobody touched', async () => {
    expect((await node.verify()).filter(({ ok, driveId }) => !ok && driveId !== 'unreceipted')).toEqual([]);
  });

  it('names the channel when a message is gone, though CRC and metadata were mended', async () => {
    await node.dock(await disk({ 'a.mcap': smallLog({ seed: 8 }), 'pitlane.drive.json': sidecar('robbed') }));
    const [row] = await node.rows("SELECT object FROM chunks WHERE drive_id = 'robbed' AND kind = 'log' LIMIT 1");
    const object = String(row?.['object']);
    const name = path.join(home, 'objects', object);
    const sidecarName = path.join(home, 'objects/.meta', `${object}.json`);
    const { messages } = await readRecording(mcap, memorySource(await readFile(name)));
    const topics = [...new Set(messages.map(({ channel: { topic } }) => topic))];
    const robbed = messages.findIndex(({ channel: { topic } }) => topic === '/gnss');
    const kept = messages.filter((_, index) => index !== robbed);
    const times = kept.map(({ logTimeNs }) => logTimeNs).sort((a, b) => (a < b ? -1 : 1));
    const body = joinAll([
      schema(1),
      ...topics.map((topic, index) => channel(index + 1, topic, 1)),
      ...kept.map((one) => message(topics.indexOf(one.channel.topic) + 1, one.sequence, one.logTimeNs, one.data)),
    ]);
    const bytes = file([
      chunk({ body, crc: crc32(body), startTimeNs: times[0] as bigint, endTimeNs: times.at(-1) as bigint }),
    ]);
    await rm(name);
    await writeFile(name, bytes);
    const meta = JSON.parse(await readFile(sidecarName, 'utf8')) as {
      metadata: Record<string, string>;
      modifiedNs: string;
    };
    await utimes(name, 1_700_000_000, 1_700_000_000);
    const { mtimeNs } = await stat(name, { bigint: true });
    const mended = {
      ...meta,
      bytes: bytes.byteLength,
      crc32c: crc32c(Buffer.from(bytes)).toString(16).padStart(8, '0'),
      modifiedNs: String(mtimeNs),
      metadata: { ...meta.metadata, [ObjectMetadata.sha256]: createHash('sha256').update(bytes).digest('hex') },
    };
    await writeFile(sidecarName, `${JSON.stringify(mended)}\n`);
    const [found] = await node.verify('robbed');
    expect(found?.ok).toBe(false);
    expect(found?.faults.map(({ fault }) => fault).join('\n')).toContain('/gnss');
  });
});
