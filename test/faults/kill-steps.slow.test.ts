/**
 * kill -9 right before and right after every write to the journal and every file that gets or loses its name in spool and
 * staging, each in a home of its own: the journal's invariants hold on what is left, and the disk docked again ends as if
 * nobody had been killed.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { forEachConcurrent } from '@pitlane/base/flow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HomeAtRest, type HomeContent } from '../support/home-at-rest.ts';
import { COPYING, ingestWithSteps, killedIngest } from '../support/killed-ingest.ts';
import { filesBelow, NodeUnderTest, scratchFolder } from '../support/node-under-test.ts';
import { smallLog } from '../support/small-log.ts';

/** Homes under way at once. */
const AT_ONCE = 2;
let scratch: Awaited<ReturnType<typeof scratchFolder>>;
let steps: string[];
let reference: HomeContent;

const home = (name: string): string => path.join(scratch.path, name);

beforeAll(async () => {
  scratch = await scratchFolder();
  await mkdir(home('disk'));
  // Two windows: a chunk each.
  await writeFile(home('disk/a.mcap'), smallLog({ seconds: 40 }));
  const { code, stderr } = await ingestWithSteps({ home: home('reference'), disk: home('disk') }, home('steps'));
  expect(code, stderr).toBe(0);
  steps = (await readFile(home('steps'), 'utf8')).trimEnd().split('\n');
  reference = await ended('reference');
});
afterAll(() => scratch[Symbol.asyncDispose]());

/** Docks to the end, and gives what it came to; retired, so that nothing has to be left on the disk. */
async function ended(name: string): Promise<HomeContent> {
  const node = await NodeUnderTest.open(home(name), COPYING);
  try {
    const drive = await node.dockOne(home('disk'));
    expect([drive.receiptId === null, drive.loss]).toEqual([false, []]);
    await node.retire(drive.driveId);
  } finally {
    await node.close();
  }
  await using rest = await HomeAtRest.open(home(name));
  expect(await rest.verifyFaults()).toEqual([]);
  expect(await rest.faults()).toEqual([]);
  expect(await rest.number('SELECT count(*) FROM receipts')).toBe(1);
  for (const folder of ['spool', 'staged']) {
    expect([...(await filesBelow(path.join(home(name), folder))).keys()], folder).toEqual([]);
  }
  return await rest.content();
}

async function killed(moment: string, at: number): Promise<void> {
  const name = `killed-${at}-${moment.replaceAll(' ', '-')}`;
  await killedIngest({ home: home(name), disk: home('disk') }, moment);
  {
    await using rest = await HomeAtRest.open(home(name));
    expect((await rest.faults()).filter(({ kind }) => kind === 'broken')).toEqual([]);
    expect(await rest.rowsWithoutObjects()).toEqual([]);
  }
  expect(await ended(name)).toEqual(reference);
  await rm(home(name), { recursive: true });
}

async function killAtEach(of: readonly string[]): Promise<void> {
  const moments = of.flatMap((step) => [`before ${step}`, `after ${step}`]);
  await forEachConcurrent(moments.entries(), AT_ONCE, ([at, moment]) =>
    killed(moment, at).catch((cause: unknown) => {
      throw new Error(`killed ${moment}: ${String(cause)}`, { cause });
    }),
  );
}

describe('a node that is killed', () => {
  it('at each write to the journal, leaves what can be gone on with and ends as if it had not been', async () => {
    const writes = steps.filter((step) => step.includes(' journal '));
    // A dock three times, a recording and its beginning twice, two chunks sealed and shipped, a receipt, its recording.
    expect(writes.length).toBeGreaterThanOrEqual(13);
    await killAtEach(writes);
  }, 900_000);

  it('at each name that is given or taken in spool and staging, does so too', async () => {
    const names = steps.filter((step) => / (?:spool|staged) /.test(step));
    // A copy and two chunks get their names, a manifest its own, and all of them lose them again.
    expect(names.filter((step) => step.includes('rename')).length).toBeGreaterThanOrEqual(4);
    expect(names.length).toBeGreaterThanOrEqual(8);
    await killAtEach(names);
  }, 900_000);
});
