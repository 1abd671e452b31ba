/**
 * Folders of ROS 2 bags in all that rosbag2 makes of them, written with other people's software and taken in by the
 * command: `rosbags` and SQLite find in the source what `mcap` finds in the export, message for message.
 */
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { recordingIdOfParts, sha256Of } from '@pitlane/contracts/identity';
import type { DriveResult } from '@pitlane/garage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../support/command.ts';
import { NodeUnderTest, scratchFolder } from '../support/node-under-test.ts';
import { type LogContents, PythonReaders, type WrittenBag } from '../support/python-readers.ts';
import { requireData, requirePython } from '../support/requires.ts';

const data = requireData();
const python = requirePython();

let scratch: Awaited<ReturnType<typeof scratchFolder>>;
let home: string;
let bags: readonly WrittenBag[] = [];

interface Taken {
  readonly code: number | string;
  readonly drives: readonly DriveResult[];
}

async function ingest(...paths: string[]): Promise<Taken> {
  const { code, stdout, stderr } = await runCommand(['ingest', ...paths, '--home', home, '--json']);
  expect(stdout, stderr).not.toBe('');
  return { code, drives: (JSON.parse(stdout) as { drives: DriveResult[] }).drives };
}

/** What `mcap` reads from the exports of drives. */
async function exportsOf(drives: readonly DriveResult[]): Promise<LogContents[]> {
  const outs: string[] = [];
  const node = await NodeUnderTest.open(home);
  try {
    for (const { driveId } of drives) {
      const out = path.join(scratch.path, `${driveId}.mcap`);
      await node.task('export', { driveId, out });
      outs.push(out);
    }
  } finally {
    await node.close();
  }
  return new PythonReaders(python as string).contentsOf(outs);
}

beforeAll(async () => {
  if (!python) return;
  scratch = await scratchFolder();
  home = path.join(scratch.path, 'home');
  bags = await new PythonReaders(python).writeBags(path.join(scratch.path, 'bags'));
}, 60_000);
afterAll(() => scratch?.[Symbol.asyncDispose]());

describe.skipIf(!python)('folders of ROS 2 bags', () => {
  it('written whole are exported whole, however they are stored and compressed', async () => {
    const whole = bags.filter(({ killed }) => !killed);
    expect(whole.length).toBe(6);
    const { code, drives } = await ingest(...whole.map((bag) => bag.path));
    expect(code).toBe(0);
    const sources = await new PythonReaders(python as string).contentsOf(whole.map((bag) => bag.path));
    for (const [i, exported] of (await exportsOf(drives)).entries()) {
      const { path: folder, plainTopics } = sources[i] as LogContents;
      expect(exported.plainTopics, folder).toEqual(plainTopics);
      expect([exported.messages, exported.profile, exported.stopped], folder).toEqual([400, 'ros2', null]);
      const formats = drives[i]?.recordings.map(({ format }) => format);
      const storage = folder.includes('mcap') ? 'mcap' : 'rosbag2';
      expect(formats, folder).toEqual(
        expect.arrayContaining(['opaque', folder.includes('-file') ? `${storage}-zstd` : storage]),
      );
    }
  }, 240_000);

  it('whose recorder was killed are exported as SQLite recovers them', async () => {
    const killed = bags.filter((bag) => bag.killed);
    expect(killed.length).toBe(6);
    const { code, drives } = await ingest(...killed.map((bag) => bag.path));
    expect(code).toBe(3);
    const databases = killed.map((bag) => path.join(bag.path, `${path.basename(bag.path)}_0.db3`));
    const sources = await new PythonReaders(python as string).contentsOf(databases);
    for (const [i, exported] of (await exportsOf(drives)).entries()) {
      const { path: database, plainTopics } = sources[i] as LogContents;
      const { loss, recordings } = drives[i] as DriveResult;
      expect(exported.plainTopics, database).toEqual(plainTopics);
      expect(exported.messages, database).toBe(700);
      // What stood in the transaction that never ended is the only loss.
      expect(
        loss.map(({ reason }) => reason),
        database,
      ).toEqual(['rolled-back']);
      const ending = database.includes('journal') || database.includes('persistent') ? '-journal' : '-wal';
      const parts = ['', ending].map(async (one) => ({
        ending: one,
        sha256: sha256Of(await readFile(database + one)),
      }));
      const own = recordings.find(({ format }) => format === 'rosbag2');
      expect(own?.recordingId).toBe(recordingIdOfParts(await Promise.all(parts)));
      const journal = recordings.find((one) => one.path.endsWith(ending));
      expect([journal?.format, journal?.recordingId]).toEqual(['opaque', sha256Of(await readFile(database + ending))]);
    }
  }, 300_000);

  it('docked again give the same recordings, and the journals are left as they lie on the disk', async () => {
    const [bag] = bags.filter((one) => one.path.endsWith('journal-512'));
    const files = async () => {
      const names = await readdir(bag?.path ?? '');
      return Promise.all(names.map(async (name) => [name, sha256Of(await readFile(path.join(bag?.path ?? '', name)))]));
    };
    const before = await files();
    const again = await ingest(bag?.path as string);
    expect(again.drives[0]?.recordings.every(({ known }) => known)).toBe(true);
    expect(await files()).toEqual(before);
  }, 60_000);

  it('with a file missing name it, and are whole when it is there again', async () => {
    const [bag] = bags.filter((one) => one.path.endsWith('sqlite3-none'));
    const folder = path.join(scratch.path, 'parted');
    await cp(bag?.path as string, folder, { recursive: true });
    const [name] = (await readdir(folder)).filter((one) => one.endsWith('.db3'));
    const stray = path.join(folder, 'stray_7.mcap');
    await cp(path.join(bags.find((one) => one.path.endsWith('mcap-none'))?.path ?? '', 'mcap-none.mcap'), stray);
    await rm(path.join(folder, name as string));
    const half = await ingest(folder);
    expect(half.code).toBe(3);
    const [loss] = half.drives[0]?.loss ?? [];
    expect(loss).toMatchObject({ reason: 'missing-part', path: 'metadata.yaml', topics: ['/a', '/b'] });
    expect(loss?.text).toContain(`${name}, file 1 of 1 of the bag, is not here, with 400 messages in it`);
    const read = half.drives[0]?.recordings.find((one) => one.path === 'stray_7.mcap');
    expect([read?.format, read?.messages]).toEqual(['mcap', 400]);

    await cp(path.join(bag?.path as string, name as string), path.join(folder, name as string));
    const whole = await ingest(folder);
    expect([whole.code, whole.drives[0]?.loss]).toEqual([0, []]);
    const notes = whole.drives[0]?.recordings.find((one) => one.path === 'metadata.yaml')?.notes ?? [];
    expect(notes.filter((note) => note.includes('is not here'))).toEqual([]);
    expect(notes).toContain('the bag: stray_7.mcap lies beside it and is not named in it: it was read all the same');
  }, 120_000);

  it('cut off in what is compressed give what stands before the cut, and keep the rest as it is', async () => {
    const [bag] = bags.filter((one) => one.path.endsWith('mcap-file'));
    const bytes = await readFile(path.join(bag?.path as string, 'mcap-file.mcap.zstd'));
    const folder = path.join(scratch.path, 'cut');
    await mkdir(folder);
    await writeFile(path.join(folder, 'cut.mcap.zstd'), bytes.subarray(0, Math.floor(bytes.byteLength / 2)));
    const { code, drives } = await ingest(folder);
    expect(code).toBe(3);
    const [recording] = drives[0]?.recordings ?? [];
    expect(recording?.format).toBe('mcap-zstd');
    expect(recording?.messages).toBeGreaterThan(100);
    expect(drives[0]?.loss.some(({ text }) => text.includes('are kept as they are, compressed'))).toBe(true);
  }, 60_000);

  it('are restored with journals and metadata byte for byte, and logs by their digests', async () => {
    for (const name of ['journal-512', 'mcap-message', 'sqlite3-file']) {
      const bag = bags.find((one) => one.path.endsWith(name)) as WrittenBag;
      const { drives } = await ingest(bag.path);
      const out = path.join(scratch.path, 'restored', name);
      const { code, stdout } = await runCommand([
        'restore',
        drives[0]?.driveId ?? '',
        '-o',
        out,
        '--home',
        home,
        '--json',
      ]);
      expect(code, name).toBe(0);
      const { files } = JSON.parse(stdout) as { files: { path: string; exact: boolean }[] };
      for (const file of await readdir(bag.path)) {
        const isLog = /\.(db3|mcap|zstd)$/.test(file);
        const restored = files.find((one) => path.basename(one.path) === (isLog ? `${file}.mcap` : file));
        expect([file, restored?.exact]).toEqual([file, !isLog]);
      }
    }
  }, 120_000);
});

describe.skipIf(!python || !data)('a bag of compressed messages from elsewhere', () => {
  it('of which one file of thirteen is here gives its messages decompressed, and names the twelve', async () => {
    const folder = path.join(data as string, 'mcap/soccer_goal');
    const { code, drives } = await ingest(folder);
    expect(code).toBe(3);
    expect(drives[0]?.loss.map(({ reason }) => reason)).toEqual(Array.from({ length: 12 }, () => 'missing-part'));
    // `rosbags` reads folders whose files are all there.
    const alone = path.join(scratch.path, 'soccer_goal');
    await mkdir(alone);
    await cp(path.join(folder, 'soccer_goal_12.mcap'), path.join(alone, 'soccer_goal_12.mcap'));
    const yaml = await readFile(path.join(folder, 'metadata.yaml'), 'utf8');
    await writeFile(
      path.join(alone, 'metadata.yaml'),
      yaml.replace(/^ +- soccer_goal_\d\.mcap\n|^ +- soccer_goal_1[01]\.mcap\n/gm, ''),
    );
    const [source] = await new PythonReaders(python as string).contentsOf([alone]);
    const [exported] = await exportsOf(drives);
    const messages = (contents?: LogContents) => Object.values(contents?.plainTopics ?? {}).map((one) => one.messages);
    expect(messages(exported)).toEqual([2]);
    expect(exported?.plainTopics).toEqual(source?.plainTopics);
  }, 120_000);
});
