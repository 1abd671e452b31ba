/**
 * A generated drive, judged by other people's readers: they find every message of its logs in the export, decode each of
 * them, and give back the file that is no log. It needs no logs from elsewhere.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { sha256Of } from '@pitlane/contracts/identity';
import type { DriveResult } from '@pitlane/garage';
import { generateDrive } from '@pitlane/generator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../support/command.ts';
import { chunkObjects, filesBelow, scratchFolder } from '../support/node-under-test.ts';
import { type LogContents, PythonReaders, together } from '../support/python-readers.ts';
import { requirePython } from '../support/requires.ts';

const python = requirePython();
const readers = new PythonReaders(python ?? '');
const SETUP_TIMEOUT_MS = 240_000;
let scratch: Awaited<ReturnType<typeof scratchFolder>>;
let logs: string[];
let driveId: string;
const at = (...names: string[]): string => path.join(scratch.path, ...names);

beforeAll(async () => {
  if (!python) return;
  scratch = await scratchFolder();
  await generateDrive({ outDir: at('drive'), seed: 22, durationS: 2, vehicleId: 'car-22', size: 'small' });
  logs = (await readdir(at('drive'))).filter((name) => name.endsWith('.mcap')).map((name) => at('drive', name));
  const ingested = await runCommand(['ingest', at('drive'), '--home', at('home'), '--json']);
  expect(ingested.code, ingested.stderr).toBe(0);
  const [drive] = (JSON.parse(ingested.stdout) as { drives: DriveResult[] }).drives;
  driveId = drive?.driveId as string;
  const exported = await runCommand(['export', driveId, '-o', at('out.mcap'), '--home', at('home')]);
  expect(exported.code, exported.stderr).toBe(0);
}, SETUP_TIMEOUT_MS);
afterAll(() => scratch?.[Symbol.asyncDispose]());

describe.skipIf(!python)('a generated drive', () => {
  it('is exported message for message, with its metadata and attachments, in order and indexed', async () => {
    const [exported, ...sources] = (await readers.contentsOf([at('out.mcap'), ...logs])) as [LogContents];
    expect(sources.length).toBe(3);
    const all = (pick: (source: LogContents) => readonly string[]): string[] => sources.flatMap(pick).sort();
    expect(exported.messages).toBeGreaterThan(5_000);
    expect(exported.topics).toEqual(together(sources.map(({ topics }) => topics)));
    expect(exported.channels).toEqual([...new Set(all(({ channels }) => channels))]);
    // Each of the logs repeats what the drive is; equal records of one drive are one object, which is exported once.
    expect([...new Set(exported.metadata)]).toEqual([...new Set(all(({ metadata }) => metadata))]);
    expect(exported.attachments).toEqual(all(({ attachments }) => attachments));
    expect(exported.inOrder).toBe(true);
    expect(exported.index).toMatchObject({ messages: exported.messages, messagesRead: exported.messages });
  });

  it('is restored log by log, each with its own metadata and attachments', async () => {
    const restored = await runCommand(['restore', driveId, '-o', at('restored'), '--home', at('home')]);
    expect(restored.code, restored.stderr).toBe(0);
    const back = await readers.contentsOf(logs.map((log) => at('restored', path.basename(log))));
    const everything = ({ path: log, inOrder: _, index: __, ...rest }: LogContents): object => ({
      ...rest,
      log: path.basename(log),
    });
    expect(back.map(everything)).toEqual((await readers.contentsOf(logs)).map(everything));
  });

  it('has no message that ROS 2, protobuf or JSON decoders cannot decode', async () => {
    const [exported] = await readers.contentsOf([at('out.mcap')]);
    const [decoded] = await readers.decode([at('out.mcap')]);
    const counts = Object.entries(exported?.topics ?? {}).map(([topic, { messages }]) => [topic, messages]);
    expect(decoded?.failed).toEqual({});
    expect(decoded?.topics).toEqual(Object.fromEntries(counts));
    expect(Object.keys(decoded?.decoded ?? {}).sort()).toEqual(['cdr', 'json', 'protobuf']);
  });

  it('lands as MCAP files that pymcap-cli doctor finds no fault in, and so are its logs and its export', async () => {
    const objects = chunkObjects(await filesBelow(at('home/objects'))).map((object) => at('home/objects', object));
    expect(objects.length).toBeGreaterThan(3);
    const findings = await readers.findingsIn([at('out.mcap'), ...logs, ...objects]);
    expect(findings.filter(({ error }) => error.length > 0)).toEqual([]);
    const warned = findings.filter(({ warning }) => warning.length > 0);
    expect(warned.flatMap(({ warning }) => warning.map((text) => text.split(':')[0]))).toEqual([
      'METADATA_NAME_DUPLICATE',
    ]);
  });

  it('gives the files that are no logs back byte for byte from the bucket alone', async () => {
    const joined = await readers.joinedFrom(at('home/objects'));
    expect(joined.map(({ path: name }) => name)).toEqual(['logger.log', 'pitlane.drive.json']);
    for (const { path: name, sha256 } of joined) expect(sha256).toBe(sha256Of(await readFile(at('drive', name))));
  });
});
