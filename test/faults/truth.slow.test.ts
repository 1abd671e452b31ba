/** The promise "truth": what the store, the disk or the source does behind the node's back is noticed, said, and mended. */
import { appendFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isPitlaneError } from '@pitlane/base/errors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand, until } from '../support/command.ts';
import { isChunkObject, NodeUnderTest, scratchFolder } from '../support/node-under-test.ts';
import { smallDisk } from '../support/small-disk.ts';
import { messagesIn, smallLog } from '../support/small-log.ts';

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

let disks = 0;
async function disk(files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  const folder = path.join(scratch.path, `disk-${(disks += 1)}`);
  await mkdir(folder);
  for (const [name, content] of Object.entries(files)) await writeFile(path.join(folder, name), content);
  return folder;
}
const sidecar = (driveId: string): string => JSON.stringify({ driveId, vehicleId: 'car-1' });
const inStore = (object: string): string => path.join(node.home, 'objects', object);

async function chunksOf(driveId: string): Promise<string[]> {
  const names = await readdir(path.join(node.home, 'objects'), { recursive: true });
  return names.filter((name) => name.startsWith('v1/') && name.includes(`/${driveId}/`) && isChunkObject(name));
}

/** Removes an object as somebody with a shell would. */
async function removeObject(object: string): Promise<void> {
  await rm(inStore(object));
  await rm(path.join(node.home, 'objects/.meta', `${object}.json`), { force: true });
}

/** What a docking fails with. */
async function failure(docking: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error: unknown = await docking.then(
    () => new Error('it did not fail'),
    (thrown: unknown) => thrown,
  );
  if (isPitlaneError(error)) return error;
  return { code: 'none', message: `it did not fail in plain words: ${String(error)}` };
}

/** Names of the objects that a drive will have, from a home of its own. */
async function objectsBefore(folder: string): Promise<{ object: string; path: string }[]> {
  const other = await NodeUnderTest.open(path.join(scratch.path, `other-home-${disks}`));
  try {
    await other.dock(folder);
    const rows = await other.rows(
      `SELECT object, path FROM chunks JOIN recordings ON list_contains(recording_ids, recording_id) ORDER BY path, object`,
    );
    return rows.map(({ object, path: name }) => ({ object: String(object), path: String(name) }));
  } finally {
    await other.close();
  }
}

describe('an object of a drive', () => {
  it('that vanishes between its landing and the manifest is made and sent again', async () => {
    const big = smallLog({ seed: 2, seconds: 1500, hz: 10, payloadBytes: 1500 });
    const folder = await disk({ 'a.mcap': smallLog(), 'b.mcap': big, 'pitlane.drive.json': sidecar('vanishing') });
    const docking = node.dockOne(folder);
    let removed = '';
    await until(async () => {
      [removed = ''] = await chunksOf('vanishing');
      if (removed !== '') await removeObject(removed);
      return removed !== '';
    });
    const drive = await docking;
    expect(drive.receiptId).not.toBeNull();
    expect(removed).not.toBe('');
    expect(await chunksOf('vanishing')).toContain(removed);
    expect(await node.verify('vanishing')).toMatchObject([{ ok: true }]);
    expect((await node.exported('vanishing')).messages.length).toBe(
      messagesIn({}) + messagesIn({ seconds: 1500, hz: 10 }),
    );
  });

  it('whose name holds something else is refused in plain words, and replaced by nobody', async () => {
    const folder = await disk({ 'a.mcap': smallLog({ seed: 3 }), 'pitlane.drive.json': sidecar('occupied') });
    const { object } = (await objectsBefore(folder))[0] as { object: string };
    await mkdir(path.dirname(inStore(object)), { recursive: true });
    await writeFile(inStore(object), 'somebody else wrote this');
    const { code, message } = await failure(node.dock(folder));
    expect(code).toBe('already-exists');
    expect(message).toContain(object);
    expect(await readFile(inStore(object), 'utf8')).toBe('somebody else wrote this');
    await rm(inStore(object));
    expect((await node.dockOne(folder)).receiptId).not.toBeNull();
    expect(await node.verify('occupied')).toMatchObject([{ ok: true }]);
  });

  it('that was shipped in a docking that failed, and is gone since, is made again', async () => {
    const files = { 'a.mcap': smallLog({ seed: 4 }), 'b.mcap': smallLog({ seed: 5 }) };
    const folder = await disk({ ...files, 'pitlane.drive.json': sidecar('gone-between') });
    const blocked = (await objectsBefore(folder)).filter((one) => one.path === 'b.mcap').at(-1) as { object: string };
    await mkdir(path.dirname(inStore(blocked.object)), { recursive: true });
    await writeFile(inStore(blocked.object), 'in the way');
    await failure(node.dock(folder));
    await rm(inStore(blocked.object));
    const [shipped] = await chunksOf('gone-between');
    await removeObject(shipped as string);
    expect((await node.dockOne(folder)).receiptId).not.toBeNull();
    expect(await node.verify('gone-between')).toMatchObject([{ ok: true }]);
  });

  it('that is gone after the receipt is made again when the drive is docked again, as verify advises', async () => {
    const folder = await disk({ 'a.mcap': smallLog({ seed: 6 }), 'pitlane.drive.json': sidecar('gone-after') });
    await node.dock(folder);
    const [object] = await chunksOf('gone-after');
    await removeObject(object as string);
    const [found] = await node.verify('gone-after');
    expect(found?.ok).toBe(false);
    expect(found?.faults[0]?.fault).toContain('missing');
    await node.dock(folder);
    expect(await chunksOf('gone-after')).toContain(object);
    expect((await node.verify('gone-after'))[0]?.faults).toEqual([]);
  });
});

describe('a source', () => {
  it('that grows while it is read is not called a recording', async () => {
    const folder = await disk({ 'growing.mcap': smallLog({ seed: 7, seconds: 1000, payloadBytes: 1000 }) });
    const name = path.join(folder, 'growing.mcap');
    let isDone = false;
    const failed = failure(node.dock(folder).finally(() => (isDone = true)));
    await until(async () => {
      await appendFile(name, new Uint8Array(100));
      return isDone;
    });
    expect(await failed).toMatchObject({
      code: 'changed-while-read',
      message: expect.stringContaining('growing.mcap') as string,
    });
    expect((await node.dockOne(folder)).receiptId).not.toBeNull();
  });

  it('whose file disappears fails in plain words, and what is left lands when it is docked again', async () => {
    const files = Object.fromEntries(
      [1, 2, 3, 4, 5, 6].map((n) => [
        `${n}.mcap`,
        smallLog({ seed: 10 + n, seconds: 400, payloadBytes: 1000, topics: [`/t${n}`] }),
      ]),
    );
    const folder = await disk({ ...files, 'pitlane.drive.json': sidecar('vanishing-file') });
    const docking = failure(node.dock(folder));
    await until(async () => (await chunksOf('vanishing-file')).length > 0);
    await rm(path.join(folder, '6.mcap'));
    const { code, message } = await docking;
    expect(code).toBe('unavailable');
    expect(message).toContain('6.mcap');
    const drive = await node.dockOne(folder);
    expect(drive.recordings.map(({ path: name }) => name)).not.toContain('6.mcap');
    expect(await node.number("SELECT messages FROM drives WHERE drive_id = 'vanishing-file'")).toBe(5 * 400 * 5);
  });

  it('that is a folder of nothing, or is not there, is said so', async () => {
    await mkdir(path.join(scratch.path, 'empty'));
    expect(await failure(node.dock(path.join(scratch.path, 'empty')))).toMatchObject({ code: 'not-found' });
    expect(await failure(node.dock(path.join(scratch.path, 'nowhere')))).toMatchObject({ code: 'not-found' });
  });
});

describe('a full disk', () => {
  it('stops an ingest with exit 4 and a clear text, which goes on when there is space', async (context) => {
    const small = path.join(scratch.path, 'small');
    await using mounted = await smallDisk(small, 80);
    if (!mounted) context.skip();
    const log = smallLog({ seed: 20, seconds: 600, hz: 10, payloadBytes: 5000 });
    const folder = await disk({ 'a.mcap': log, 'pitlane.drive.json': sidecar('squeezed') });
    const home = path.join(small, 'home');
    const command = ['ingest', folder, '--home', home, '--json'];
    const full = await runCommand(command, { environment: { PITLANE_DISK_PAUSE_PERCENT: '100' } });
    expect(full.code, full.stderr).toBe(4);
    expect(full.stderr).toMatch(/full/);
    const paused = await runCommand(command, { environment: { PITLANE_DISK_PAUSE_PERCENT: '1' } });
    expect([paused.code, /full: intake pauses/.test(paused.stderr)], paused.stderr).toEqual([4, true]);
    mounted?.resize(400);
    const done = await runCommand(command);
    expect(done.code, done.stderr).toBe(0);
    const after = await NodeUnderTest.open(home);
    try {
      expect((await after.exported('squeezed')).messages.length).toBe(messagesIn({ seconds: 600, hz: 10 }));
      expect(await after.verify('squeezed')).toMatchObject([{ ok: true }]);
      const left = await readdir(path.join(home, 'spool'), { recursive: true });
      expect(left.filter((name) => name.endsWith('.part'))).toEqual([]);
    } finally {
      await after.close();
    }
  });
});
