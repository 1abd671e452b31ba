/**
 * A qlog of a real car, in bzip2 as it came, in zstd and plain, taken in by the command: a walk over its framing in Python
 * finds the same events in the source and in each export, whose messages are the stream byte for byte.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { loadDecompressors } from '@pitlane/compressor-zstd';
import { decompressed } from '@pitlane/formats/compressed';
import { DEFAULT_READ_LIMITS } from '@pitlane/formats/recording';
import type { DriveResult } from '@pitlane/garage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import zstd from 'zstd-napi';
import { memorySource } from '../support/byte-source.ts';
import { runCommand } from '../support/command.ts';
import { NodeUnderTest, scratchFolder } from '../support/node-under-test.ts';
import { type OpenpilotContents, PythonReaders } from '../support/python-readers.ts';
import { requireData, requirePython } from '../support/requires.ts';

const data = requireData();
const python = requirePython();
const LOG = 'openpilot/a2a0ccea32023010/2023-07-27--13-01-19--0/qlog.bz2';
const FACTS = { events: 11_388, topics: 49, startTime: '36616625245', endTime: '98219065261' };
/** As it came, compressed with zstd under a name that says nothing, and plain. */
const NAMES = ['qlog.bz2', 'log-of-a-car', 'rlog'];

let scratch: Awaited<ReturnType<typeof scratchFolder>>;
let drives: DriveResult[];
let source: OpenpilotContents;
let exports: OpenpilotContents[];
let faults: unknown[];

async function plainBytes(file: Uint8Array): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const tools = { decompressors: await loadDecompressors(), limits: DEFAULT_READ_LIMITS };
  for await (const piece of decompressed(memorySource(file), 'bz2', tools)) {
    if (piece.kind === 'bytes') parts.push(piece.bytes.slice());
  }
  return Buffer.concat(parts);
}

beforeAll(async () => {
  if (!data || !python) return;
  scratch = await scratchFolder();
  const at = (...names: string[]): string => path.join(scratch.path, ...names);
  const file = new Uint8Array(await readFile(path.join(data, LOG)));
  const plain = await plainBytes(file);
  const contents = [file, zstd.compress(plain), plain];
  for (const [i, name] of NAMES.entries()) {
    await mkdir(at(`disk-${i}`));
    await writeFile(at(`disk-${i}`, name), contents[i] as Uint8Array);
  }
  const disks = NAMES.map((_, i) => at(`disk-${i}`));
  const { code, stdout, stderr } = await runCommand(['ingest', ...disks, '--home', at('home'), '--json']);
  expect(code, stderr).toBe(0);
  drives = (JSON.parse(stdout) as { drives: DriveResult[] }).drives;
  const node = await NodeUnderTest.open(at('home'));
  try {
    const outs = NAMES.map((_, i) => at(`out-${i}.mcap`));
    for (const [i, out] of outs.entries()) await node.task('export', { driveId: drives[i]?.driveId, out });
    const verified = await node.task<{ drives: { faults: unknown[] }[] }>('verify', {});
    faults = verified.drives.flatMap((drive) => drive.faults);
    [source, ...exports] = (await new PythonReaders(python).openpilotContentsOf([path.join(data, LOG), ...outs])) as [
      OpenpilotContents,
      ...OpenpilotContents[],
    ];
  } finally {
    await node.close();
  }
}, 240_000);
afterAll(() => scratch?.[Symbol.asyncDispose]());

describe.skipIf(!data || !python)('a qlog from elsewhere', () => {
  it.each(NAMES)('%s: lands as what it is, whole and verified', (name) => {
    const drive = drives[NAMES.indexOf(name)] as DriveResult;
    expect(drive).toMatchObject({ state: 'receipted', loss: [] });
    expect(drive.recordings).toMatchObject([
      { path: name, format: 'openpilot', messages: FACTS.events, topics: FACTS.topics },
    ]);
    expect(faults).toEqual([]);
  });

  it.each(NAMES)('%s: every event is exported, and all of them are the stream', (name) => {
    expect(source).toMatchObject({ events: FACTS.events, startTime: FACTS.startTime, endTime: FACTS.endTime });
    const { path: _, ...exported } = exports[NAMES.indexOf(name)] as OpenpilotContents;
    expect(source).toMatchObject(exported);
    expect(exported.toldAlike).toBe(true);
  });
});
