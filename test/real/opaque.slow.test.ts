/**
 * Folders full of formats that Pitlane does not take apart: CAN traces, ULog, rosbag2 databases, GPS tracks, images.
 * Every file comes back byte for byte, from `pitlane restore` and, with Pitlane gone, from the bucket alone.
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
const SETUP_TIMEOUT_MS = 240_000;

interface Folder {
  readonly drive: DriveResult;
  /** Path in the folder, and SHA-256. */
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
      folders.set(name, {
        drive,
        files: await filesBelow(disks[i] as string),
        restored: files,
        restoredFiles: await filesBelow(out),
      });
    }
  } finally {
    await node.close();
  }
}, SETUP_TIMEOUT_MS);
afterAll(() => scratch?.[Symbol.asyncDispose]());

describe.skipIf(!data)('files of formats that are not taken apart', () => {
  it('are all taken in, without loss', () => {
    expect(ingestCode).toBe(0);
    for (const [name, { drive, files }] of folders) {
      expect(drive.recordings.map((one) => one.path).sort(), name).toEqual([...files.keys()].sort());
      expect(drive.loss, name).toEqual([]);
    }
  });

  it.each(FOLDERS)('%s comes back byte for byte, each file under its name', (name) => {
    const { files, restored, restoredFiles } = folders.get(name) as Folder;
    expect(restored.filter(({ exact }) => !exact)).toEqual([]);
    expect(Object.fromEntries(restoredFiles)).toEqual(Object.fromEntries(files));
  });

  it.skipIf(!python)(
    'come back from the bucket with no more than an MCAP reader, and no chunk has a fault',
    async () => {
      const readers = new PythonReaders(python as string);
      const bucket = path.join(home(), 'objects');
      const joined = await readers.joinedFrom(bucket);
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
