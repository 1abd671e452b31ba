/**
 * Logs that other people's software wrote, taken in by the command and judged by other people's readers: what they find
 * in the source, in the export, in the restored file and in the landed chunks is the same.
 */
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { sha256Of } from '@pitlane/contracts/identity';
import type { DriveResult } from '@pitlane/garage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../support/command.ts';
import { chunkObjects, NodeUnderTest, scratchFolder } from '../support/node-under-test.ts';
import { type Findings, type LogContents, PythonReaders, together } from '../support/python-readers.ts';
import { requireData, requirePython } from '../support/requires.ts';

const data = requireData();
const python = requirePython();
const TRUNCATED = 'test_sample_truncated.mcap';

const logs = data
  ? ['mcap', 'bag'].flatMap((folder) =>
      readdirSync(path.join(data, folder))
        .filter((name) => /\.(mcap|bag)$/.test(name))
        .map((name) => path.join(data, folder, name)),
    )
  : [];
const names = logs.map((log) => path.basename(log));
const bags = names.filter((name) => name.endsWith('.bag'));
const mcaps = names.filter((name) => name.endsWith('.mcap'));

/** Restored as well: one of each kind, for each restore takes as long as an export. */
const restoredNames = [
  TRUNCATED,
  'crate-compressed.mcap',
  'topics_and_services.mcap',
  'tilt_laser.bag',
  'no-messages.bag',
];
const SETUP_TIMEOUT_MS = 240_000;

/** What a car wrote in an unusual way is kept so; these warnings speak of the car's log and not of the file that we made. */
const WARNINGS_OF_THE_CAR = [
  'CHANNEL_TOPIC_DUPLICATE',
  'CHUNK_COMPRESSION_INEFFICIENT',
  'MESSAGE_PUBLISH_TIME_AFTER_LOG_TIME',
  'METADATA_NAME_DUPLICATE',
];

interface Landed {
  readonly drive: DriveResult;
  readonly source: LogContents;
  readonly exported: LogContents;
  readonly restored: LogContents | undefined;
  readonly chunks: readonly LogContents[];
  /** SHA-256 of each chunk object. */
  readonly objects: readonly string[];
}

let scratch: Awaited<ReturnType<typeof scratchFolder>>;
let ingestCode: number | string;
const landed = new Map<string, Landed>();
let findings: Findings[] = [];
const of = (name: string): Landed => landed.get(name) as Landed;

interface Made {
  readonly drive: DriveResult;
  readonly exported: string;
  readonly restored: string | undefined;
  readonly chunks: readonly string[];
  readonly objects: readonly string[];
}

async function exportAndRestore(drives: readonly DriveResult[], home: string): Promise<Made[]> {
  const node = await NodeUnderTest.open(home);
  try {
    const bucket = await node.bucket();
    const made: Made[] = [];
    for (const drive of drives) {
      const { driveId } = drive;
      const exported = path.join(scratch.path, `${driveId}.mcap`);
      await node.task('export', { driveId, out: exported });
      const chunks = chunkObjects(bucket).filter((object) => object.includes(`/${driveId}/`));
      made.push({
        drive,
        exported,
        restored: restoredNames.includes(drive.recordings[0]?.path as string)
          ? await restore(node, driveId)
          : undefined,
        chunks: chunks.map((object) => path.join(home, 'objects', object)),
        objects: chunks.map((object) => bucket.get(object) as string).sort(),
      });
    }
    return made;
  } finally {
    await node.close();
  }
}

async function restore(node: NodeUnderTest, driveId: string): Promise<string> {
  const out = path.join(scratch.path, 'restored', driveId);
  const { files } = await node.task<{ files: { path: string }[] }>('restore', { driveId, out });
  return files[0]?.path as string;
}

beforeAll(async () => {
  if (!data || !python) return;
  scratch = await scratchFolder();
  const home = path.join(scratch.path, 'home');
  const ingested = await runCommand(['ingest', ...logs, '--home', home, '--json']);
  ingestCode = ingested.code;
  const { drives } = JSON.parse(ingested.stdout) as { drives: DriveResult[] };
  const made = await exportAndRestore(drives, home);
  const readers = new PythonReaders(python);
  const files = made.flatMap(({ exported, restored, chunks }) => [
    exported,
    ...(restored ? [restored] : []),
    ...chunks,
  ]);
  const contents = new Map((await readers.contentsOf([...logs, ...files])).map((one) => [one.path, one]));
  const read = (file: string): LogContents => contents.get(file) as LogContents;
  findings = await readers.findingsIn(files);
  for (const { drive, exported, restored, chunks, objects } of made) {
    const name = drive.recordings[0]?.path as string;
    landed.set(name, {
      drive,
      source: read(logs[names.indexOf(name)] as string),
      exported: read(exported),
      restored: restored === undefined ? undefined : read(restored),
      chunks: chunks.map(read),
      objects,
    });
  }
}, SETUP_TIMEOUT_MS);
afterAll(() => scratch?.[Symbol.asyncDispose]());

describe.skipIf(!data || !python)('logs from elsewhere', () => {
  it('land each as a drive of its own, and the cut one is told as loss', () => {
    expect(ingestCode).toBe(3);
    expect([...landed.keys()].sort()).toEqual([...names].sort());
    expect(names.length).toBeGreaterThanOrEqual(14);
    for (const [name, { drive }] of landed) {
      expect(drive.state, name).toBe('receipted');
      expect(drive.loss.length > 0, name).toBe(name === TRUNCATED);
    }
  });

  it.each(mcaps)('%s: every message, channel, metadata record and attachment is exported', (name) => {
    const { source, exported } = of(name);
    expect(source.stopped !== null).toBe(name === TRUNCATED);
    expect(source.messages).toBeGreaterThan(0);
    expect(everythingIn(exported)).toEqual(everythingIn(source));
  });

  it.each(bags)('%s: every message is exported with its type, definition and time', (name) => {
    const { source, exported } = of(name);
    expect(exported.bagTopics).toEqual(source.bagTopics);
    expect(exported.messages).toBe(messagesIn(source.bagTopics));
    expect(exported.profile).toBe('ros1');
  });

  it.each(names)('%s: the export is in order of log time and indexed, and its statistics are right', (name) => {
    const { exported } = of(name);
    const counts = Object.entries(exported.topics).map(([topic, { messages }]) => [topic, messages]);
    expect(exported.stopped).toBeNull();
    expect(exported.inOrder).toBe(true);
    expect(exported.index).toEqual({
      messages: exported.messages,
      messagesRead: exported.messages,
      topics: Object.fromEntries(counts),
      attachments: exported.attachments.length,
      attachmentsRead: exported.attachments.length,
      metadata: exported.metadata.length,
      metadataRead: exported.metadata.length,
      startTime: exported.startTime ?? '0',
      endTime: exported.endTime ?? '0',
    });
  });

  it.each(restoredNames)('%s: the restored log holds what the export holds', (name) => {
    const { exported, restored } = of(name);
    expect(restored?.stopped).toBeNull();
    expect(everythingIn(restored as LogContents)).toEqual(everythingIn(exported));
  });

  it.each(names)('%s: the landed chunks alone hold all of it', (name) => {
    const { exported, chunks } = of(name);
    for (const chunk of chunks) expect(chunk.stopped, chunk.path).toBeNull();
    const logChunks = chunks.filter(({ topics }) => !('pitlane/unread' in topics));
    expect(logChunks.length).toBe(chunks.length - (name === TRUNCATED ? 1 : 0));
    expect(together(logChunks.map(({ topics }) => topics))).toEqual(exported.topics);
    const union = (pick: (chunk: LogContents) => readonly string[]): string[] =>
      [...new Set(logChunks.flatMap(pick))].sort();
    expect(union(({ channels }) => channels)).toEqual(exported.channels);
    expect(logChunks.flatMap(({ metadata }) => metadata).sort()).toEqual(exported.metadata);
    expect(logChunks.flatMap(({ attachments }) => attachments).sort()).toEqual(exported.attachments);
  });

  it('pymcap-cli doctor finds no fault in any chunk, export or restored log', () => {
    expect(findings.length).toBeGreaterThan(2 * names.length);
    expect(findings.filter(({ error }) => error.length > 0)).toEqual([]);
    const warnings = findings.flatMap(({ warning }) => warning.map((text) => text.split(':')[0] as string));
    expect([...new Set(warnings)].filter((code) => !WARNINGS_OF_THE_CAR.includes(code))).toEqual([]);
  });

  it('one recording, compressed or not, is exported as the same', () => {
    expect(everythingIn(of('crate-compressed.mcap').exported)).toEqual(
      everythingIn(of('crate-uncompressed.mcap').exported),
    );
    // The tool that compressed these bags dropped who published, and gave /tf the text of its namesake.
    const { plainTopics } = of('example.bag').exported;
    expect(messagesIn(plainTopics)).toBe(8647);
    expect(of('example-bz2.bag').exported.plainTopics).toEqual(plainTopics);
    expect(of('example-lz4.bag').exported.plainTopics).toEqual(plainTopics);
    expect(everythingIn(of('example-lz4.bag').exported)).toEqual(everythingIn(of('example-bz2.bag').exported));
  });

  it('the same messages land as the same objects, however their log was compressed', () => {
    expect(of('crate-compressed.mcap').objects).toEqual(of('crate-uncompressed.mcap').objects);
    expect(of('example-lz4.bag').objects).toEqual(of('example-bz2.bag').objects);
  });

  it('what a reader could not read of a cut file lands byte for byte', async () => {
    const { drive } = of(TRUNCATED);
    const joined = await new PythonReaders(python as string).joinedFrom(path.join(scratch.path, 'home/objects'));
    const unread = joined.filter(({ kind }) => kind === 'unread');
    const cut = await readFile(logs[names.indexOf(TRUNCATED)] as string);
    const [loss] = drive.loss;
    expect(unread.map((file) => [file.path, file.bytes, file.sha256])).toEqual([
      [TRUNCATED, loss?.bytes, sha256Of(cut.subarray(cut.byteLength - (loss?.bytes ?? 0)))],
    ]);
  });
});

const everythingIn = ({ profile, messages, topics, channels, metadata, attachments }: LogContents): object => ({
  profile,
  messages,
  topics,
  channels,
  metadata,
  attachments,
});

const messagesIn = (topics: LogContents['topics']): number =>
  Object.values(topics).reduce((sum, { messages }) => sum + messages, 0);
