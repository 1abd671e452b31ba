/** The promise "interrupted anywhere, it goes on": kill -9 of everything, again and again, and the same result at the end. */
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { generateDrive } from '@pitlane/generator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ended, runCommand, startCommand, until } from '../support/command.ts';
import { filesBelow, isChunkObject, NodeUnderTest, scratchFolder } from '../support/node-under-test.ts';
import { requireData } from '../support/requires.ts';
import { smallLog } from '../support/small-log.ts';

const data = requireData();
const SEED = 20_261_122;
const KILLS = 6;
/** They are as many ingests, one after another, and one more. */
const KILLS_TIMEOUT_MS = (KILLS + 1) * 60_000;
let scratch: Awaited<ReturnType<typeof scratchFolder>>;

beforeAll(async () => {
  scratch = await scratchFolder();
  const disk = path.join(scratch.path, 'disk');
  await generateDrive({ outDir: path.join(disk, 'drive'), seed: 5, durationS: 8, vehicleId: 'car-5', size: 'small' });
  await mkdir(path.join(disk, 'other'));
  await writeFile(path.join(disk, 'other/pitlane.drive.json'), '{"driveId":"drive-other","vehicleId":"car-6"}');
  await writeFile(path.join(disk, 'other/log.mcap'), smallLog({ seconds: 600, hz: 20, payloadBytes: 100 }));
  if (data) await copyFile(path.join(data, 'bag/tilt_laser.bag'), path.join(disk, 'other/laser.bag'));
});
afterAll(() => scratch[Symbol.asyncDispose]());

const home = (name: string): string => path.join(scratch.path, name);
const ingest = (name: string): string[] => ['ingest', path.join(scratch.path, 'disk'), '--home', home(name), '--json'];

/** Columns that say when and by whom, not what. */
const MAY_DIFFER =
  /"(docked_at|dock_id|receipt_id|key_id|signed_at|generation|manifest_object|objects_sha256_root)":("[^"]*"|null),?/g;

interface Content {
  readonly views: Record<string, readonly string[]>;
  readonly lines: Record<string, readonly string[]>;
  readonly objects: Record<string, readonly string[]>;
}

async function contentOf(name: string): Promise<Content> {
  const node = await NodeUnderTest.open(home(name));
  try {
    // How long a docking took is not what it came to.
    const { receipts = [], freshness: _, ...views } = await node.views();
    const drives = (await node.rows('SELECT drive_id FROM drives')).map(({ drive_id: id }) => String(id)).sort();
    const lines: Record<string, readonly string[]> = {};
    for (const driveId of drives) lines[driveId] = await node.exportedLines(driveId);
    expect((await node.verify()).filter(({ ok }) => !ok)).toEqual([]);
    expect(receipts.length).toBe(drives.length);
    const told = Object.entries(views).map(([view, rows]) => [
      view,
      rows.map((row) => row.replace(MAY_DIFFER, '')).sort(),
    ]);
    const bucket = [...(await node.bucket())].filter(([object]) => isChunkObject(object));
    const objects = { chunks: bucket.map(([object, sha256]) => `${object} ${sha256}`) };
    return { views: Object.fromEntries(told) as Content['views'], lines, objects };
  } finally {
    await node.close();
  }
}

/** Fails with the rows themselves: two whole contents would be too long for any difference to be shown. */
async function expectContentOf(name: string, reference: Content): Promise<void> {
  const content = await contentOf(name);
  for (const part of ['views', 'lines', 'objects'] as const) {
    const [told, expected] = [content[part], reference[part]];
    for (const key of new Set([...Object.keys(told), ...Object.keys(expected)])) {
      const [rows = [], wanted = []] = [told[key], expected[key]];
      const found = { in: `${part} ${key}`, more: without(rows, wanted), missing: without(wanted, rows) };
      expect(found).toEqual({ ...found, more: [], missing: [] });
    }
  }
}

/** The lines that are no longer matched when each of `others` is taken away once. */
function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}

/** What a crash may leave for a moment and must not pile up. */
async function leftovers(name: string): Promise<string[]> {
  const files = [...(await filesBelow(home(name))).keys()];
  return files.filter((file) => /\.part$|\.draft$|^tmp\/|^staged\/|^objects\/\.tmp\//.test(file));
}

/** Seeded fractions in [0, 1). */
function* fractions(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

function expectDone({ code, stdout, stderr }: Ended): void {
  expect(code, stderr).toBe(0);
  const { drives } = JSON.parse(stdout) as {
    drives: { receiptId: string | null; recordings: { opaqueReason: string | null }[] }[];
  };
  expect(drives.map(({ receiptId }) => receiptId !== null)).toEqual([true, true]);
  expect(drives.flatMap(({ recordings }) => recordings.map((one) => one.opaqueReason)).filter(Boolean)).toEqual([]);
}

describe('an ingest that is killed', () => {
  let reference: Content;
  let referenceMs = 0;

  it('by nobody is the measure for the others', async () => {
    const startedMs = performance.now();
    expectDone(await runCommand(ingest('reference')));
    referenceMs = performance.now() - startedMs;
    reference = await contentOf('reference');
    expect(Object.keys(reference.lines).length).toBe(2);
    expect(await leftovers('reference')).toEqual([]);
  });

  it(
    `with all of its children, ${KILLS} times in a row, ends with the same objects, rows and messages`,
    async () => {
      const random = fractions(SEED);
      let killed = 0;
      let name = '';
      // The measure may have been taken on a busier machine: where all ended before they were killed, it begins again sooner.
      for (let scale = 1; killed === 0 && scale > 0.1; scale *= 0.7) {
        name = `killed-${scale.toFixed(2)}`;
        for (let turn = 0; turn < KILLS; turn += 1) {
          // The first third is the start of the program.
          const waitMs = scale * referenceMs * (0.3 + 0.65 * (random.next().value as number));
          const running = startCommand(ingest(name));
          const timer = setTimeout(() => running.signalAll('SIGKILL'), waitMs);
          const { code } = await running.ended;
          clearTimeout(timer);
          if (code === 'SIGKILL') killed += 1;
        }
      }
      expect(killed).toBeGreaterThan(0);
      expectDone(await runCommand(ingest(name)));
      await expectContentOf(name, reference);
      expect(await leftovers(name)).toEqual([]);
    },
    KILLS_TIMEOUT_MS,
  );

  it('as soon as it has written its first chunk, and at each further one, ends the same', async () => {
    for (const chunks of [1, 3, 6]) {
      const running = startCommand(ingest('at-chunks'));
      const spool = home('at-chunks/spool');
      const seen = until(async () => (await sealed(spool)) >= chunks || running.child.exitCode !== null);
      await seen;
      running.signalAll('SIGKILL');
      await running.ended;
    }
    expectDone(await runCommand(ingest('at-chunks')));
    await expectContentOf('at-chunks', reference);
    expect(await leftovers('at-chunks')).toEqual([]);
  });

  it('with Ctrl-C, which reaches its children too, says so with exit 4 and lands nothing byte for byte', async () => {
    const running = startCommand(ingest('interrupted'));
    await until(async () => (await sealed(home('interrupted/spool'))) >= 1 || running.child.exitCode !== null);
    running.signalAll('SIGINT');
    const { code, stderr } = await running.ended;
    expect(code, stderr).toBe(4);
    expect(stderr).toMatch(/run .*again/);
    expectDone(await runCommand(ingest('interrupted')));
    await expectContentOf('interrupted', reference);
  });

  it('only in the process that cuts, goes on without losing the recording to the opaque way', async () => {
    // Between two recordings there may be no such process, and a quick machine may be done before one is seen.
    let kills = 0;
    for (let turn = 0; turn < 5 && kills === 0; turn += 1) {
      const name = `chunker-killed-${turn}`;
      const running = startCommand(ingest(name));
      await until(async () => {
        const cutting = (await sealed(home(`${name}/spool`))) > 0 ? await chunkersOf(running.child.pid as number) : [];
        kills += cutting.filter(couldKill).length;
        return kills > 0 || running.child.exitCode !== null;
      });
      expectDone(await running.ended);
      await expectContentOf(name, reference);
    }
    expect(kills).toBeGreaterThan(0);
  });
});

/** Whether there was such a process to kill. */
function couldKill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}

/** Sealed chunks in a spool, or given to the store since. */
async function sealed(spool: string): Promise<number> {
  const objects = path.join(spool, '../objects/v1');
  const names = await Promise.all(
    [spool, objects].map((folder) => readdir(folder, { recursive: true }).catch(() => [] as string[])),
  );
  return names.flat().filter((name) => /(log|opaque)-[^/]*-[0-9a-f]{12}$/.test(name) || isChunkObject(name)).length;
}

/** The chunker processes below a process. */
async function chunkersOf(parent: number): Promise<number[]> {
  const found: number[] = [];
  for (const name of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const command = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    const [, above] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(above) === parent && command.includes('chunker.child')) found.push(Number(name));
  }
  return found;
}
