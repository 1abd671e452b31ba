/** The promise "once": whatever is docked twice, in whatever pieces, no object, no row and no message is there twice. */
import { copyFile, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { mcap } from '@pitlane/formats/mcap';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { channel, file, message, schema } from '../adversarial/mcap-bytes.ts';
import { memorySource } from '../support/byte-source.ts';
import { chunkObjects, NodeUnderTest, scratchFolder } from '../support/node-under-test.ts';
import { linesOf, readRecording } from '../support/read-recording.ts';
import { requireData } from '../support/requires.ts';
import { messagesIn, smallLog, START_NS } from '../support/small-log.ts';

const data = requireData();
let scratch: Awaited<ReturnType<typeof scratchFolder>>;
let node: NodeUnderTest;

beforeAll(async () => {
  scratch = await scratchFolder();
  node = await NodeUnderTest.open(path.join(scratch.path, 'home'));
});
afterAll(async () => {
  await node.close();
  await scratch[Symbol.asyncDispose]();
});

let folders = 0;
/** A folder with these files, new for each call. */
async function docked(files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  const folder = path.join(scratch.path, `disk-${(folders += 1)}`);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
  return folder;
}

const sidecar = (driveId: string): string => JSON.stringify({ driveId, vehicleId: 'car-9' });
const linesIn = async (log: Uint8Array): Promise<string[]> =>
  linesOf((await readRecording(mcap, memorySource(log))).messages).sort();

/** That the drive holds just these messages, however it is asked. */
async function expectMessagesOnce(driveId: string, wanted: readonly string[]): Promise<void> {
  const where = `WHERE drive_id = '${driveId}'`;
  const sums = {
    topics: await node.number(`SELECT sum(messages) FROM topics ${where}`),
    chunks: await node.number(`SELECT sum(messages) FROM chunks ${where} AND kind = 'log'`),
    drives: await node.number(`SELECT sum(messages) FROM drives ${where}`),
    coverage: await node.number(`SELECT sum(messages) FROM coverage ${where} AND state = 'indexed'`),
  };
  const count = wanted.length;
  expect(sums).toEqual({ topics: count, chunks: count, drives: count, coverage: count });
  expect(await node.exportedLines(driveId)).toEqual(wanted);
}

/** Messages that the rows of single recordings add up to: a copy that is superseded adds none. */
const messagesOfRows = (driveId: string): Promise<number> =>
  node.number(`SELECT sum(t.messages) FROM chunk_topics t JOIN chunks c USING (tenant, drive_id, chunk_id)
    WHERE t.drive_id = '${driveId}' AND c.kind = 'log'`);

describe('a drive docked twice', () => {
  it('adds no object and no row', async () => {
    const folder = await docked({
      'a.mcap': smallLog(),
      'b.log': 'one line\n',
      'pitlane.drive.json': '{"vehicleId":"car-1"}',
    });
    const first = await node.dockOne(folder);
    const [bucket, views] = [await node.bucket(), await node.views()];
    const second = await node.dockOne(folder);
    expect(second.driveId).toBe(first.driveId);
    expect(second.receiptId).toBe(first.receiptId);
    expect(second.recordings.map(({ known }) => known)).toEqual([true, true, true]);
    expect(second.chunksKnown).toBe(second.chunks);
    expect(await node.bucket()).toEqual(bucket);
    expect(await node.views()).toEqual(views);
  });

  it('from another folder, under other names, adds no object and no row either', async () => {
    const log = smallLog({ seed: 2 });
    const first = await node.dockOne(await docked({ 'a.mcap': log }));
    const [bucket, views] = [await node.bucket(), await node.views()];
    const second = await node.dockOne(await docked({ 'below/renamed.mcap': log }));
    expect(second.driveId).toBe(first.driveId);
    expect(await node.bucket()).toEqual(bucket);
    expect(await node.views()).toEqual(views);
  });

  it('by two dockings at the same time is one drive, with each message once', async () => {
    const log = smallLog({ seed: 3 });
    const copies = await Promise.all([docked({ 'a.mcap': log }), docked({ 'a.mcap': log })]);
    const drives = await Promise.all(copies.map((folder) => node.dockOne(folder)));
    expect(new Set(drives.map(({ driveId }) => driveId)).size).toBe(1);
    await expectMessagesOnce(drives[0]?.driveId as string, await linesIn(log));
  });

  it('by two requests for one path at the same time is one drive', async () => {
    const log = smallLog({ seed: 4 });
    const folder = await docked({ 'a.mcap': log });
    const drives = await Promise.all([node.dockOne(folder), node.dockOne(folder)]);
    expect(new Set(drives.map(({ receiptId }) => receiptId)).size).toBe(1);
    await expectMessagesOnce(drives[0]?.driveId as string, await linesIn(log));
  });
});

describe('a copy that was broken off', () => {
  const cut = (log: Uint8Array): Uint8Array => log.subarray(0, Math.floor(log.byteLength * 0.4));
  const cases = [
    { name: 'first the half, then the whole', order: ['half', 'whole'], named: false, seed: 11 },
    { name: 'first the whole, then the half', order: ['whole', 'half'], named: false, seed: 12 },
    { name: 'first the half, then the whole, with a sidecar', order: ['half', 'whole'], named: true, seed: 13 },
    { name: 'first the whole, then the half, with a sidecar', order: ['whole', 'half'], named: true, seed: 14 },
  ] as const;

  it.each(cases)('$name: only what was missing is added', async ({ order, named, seed }) => {
    const log = smallLog({ seed });
    const bytes = { whole: log, half: cut(log) };
    const more = named ? { 'pitlane.drive.json': sidecar(`drive-${seed}`) } : {};
    const first = await node.dockOne(await docked({ 'a.mcap': bytes[order[0]], ...more }));
    const between = await node.bucket();
    const second = await node.dockOne(await docked({ 'a.mcap': bytes[order[1]], ...more }));
    expect(second.driveId).toBe(first.driveId);
    const { driveId } = second;
    await expectMessagesOnce(driveId, await linesIn(log));
    expect(await messagesOfRows(driveId)).toBe(messagesIn({}));
    const sets = await node.rows(`SELECT set_state, messages FROM recordings
      WHERE drive_id = '${driveId}' AND format = 'mcap' ORDER BY set_state`);
    expect(sets.map(({ set_state: state }) => state)).toEqual(['active', 'superseded']);
    // Windows that both hold whole are one object: three topics share one, so the half has one of its own at its end.
    expect(second.chunksKnown).toBeGreaterThan(0);
    const after = chunkObjects(await node.bucket());
    const added = after.filter((object) => !between.has(object));
    expect(added.length).toBe(second.chunks - second.chunksKnown);
    expect(await node.verify(driveId)).toMatchObject([{ ok: true }]);
  });

  it('cut where no message ends leaves nothing of the half in the whole drive’s losses', async () => {
    const log = smallLog({ seed: 15 });
    const half = await node.dockOne(await docked({ 'a.mcap': log.subarray(0, 50_001) }));
    expect(half.loss.length).toBeGreaterThan(0);
    const whole = await node.dockOne(await docked({ 'a.mcap': log }));
    expect(whole.loss).toEqual([]);
    expect(await node.rows(`SELECT * FROM losses WHERE drive_id = '${whole.driveId}'`)).toEqual([]);
    expect(await node.number(`SELECT bytes_lost FROM drives WHERE drive_id = '${whole.driveId}'`)).toBe(0);
  });

  it.skipIf(!data)('of a real ROS bag joins the whole one', async () => {
    const bag = await readFile(path.join(data as string, 'bag/tilt_laser.bag'));
    const half = await node.dockOne(await docked({ 'a.bag': bag.subarray(0, bag.byteLength * 0.4) }));
    const whole = await node.dockOne(await docked({ 'a.bag': bag }));
    expect(whole.driveId).toBe(half.driveId);
    const lines = await node.exportedLines(whole.driveId);
    expect(lines.length).toBe(4093);
    await expectMessagesOnce(whole.driveId, lines);
    expect(await messagesOfRows(whole.driveId)).toBe(4093);
  });

  const short = [
    { name: 'mcap/foxglove-example.mcap', part: 0.5, messages: 111 },
    { name: 'mcap/topics_and_services.mcap', part: 0.3, messages: 13 },
    { name: 'bag/example-unsorted-chunks.bag', part: 0.9, messages: 3 },
  ].flatMap((log) => [
    { ...log, order: 'before it' },
    { ...log, order: 'after it' },
  ]);

  it.skipIf(!data).each(short)(
    'under 64 KiB of $name joins the whole one, docked $order',
    async ({ name, part, messages, order }) => {
      const whole = await readFile(path.join(data as string, name));
      const half = whole.subarray(0, whole.byteLength * part);
      const own = await NodeUnderTest.open(path.join(scratch.path, `short ${order} ${path.basename(name)}`));
      try {
        for (const bytes of order === 'before it' ? [half, whole] : [whole, half]) {
          await own.dock(await docked({ [path.basename(name)]: bytes }));
        }
        const sums = 'SELECT count(*) AS drives, sum(messages) AS messages FROM drives';
        expect(await own.rows(sums)).toEqual([{ drives: 1, messages }]);
        expect(await own.number('SELECT sum(messages) FROM topics')).toBe(messages);
        expect(await own.verify()).toMatchObject([{ ok: true }]);
      } finally {
        await own.close();
      }
    },
  );

  it.each([1000, 100_000])(
    'joins the whole one and no other drive of the car, though all begin with the same %i bytes of schema',
    async (schemaBytes) => {
      const definitions = [schema(1, 'Long', new Uint8Array(schemaBytes).fill(1)), channel(1, '/a', 1)];
      const logs = [1n, 2n, 3n].map((startNs) =>
        file([
          ...definitions,
          ...Array.from({ length: 100 }, (_, at) => message(1, at, START_NS + startNs + BigInt(at) * 10n)),
        ]),
      );
      const driveIds: string[] = [];
      for (const log of logs) driveIds.push((await node.dockOne(await docked({ 'a.mcap': log }))).driveId);
      expect(new Set(driveIds).size).toBe(3);
      const third = logs[2] as Uint8Array;
      const half = await node.dockOne(await docked({ 'a.mcap': third.subarray(0, third.byteLength - 3000) }));
      expect(half.recordings[0]?.messages).toBeGreaterThan(20);
      expect(half.driveId).toBe(driveIds[2]);
      await expectMessagesOnce(half.driveId, await linesIn(third));
    },
  );

  it('that three dockings bring further each time ends as the whole alone', async () => {
    const log = smallLog({ seed: 16 });
    for (const part of [0.2, 0.6]) await node.dock(await docked({ 'a.mcap': log.subarray(0, log.byteLength * part) }));
    const { driveId } = await node.dockOne(await docked({ 'a.mcap': log }));
    await expectMessagesOnce(driveId, await linesIn(log));
    expect(await messagesOfRows(driveId)).toBe(messagesIn({}));
  });
});

describe('a folder docked in pieces', () => {
  it('with half of its files, then all, adds only the others', async () => {
    const files = { 'a.mcap': smallLog({ seed: 21 }), 'b.mcap': smallLog({ seed: 22, topics: ['/b'] }) };
    const rest = { 'c.mcap': smallLog({ seed: 23, topics: ['/c'] }), 'd.txt': 'notes of the driver' };
    const folder = await docked(files);
    const first = await node.dockOne(folder);
    const between = await node.bucket();
    for (const [name, content] of Object.entries(rest)) await writeFile(path.join(folder, name), content);
    const second = await node.dockOne(folder);
    expect(second.driveId).toBe(first.driveId);
    expect(second.recordings.map(({ path: name, known }) => [name, known])).toEqual([
      ['a.mcap', true],
      ['b.mcap', true],
      ['c.mcap', false],
      ['d.txt', false],
    ]);
    const after = await node.bucket();
    for (const [name, hash] of between) expect(after.get(name), name).toBe(hash);
    const logs = [files['a.mcap'], files['b.mcap'], rest['c.mcap']];
    const wanted = (await Promise.all(logs.map(linesIn))).flat().sort();
    await expectMessagesOnce(second.driveId, wanted);
  });

  it('with a sidecar that comes only the second time stays one drive', async () => {
    const log = smallLog({ seed: 24 });
    const folder = await docked({ 'a.mcap': log });
    const first = await node.dockOne(folder);
    await writeFile(
      path.join(folder, 'pitlane.drive.json'),
      JSON.stringify({ vehicleId: 'unknown', labels: { a: 'b' } }),
    );
    const second = await node.dockOne(folder);
    expect(second.driveId).toBe(first.driveId);
    await expectMessagesOnce(second.driveId, await linesIn(log));
  });
});

describe('the same messages in two files', () => {
  it('of one drive, chunked differently, are counted and exported once', async () => {
    const one = smallLog({ seed: 31, messagesPerChunk: 150 });
    const two = smallLog({ seed: 31, messagesPerChunk: 90 });
    const { driveId } = await node.dockOne(await docked({ 'a.mcap': one, 'b.mcap': two }));
    const active = `SELECT count(*) FROM recordings WHERE drive_id = '${driveId}' AND set_state = 'active'`;
    expect(await node.number(active)).toBe(1);
    await expectMessagesOnce(driveId, await linesIn(one));
  });

  it.skipIf(!data)('of a real drive, with and without compression, are counted and exported once', async () => {
    const folder = await docked({});
    await mkdir(folder, { recursive: true });
    const names = ['crate-compressed.mcap', 'crate-uncompressed.mcap'];
    for (const name of names) await copyFile(path.join(data as string, 'mcap', name), path.join(folder, name));
    const { driveId } = await node.dockOne(folder);
    const lines = await node.exportedLines(driveId);
    expect(lines.length).toBe(826);
    await expectMessagesOnce(driveId, lines);
  });

  it('which is one file under two names in one dock is one recording', async () => {
    const log = smallLog({ seed: 32 });
    const { driveId } = await node.dockOne(await docked({ 'a.mcap': log, 'copy/a.mcap': log }));
    expect(await node.number(`SELECT count(*) FROM recordings WHERE drive_id = '${driveId}'`)).toBe(1);
    await expectMessagesOnce(driveId, await linesIn(log));
    expect(await messagesOfRows(driveId)).toBe(messagesIn({}));
  });
});

describe('two garages over one bucket', () => {
  it('make the same objects of the same drive, whichever is first', async () => {
    const log = smallLog({ seed: 41 });
    const folder = await docked({ 'a.mcap': log, 'b.txt': 'text', 'pitlane.drive.json': sidecar('drive-41') });
    const first = await node.dockOne(folder);
    const mine = chunkObjects(await node.bucket())
      .filter((name) => name.includes('drive-41'))
      .sort();
    const home = path.join(scratch.path, 'second-home');
    await mkdir(home);
    await cp(path.join(node.home, 'objects'), path.join(home, 'objects'), {
      recursive: true,
      preserveTimestamps: true,
    });
    const other = await NodeUnderTest.open(home, { PITLANE_GARAGE: 'garage-2' });
    try {
      const second = await other.dockOne(folder);
      expect(second.driveId).toBe(first.driveId);
      expect(second.chunksKnown).toBe(second.chunks);
      expect(
        chunkObjects(await other.bucket())
          .filter((name) => name.includes('drive-41'))
          .sort(),
      ).toEqual(mine);
      expect((await other.exportedLines('drive-41')).length).toBe(messagesIn({}));
    } finally {
      await other.close();
    }
    const empty = await NodeUnderTest.open(path.join(scratch.path, 'third-home'), { PITLANE_GARAGE: 'garage-3' });
    try {
      await empty.dockOne(folder);
      expect(
        chunkObjects(await empty.bucket())
          .filter((name) => name.includes('drive-41'))
          .sort(),
      ).toEqual(mine);
    } finally {
      await empty.close();
    }
  });

  it('docked in the second after the first catalog is rebuilt, show each message once', async () => {
    const home = path.join(scratch.path, 'second-home');
    const other = await NodeUnderTest.open(home, { PITLANE_GARAGE: 'garage-2' });
    try {
      await other.reindex();
      const where = "WHERE drive_id = 'drive-41'";
      expect(await other.rows(`SELECT garages, messages FROM drives ${where}`)).toEqual([
        { garages: ['garage', 'garage-2'], messages: messagesIn({}) },
      ]);
      expect(await other.number(`SELECT sum(messages) FROM topics ${where}`)).toBe(messagesIn({}));
    } finally {
      await other.close();
    }
  });
});
