/**
 * Folders with formats that Pitlane does not take apart: most CAN traces, driver logs, video, images. Every such file comes back byte for byte, from
 * `pitlane restore` and, with Pitlane gone, from the bucket alone. What lies beside them and is taken apart is only counted.
 */
import path from 'node:path';
import type { DriveResult } from '@pitlane/garage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../support/command.ts';
import { chunkObjects, filesBelow, NodeUnderTest, scratchFolder } from '../support/node-under-test.ts';
import { PythonReaders } from '../support/python-readers.ts';
import { requireData, requirePython } from '../support/requires.ts';

const data = requireData();
const python = requirePython();
const FOLDERS = ['can', 'gps', 'openpilot', 'payload', 'rosbag2', 'ulog'];
/** A log of u-blox frames that ends in the midst of one. */
const CUT_OFF = 'BADEOF1.log';
const SETUP_TIMEOUT_MS = 240_000;

interface Folder {
  readonly drive: DriveResult;
  /** Path in the folder, and SHA-256. */
  readonly all: ReadonlyMap<string, string>;
  /** Those that land opaque. */
  readonly files: ReadonlyMap<string, string>;
  readonly restored: { readonly path: string; readonly bytes: number; readonly exact: boolean }[];
  readonly restoredFiles: ReadonlyMap<string, string>;
}

let scratch: Awaited<ReturnType<typeof scratchFolder>>;
let ingestCode: number | string;
const folders = new Map<string, Folder>();
const home = (): string => path.join(scratch.path, 'home');

beforeAll(async () => {
  if (!data) return;
  scratch = await scratchFolder();
  const disks = FOLDERS.map((name) => path.join(data, name));
  const ingested = await runCommand(['ingest', ...disks, '--home', home(), '--json']);
  ingestCode = ingested.code;
  const { drives } = JSON.parse(ingested.stdout) as { drives: DriveResult[] };
  const node = await NodeUnderTest.open(home());
  try {
    for (const [i, name] of FOLDERS.entries()) {
      const drive = drives[i] as DriveResult;
      const out = path.join(scratch.path, 'restored', name);
      const { files } = await node.task<{ files: Folder['restored'] }>('restore', { driveId: drive.driveId, out });
      const all = await filesBelow(disks[i] as string);
      const opaque = new Set(drive.recordings.filter(({ format }) => format === 'opaque').map((one) => one.path));
      const only = (found: ReadonlyMap<string, string>) => new Map([...found].filter(([file]) => opaque.has(file)));
      folders.set(name, {
        drive,
        all,
        files: only(all),
        restored: files.filter((file) => opaque.has(path.relative(out, file.path))),
        restoredFiles: only(await filesBelow(out)),
      });
    }
  } finally {
    await node.close();
  }
}, SETUP_TIMEOUT_MS);
afterAll(() => scratch?.[Symbol.asyncDispose]());

describe.skipIf(!data)('files of formats that are not taken apart', () => {
  it('are all taken in, without loss but of what was cut off before', () => {
    expect(ingestCode).toBe(3);
    for (const [name, { drive, all }] of folders) {
      expect(drive.recordings.map((one) => one.path).sort(), name).toEqual([...all.keys()].sort());
      const lossy = name === 'gps' ? [{ path: CUT_OFF, reason: 'truncated', bytes: 5 }] : [];
      expect(drive.loss, name).toMatchObject(lossy);
    }
  });

  it.each(FOLDERS)('in %s come back byte for byte, each file under its name', (name) => {
    const { files, restored, restoredFiles } = folders.get(name) as Folder;
    expect(files.size).toBe(restored.length);
    expect(restored.filter(({ exact }) => !exact)).toEqual([]);
    expect(Object.fromEntries(restoredFiles)).toEqual(Object.fromEntries(files));
  });

  it.skipIf(!python)(
    'come back from the bucket with no more than an MCAP reader, and no chunk has a fault',
    async () => {
      const readers = new PythonReaders(python as string);
      const bucket = path.join(home(), 'objects');
      const joined = (await readers.joinedFrom(bucket)).filter(({ kind }) => kind === 'opaque');
      const expected = [...folders.values()].flatMap(({ files }) => [...files]);
      const byPath = ([a]: readonly string[], [b]: readonly string[]): number =>
        (a as string) < (b as string) ? -1 : 1;
      expect(joined.map((file) => [file.path, file.sha256]).sort(byPath)).toEqual(expected.sort(byPath));
      for (const { recordingId, sha256 } of joined) expect(recordingId).toBe(sha256);
      const objects = chunkObjects(await filesBelow(bucket)).map((object) => path.join(bucket, object));
      const findings = await readers.findingsIn(objects);
      expect(findings.length).toBeGreaterThanOrEqual(expected.length);
      expect(findings.filter(({ error }) => error.length > 0)).toEqual([]);
    },
  );
});
