/**
 * ROS 2 bags in SQLite that other people recorded, taken in by the command: `rosbags` finds in the source what it finds by
 * `mcap` in the export, message for message.
 */
import path from 'node:path';
import type { DriveResult } from '@pitlane/garage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../support/command.ts';
import { NodeUnderTest, scratchFolder } from '../support/node-under-test.ts';
import { type LogContents, PythonReaders } from '../support/python-readers.ts';
import { requireData, requirePython } from '../support/requires.ts';

const data = requireData();
const python = requirePython();
const BAGS = { test_bag: 2724, scan_today_bag: 492, wbag: 6074 };
const names = Object.keys(BAGS) as (keyof typeof BAGS)[];

let scratch: Awaited<ReturnType<typeof scratchFolder>>;
let drives: DriveResult[];
let contents: readonly LogContents[];

beforeAll(async () => {
  if (!data || !python) return;
  scratch = await scratchFolder();
  const home = path.join(scratch.path, 'home');
  const bags = names.map((name) => path.join(data, 'rosbag2', name));
  const ingested = await runCommand(['ingest', ...bags, '--home', home, '--json']);
  drives = (JSON.parse(ingested.stdout) as { drives: DriveResult[] }).drives;
  const node = await NodeUnderTest.open(home);
  try {
    const exported = names.map((name) => path.join(scratch.path, `${name}.mcap`));
    for (const [i, out] of exported.entries()) await node.task('export', { driveId: drives[i]?.driveId, out });
    contents = await new PythonReaders(python).contentsOf([...bags, ...exported]);
  } finally {
    await node.close();
  }
}, 120_000);
afterAll(() => scratch?.[Symbol.asyncDispose]());

describe.skipIf(!data || !python)('ROS 2 bags from elsewhere', () => {
  it.each(names)('%s: every message is exported with its type, time and bytes', (name) => {
    const [drive, source, exported] = [
      drives[names.indexOf(name)] as DriveResult,
      contents[names.indexOf(name)] as LogContents,
      contents[names.length + names.indexOf(name)] as LogContents,
    ];
    expect(drive).toMatchObject({ state: 'receipted', loss: [] });
    const counted = Object.values(source.plainTopics).reduce((sum, { messages }) => sum + messages, 0);
    expect(counted).toBe(BAGS[name]);
    expect(exported.stopped).toBeNull();
    expect(exported.plainTopics).toEqual(source.plainTopics);
  });
});
