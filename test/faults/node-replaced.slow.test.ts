/**
 * A garage node whose disk is gone, journal, spool and staged copies with it: what is on the car's disk and in the store is
 * enough. A new node docks the disk again and comes to the same drive, objects and rows, wherever the old one had stopped.
 * Cloud and garage share a home here; what the cloud keeps of it is put into the home of the new node.
 */
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../support/command.ts';
import { HomeAtRest, type HomeContent } from '../support/home-at-rest.ts';
import { COPYING, killedIngest } from '../support/killed-ingest.ts';
import { filesBelow, NodeUnderTest, scratchFolder } from '../support/node-under-test.ts';
import { smallLog } from '../support/small-log.ts';

/** What stands in the cloud, of a home that holds both. */
const CLOUD = ['objects', 'log.sqlite', 'log.sqlite-wal', 'catalog.duckdb', 'catalog.duckdb.wal', 'keys'];

let scratch: Awaited<ReturnType<typeof scratchFolder>>;
let reference: HomeContent;
let drive: string;

const home = (name: string): string => path.join(scratch.path, name);
const disk = (): string => home('disk');

beforeAll(async () => {
  scratch = await scratchFolder();
  await mkdir(disk());
  // No sidecar: the drive gets its id from what lies on the disk.
  await writeFile(path.join(disk(), 'a.mcap'), smallLog({ seconds: 40 }));
  await writeFile(path.join(disk(), 'b.mcap'), smallLog({ seconds: 40, seed: 2, topics: ['/lidar'] }));
  await writeFile(path.join(disk(), 'notes.txt'), 'the sun stood low');
  drive = (await dockedBy('whole')).driveId;
  reference = await contentOf('whole');
  expect(reference.objects.length).toBe(5);
});
afterAll(() => scratch[Symbol.asyncDispose]());

async function dockedBy(name: string, garage = 'garage') {
  const node = await NodeUnderTest.open(home(name), { ...COPYING, PITLANE_GARAGE: garage });
  try {
    return await node.dockOne(disk());
  } finally {
    await node.close();
  }
}

async function contentOf(name: string): Promise<HomeContent> {
  await using rest = await HomeAtRest.open(home(name));
  expect(await rest.verifyFaults()).toEqual([]);
  expect(await rest.faults()).toEqual([]);
  return await rest.content();
}

/** A new node's home, with this of the old one's. */
async function replaced(old: string, name: string, kept: readonly string[] = CLOUD): Promise<void> {
  await mkdir(home(name));
  for (const part of kept) {
    await cp(path.join(home(old), part), path.join(home(name), part), {
      recursive: true,
      preserveTimestamps: true,
    }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
}

/** Frees what was staged, as a technician does at the end; nothing is left then, on whose word the disk may be wiped. */
async function retired(name: string): Promise<void> {
  const node = await NodeUnderTest.open(home(name), COPYING);
  try {
    expect((await node.retire(drive)).recordings).toBe(3);
  } finally {
    await node.close();
  }
  for (const folder of ['spool', 'staged']) {
    expect([...(await filesBelow(path.join(home(name), folder))).keys()]).toEqual([]);
  }
}

describe('a node whose disk is gone', () => {
  it.each([
    ['after it shipped a chunk', 'after main journal UPDATE chunks 1'],
    ['between a recording and the next', 'before main journal INSERT recordings 3'],
    ['after its manifest was in the store, before anybody heard of it', 'after main spool rm 1'],
    ['after its receipt was signed, before it heard of it', 'before main journal INSERT receipts 1'],
    ['while it noted its receipt', 'before main journal UPDATE recordings 3'],
  ])('%s, is made good by the next that docks the disk', async (_, moment) => {
    const [old, name] = [`old ${moment}`.replaceAll(' ', '-'), `new ${moment}`.replaceAll(' ', '-')];
    await killedIngest({ home: home(old), disk: disk() }, moment);
    await replaced(old, name);
    const result = await dockedBy(name, 'garage-2');
    expect([result.driveId, result.receiptId === null, result.loss]).toEqual([drive, false, []]);
    expect(await contentOf(name)).toEqual(reference);
    await retired(name);
  });

  it('with all that it docked signed for, gives the next nothing to send and a receipt of its own', async () => {
    await replaced('whole', 'after-all');
    const result = await dockedBy('after-all', 'garage-2');
    expect(result).toMatchObject({ driveId: drive, chunks: 5, chunksKnown: 5, loss: [] });
    expect(await contentOf('after-all')).toEqual(reference);
    await using rest = await HomeAtRest.open(home('after-all'));
    expect(await rest.number('SELECT count(*) FROM receipts')).toBe(2);
  });

  it('and whose catalog and log are gone too, is made good from the store and the disk alone', async () => {
    await replaced('whole', 'store-alone', ['objects', 'keys']);
    expect((await dockedBy('store-alone')).chunksKnown).toBe(5);
    expect(await contentOf('store-alone')).toEqual(reference);
    await retired('store-alone');
  });
});

describe('a key that signs receipts and was lost', () => {
  it('leaves receipts that are refused in words, until the drive is docked again and the catalog rebuilt', async () => {
    await replaced('whole', 'new-key', [...CLOUD, 'journal.sqlite', 'journal.sqlite-wal', 'staged', 'spool']);
    await rm(home('new-key/keys'), { recursive: true });
    const run = (...args: string[]) => runCommand([...args, '--home', home('new-key')], { environment: COPYING });
    const refused = await run('retire', drive);
    expect(refused.code).toBe(5);
    expect(refused.stderr).toMatch(/not retired: of receipt .* it names key .*, not .*Dock it again/);
    const doctor = await run('doctor');
    expect([doctor.code, doctor.stdout]).toEqual([
      1,
      expect.stringMatching(/FAIL.*signed for has a receipt.*names key/),
    ]);

    const again = await run('ingest', disk(), '--json');
    expect(again.code, again.stderr).toBe(0);
    const told = await run('verify');
    expect([told.code, told.stdout]).toEqual([
      1,
      expect.stringMatching(/names key .*Do not wipe anything on its word/),
    ]);
    expect((await run('reindex')).code).toBe(0);
    expect((await run('verify')).code).toBe(0);
    expect(await contentOf('new-key')).toEqual(reference);
    await retired('new-key');
    const [oldKey, newKey] = await Promise.all(
      ['whole', 'new-key'].map((name) => readFile(path.join(home(name), 'keys/receipt.pub'), 'utf8')),
    );
    expect(newKey).not.toBe(oldKey);
  });
});
