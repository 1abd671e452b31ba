/** Previews over a whole node: there beside the drive and no part of it, once, and of no consequence where there is none. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DockEvent } from '@pitlane/garage';
import { sharpScaler } from '@pitlane/image-scaler-sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNodeFile } from '../../apps/cli/node/node-file.ts';
import { exitCodeOfIngest } from '../../apps/cli/output/ingest-report.ts';
import { type GivenMessage, objectOf } from '../support/chunk-object.ts';
import { MAY_DIFFER } from '../support/home-at-rest.ts';
import { NodeUnderTest, scratchFolder } from '../support/node-under-test.ts';
import { PythonReaders } from '../support/python-readers.ts';
import { requirePython } from '../support/requires.ts';
import { START_NS } from '../support/small-log.ts';

const SECONDS = 130;
const MESSAGES = 11 * SECONDS;
const python = requirePython();

let scratch: Awaited<ReturnType<typeof scratchFolder>>;
let folder: string;
let homes = 0;
const newHome = (): string => path.join(scratch.path, `home-${(homes += 1)}`);

/** A frame a second, and ten samples. */
async function log(): Promise<Uint8Array> {
  const bytes = Uint8Array.from({ length: 1280 * 720 * 3 }, (_, i) => (i * 31) % 251);
  const picture = { kind: 'raw', bytes, width: 1280, height: 720, layout: 'rgb', rowBytes: 1280 * 3 } as const;
  const jpeg = (await sharpScaler().scale(picture, 1280))?.jpeg ?? new Uint8Array(0);
  const messages: GivenMessage[] = Array.from({ length: SECONDS }, (_, second) => second).flatMap((second) => {
    const at = START_NS + BigInt(second) * 1_000_000_000n;
    const imu = Array.from({ length: 10 }, (__, i) => ({
      channel: 1,
      sequence: 10 * second + i,
      logTimeNs: at + BigInt(i),
      data: Buffer.from(`imu ${second} ${i}`),
    }));
    return [{ channel: 0, sequence: second, logTimeNs: at, data: Buffer.concat([Buffer.alloc(30), jpeg]) }, ...imu];
  });
  const channels = [['/camera', 'sensor_msgs/CompressedImage'] as const, ['/imu', 'sensor_msgs/Imu'] as const].map(
    ([topic, name], index) => ({
      topic,
      index,
      twin: 0,
      messageEncoding: 'ros1',
      schema: { name, encoding: 'ros1msg', data: Buffer.from('float64 x') },
    }),
  );
  return (await objectOf(messages, channels, { innerMessages: 44, compression: 'zstd' }, 'ros1')).bytes;
}

beforeAll(async () => {
  scratch = await scratchFolder();
  folder = path.join(scratch.path, 'disk');
  await mkdir(folder);
  await writeFile(path.join(folder, 'a.mcap'), await log());
  await writeFile(path.join(folder, 'notes.txt'), 'seen by the driver');
  await writeFile(path.join(folder, 'pitlane.drive.json'), JSON.stringify({ vehicleId: 'car-47', driveId: 'drive-1' }));
});
afterAll(() => scratch[Symbol.asyncDispose]());

/** Everything that the catalog says of the drive, but for its previews, and for when and by whom it was docked. */
async function ofTheDrive(node: NodeUnderTest): Promise<Record<string, readonly string[]>> {
  const { previews: _, receipts: __, freshness: ___, ...views } = await node.views();
  const alike = Object.entries(views).map(([view, rows]) => [view, rows.map((row) => row.replace(MAY_DIFFER, ''))]);
  return Object.fromEntries(alike) as Record<string, readonly string[]>;
}

describe('the preview of a docked drive', () => {
  let node: NodeUnderTest;
  const heard: DockEvent[] = [];
  let drive: Awaited<ReturnType<NodeUnderTest['dockOne']>>;

  beforeAll(async () => {
    node = await NodeUnderTest.open(newHome());
    drive = await node.dockOne(folder, {}, (event) => void heard.push(event));
  });
  afterAll(() => node.close());

  it('is told of, and is in the catalog and in the store', async () => {
    expect(drive.previewsLeftOut).toEqual([]);
    const [preview] = drive.previews;
    expect(preview).toMatchObject({ path: 'a.mcap', known: false });
    expect(heard.filter(({ type }) => type === 'preview')).toMatchObject([{ driveId: 'drive-1', preview }]);
    expect(preview?.frames).toBeGreaterThan(4);
    const rows = await node.rows('SELECT drive_id, path, topics, messages, frames, object FROM previews');
    const { messages, frames, object } = preview ?? {};
    expect(rows).toEqual([
      { drive_id: 'drive-1', path: 'a.mcap', topics: ['/camera', '/imu'], messages, frames, object },
    ]);
    expect([...(await node.bucket()).keys()]).toContain(object);
    const lines = (await node.why('drive-1')).filter((line) => /preview|first look/.test(line));
    expect(lines).toEqual([
      expect.stringMatching(/^garage: a preview of a.mcap lies in the store/) as string,
      expect.stringMatching(/^catalog: a first look at a.mcap/) as string,
      expect.stringMatching(/^store: .*previews/) as string,
    ]);
  });

  it('is no part of the drive: its chunks, messages, coverage and export are as without it', async () => {
    const plain = await NodeUnderTest.open(newHome(), { PITLANE_PREVIEW_MAX_BYTES: '0' });
    try {
      const other = await plain.dockOne(folder);
      expect([other.previews, other.previewsLeftOut]).toEqual([[], []]);
      expect(await plain.number('SELECT count(*) FROM previews')).toBe(0);
      expect(await ofTheDrive(node)).toEqual(await ofTheDrive(plain));
      expect(await node.number('SELECT sum(messages) FROM topics')).toBe(MESSAGES);
      expect(await node.exportedLines('drive-1')).toEqual(await plain.exportedLines('drive-1'));
      expect(await node.verify()).toMatchObject([{ ok: true }]);
    } finally {
      await plain.close();
    }
  });

  it('is made once, however often the drive is docked', async () => {
    const before = await node.bucket();
    const again = await node.dockOne(folder);
    expect(again.previews).toMatchObject([{ path: 'a.mcap', known: true }]);
    expect(await node.bucket()).toEqual(before);
    expect(await node.number('SELECT count(*) FROM previews')).toBe(1);
  });

  it('comes back when the catalog is made anew from the bucket', async () => {
    const before = await node.views();
    expect(await node.reindex()).toMatchObject({ previews: 1 });
    expect(await node.views()).toEqual(before);
  });

  it('is exported and fetched as a file that other readers open', async () => {
    const out = path.join(scratch.path, 'preview.mcap');
    const [preview] = drive.previews;
    expect(await node.task('export', { driveId: 'drive-1', preview: true, out })).toMatchObject({
      messages: preview?.messages,
    });
    const { port } = (await readNodeFile(node.home)) ?? { port: 0 };
    const answer = await fetch(`http://127.0.0.1:${port}/v1/previews/${preview?.previewId}`);
    expect(answer.headers.get('content-type')).toBe('application/mcap');
    const etag = answer.headers.get('etag') ?? '';
    const once = await fetch(answer.url, { headers: { 'if-none-match': etag } });
    expect([once.status, await once.text()]).toEqual([304, '']);
    const part = await fetch(answer.url, { headers: { range: 'bytes=0-7', 'if-range': etag } });
    expect([part.status, Buffer.from(await part.arrayBuffer()).toString('latin1', 1, 5)]).toEqual([206, 'MCAP']);
    const head = await fetch(answer.url, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(answer.headers.get('content-length'));
    const fetched = path.join(scratch.path, 'fetched.mcap');
    await writeFile(fetched, Buffer.from(await answer.arrayBuffer()));
    expect(await readFile(fetched)).toEqual(await readFile(path.join(node.home, 'objects', preview?.object ?? '')));
    expect((await fetch(`http://127.0.0.1:${port}/v1/previews/${'0'.repeat(64)}`)).status).toBe(404);
    expect(await node.list('previews', { drive: 'drive-1' })).toMatchObject([{ previewId: preview?.previewId }]);
    if (!python) return;
    const readers = new PythonReaders(python);
    for (const read of await readers.contentsOf([out, fetched])) {
      expect(read).toMatchObject({ messages: preview?.messages, stopped: null, inOrder: true });
      expect(Object.keys(read.topics).sort()).toEqual(['/camera', '/imu']);
      expect(read.index?.messagesRead).toBe(preview?.messages);
    }
    for (const found of await readers.findingsIn([out, fetched])) expect(found.error).toEqual([]);
  });
});

describe('a preview that cannot be had', () => {
  it('costs the drive nothing: it is left out, in words', async () => {
    const first = await NodeUnderTest.open(newHome());
    const [preview] = (await first.dockOne(folder)).previews;
    await first.close();
    const home = newHome();
    const blocked = path.join(home, 'objects', preview?.object ?? '');
    await mkdir(path.dirname(blocked), { recursive: true });
    await writeFile(blocked, 'in the way');
    const node = await NodeUnderTest.open(home);
    try {
      const drive = await node.dockOne(folder);
      expect(drive.receiptId).not.toBeNull();
      expect(exitCodeOfIngest({ drives: [{ ...drive, superseded: [] }], failures: [] })).toBe(0);
      expect([drive.previews, drive.loss]).toEqual([[], []]);
      expect(drive.previewsLeftOut).toEqual([
        { path: 'a.mcap', reason: expect.stringContaining('nothing was replaced') as string },
      ]);
      expect(await node.verify()).toMatchObject([{ ok: true }]);
      await expect(
        node.task('export', { driveId: 'drive-1', preview: true, out: `${home}.mcap` }),
      ).rejects.toMatchObject({
        code: 'not-found',
      });
      // What was in the way is gone: the next dock makes it, though nothing else had to be sent.
      await rm(blocked);
      expect((await node.dockOne(folder)).previews).toMatchObject([{ previewId: preview?.previewId, known: false }]);
    } finally {
      await node.close();
    }
  });

  it('is told of a log that is too large to be read whole, and has no index', async () => {
    const cut = path.join(scratch.path, 'cut');
    await mkdir(cut);
    const bytes = await log();
    await writeFile(path.join(cut, 'a.mcap'), bytes.subarray(0, bytes.byteLength - 100));
    const node = await NodeUnderTest.open(newHome(), { PITLANE_PREVIEW_READ_MAX_BYTES: '100000' });
    try {
      expect((await node.dockOne(cut)).previewsLeftOut).toEqual([
        { path: 'a.mcap', reason: expect.stringContaining('it has no index') as string },
      ]);
    } finally {
      await node.close();
    }
  });
});
