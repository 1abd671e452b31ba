/** What becomes of a drive when its disk leaves as soon as it may, has bad sectors, cannot be written, or gives nothing any more. */
import { execFileSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isPitlaneError } from '@pitlane/base/errors';
import { expect, it, type TestContext } from 'vitest';
import { until } from '../support/command.ts';
import { loopDisk, type LoopDisk } from '../support/loop-disk.ts';
import { NodeUnderTest, scratchFolder } from '../support/node-under-test.ts';
import { smallLog } from '../support/small-log.ts';

const MIB = 1024 * 1024;

/** A test over a car's disk, with a log and an opaque file of 3 MiB on it. */
function withDisk(work: (disk: LoopDisk, home: string) => Promise<void>) {
  return async (context: TestContext): Promise<void> => {
    await using scratch = await scratchFolder();
    await using disk = await loopDisk(path.join(scratch.path, 'disk'), 48);
    if (!disk) return context.skip();
    await writeFile(path.join(disk.path, 'log.mcap'), smallLog());
    await writeFile(path.join(disk.path, 'video.bin'), randomFillSync(new Uint8Array(3 * MIB)));
    await work(disk, path.join(scratch.path, 'home'));
  };
}

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => expect.fail('did not fail'),
    (error: unknown) => error,
  );

const copiesOf = async (home: string): Promise<string[]> =>
  (await readdir(path.join(home, 'staged'))).filter((name) => !name.startsWith('.pitlane.lock'));

it(
  'a disk that left when it was copied is needed no more: the next node brings its drive to the receipt',
  withDisk(async (disk, home) => {
    const objects = path.join(home, 'objects');
    const first = await NodeUnderTest.open(home);
    // The store takes nothing: the docking fails behind staging.
    await rename(objects, `${objects}-away`);
    await writeFile(objects, 'in the way');
    const said: string[] = [];
    await failureOf(first.dock(disk.path, {}, (event) => event.type === 'staged' && said.push(event.text)));
    await first.close();
    expect(said).toEqual([expect.stringMatching(/^2 files, .* copied and read back from/)]);

    execFileSync('umount', [disk.path]);
    await rm(objects);
    await rename(`${objects}-away`, objects);
    const second = await NodeUnderTest.open(home, {}, true);
    try {
      const states = async (): Promise<string> =>
        (await second.rows('SELECT path, state FROM recordings ORDER BY path'))
          .map((row) => `${String(row['path'])} ${String(row['state'])}`)
          .join(', ');
      const isDone = async (): Promise<boolean> => (await states()) === 'log.mcap receipted, video.bin receipted';
      expect(await until(isDone, 60_000), await states()).toBe(true);
      expect((await second.verify()).map(({ ok }) => ok)).toEqual([true]);
      const [row] = await second.rows('SELECT drive_id FROM drives');
      await second.retire(String(row?.['drive_id']));
      expect(await copiesOf(home)).toEqual([]);
    } finally {
      await second.close();
      execFileSync('mount', ['-o', 'loop', `${disk.path}.img`, disk.path]);
    }
  }),
);

it(
  'a disk that cannot be written is taken as any other, and may leave when it is copied',
  withDisk(async (disk, home) => {
    disk.remountReadOnly();
    const node = await NodeUnderTest.open(home);
    try {
      const said: boolean[] = [];
      const { driveId, recordings, loss } = await node.dockOne(disk.path, {}, (event) => {
        if (event.type === 'staged') said.push(event.safeToPull);
      });
      expect([recordings.length, loss.length, said]).toEqual([2, 0, [true]]);
      await node.retire(driveId);
      expect(await copiesOf(home)).toEqual([]);
    } finally {
      await node.close();
    }
  }),
);

it(
  'a disk with bad sectors gives all but them, and says which',
  withDisk(async (disk, home) => {
    disk.remountReadOnly();
    await disk.loseEndOf(path.join(disk.path, 'video.bin'), 20);
    const node = await NodeUnderTest.open(home);
    try {
      const { loss, recordings, receiptId } = await node.dockOne(disk.path);
      expect(receiptId).not.toBeNull();
      expect(loss).toMatchObject([{ path: 'video.bin', reason: 'unreadable' }]);
      const [hole] = loss;
      expect((hole?.offset ?? 0) + (hole?.bytes ?? 0)).toBe(3 * MIB);
      expect(hole?.bytes).toBeGreaterThanOrEqual(20 * 4096);
      expect(recordings.map(({ path: of, bytes }) => [of, bytes])).toEqual([
        ['log.mcap', smallLog().byteLength],
        ['video.bin', 3 * MIB],
      ]);
      expect((await node.verify()).map(({ ok }) => ok)).toEqual([true]);
    } finally {
      await node.close();
    }
  }),
);

it(
  'a disk that gives nothing any more fails in plain words, and nothing of it is called a recording',
  withDisk(async (disk, home) => {
    disk.remountReadOnly();
    await disk.loseEndOf(path.join(disk.path, 'video.bin'), 600);
    const node = await NodeUnderTest.open(home);
    try {
      const error = await failureOf(node.dockOne(disk.path));
      expect(isPitlaneError(error, 'unavailable')).toBe(true);
      expect(String(error)).toMatch(/video\.bin cannot be read at byte \d+: EIO/);
      expect(await node.number("SELECT count(*) FROM recordings WHERE path = 'video.bin'")).toBe(0);
    } finally {
      await node.close();
    }
  }),
);

it(
  'a spool that cannot be written is said so, and takes nothing',
  withDisk(async (disk, home) => {
    const node = await NodeUnderTest.open(home);
    const staged = path.join(home, 'staged');
    execFileSync('mount', ['--bind', staged, staged]);
    try {
      execFileSync('mount', ['-o', 'remount,ro,bind', staged]);
      const error = await failureOf(node.dockOne(disk.path));
      expect(isPitlaneError(error, 'unavailable')).toBe(true);
      expect(String(error)).toMatch(/the spool cannot be written at .*staged.*read-only file system/);
    } finally {
      execFileSync('umount', [staged]);
      await node.close();
    }
  }),
);
