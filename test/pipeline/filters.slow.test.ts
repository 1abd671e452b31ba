/** What may not leave the garage, over a whole node: nothing of it is in the bucket, and everybody is told where it is. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { mcap } from '@pitlane/formats/mcap';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exitCodeOfIngest } from '../../apps/cli/output/ingest-report.ts';
import { channel, chunk, file, joinAll, message, schema } from '../adversarial/mcap-bytes.ts';
import { memorySource } from '../support/byte-source.ts';
import { NodeUnderTest, scratchFolder } from '../support/node-under-test.ts';
import { readRecording } from '../support/read-recording.ts';
import { START_NS } from '../support/small-log.ts';

const MARKER = 'what was said in the cabin, which nobody else may hear';
const SECONDS = 150;
const exclude = ['/cabin/*'];

let scratch: Awaited<ReturnType<typeof scratchFolder>>;
let folder: string;
let homes = 0;
const newHome = (): string => path.join(scratch.path, `home-${(homes += 1)}`);

/** Two topics that share the group of thin ones, a message of each a second, and a third with a single one. */
function log(cabin: string): Uint8Array {
  const declared = [schema(1), channel(1, '/cabin/audio', 1), channel(2, '/imu', 1), channel(3, '/cabin/seat', 1)];
  const messages = Array.from({ length: SECONDS }, (_, at) => [
    message(2, at, START_NS + BigInt(at) * 1_000_000_000n, Buffer.from(`imu ${at}`)),
    message(1, at, START_NS + BigInt(at) * 1_000_000_000n + 1n, Buffer.from(`${cabin} ${at}`)),
  ]);
  return file([
    chunk({ body: joinAll([...declared, ...messages.flat(), message(3, 0, START_NS, Buffer.from(cabin))]) }),
  ]);
}

beforeAll(async () => {
  scratch = await scratchFolder();
  folder = path.join(scratch.path, 'disk');
  await mkdir(folder);
  await writeFile(path.join(folder, 'a.mcap'), log(MARKER));
  // No known format any more, but its name says what it was.
  await writeFile(path.join(folder, 'b.mcap'), Buffer.from(`damaged from its first byte on: ${MARKER}`));
  await writeFile(path.join(folder, 'notes.txt'), 'seen by the driver');
  await writeFile(path.join(folder, 'pitlane.drive.json'), JSON.stringify({ vehicleId: 'car-47', driveId: 'drive-1' }));
});
afterAll(() => scratch[Symbol.asyncDispose]());

/** How many objects hold the marker: as they lie there, or unpacked. */
async function objectsWithMarker({ home }: NodeUnderTest): Promise<number> {
  const root = path.join(home, 'objects');
  let found = 0;
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = await readFile(path.join(entry.parentPath, entry.name));
    const read = entry.name.endsWith('.mcap') ? await readRecording(mcap, memorySource(bytes)) : undefined;
    const unpacked = [...(read?.messages ?? []), ...(read?.attachments ?? [])].map(({ data }) => data);
    if (bytes.includes(MARKER) || Buffer.concat(unpacked).includes(MARKER)) found += 1;
  }
  return found;
}

describe('a dock with topics that may not leave', () => {
  it('lands all else, tells of the withheld, and adds nothing when it is docked again', async () => {
    const node = await NodeUnderTest.open(newHome());
    try {
      const drive = await node.dockOne(folder, { exclude });
      expect(await objectsWithMarker(node)).toBe(0);
      const topic = { path: 'a.mcap', reason: 'withheld', topics: ['/cabin/audio'], startTime: String(START_NS + 1n) };
      const whole = { path: 'b.mcap', reason: 'withheld', topics: [], keptIn: null };
      expect(drive.loss).toMatchObject([
        { ...topic, text: 'withheld: 150 messages of /cabin/audio may not leave the garage (without /cabin/*)' },
        { path: 'a.mcap', reason: 'withheld', topics: ['/cabin/seat'], bytes: 0 },
        { ...whole, text: expect.stringContaining('the whole file stays where it is') as string },
      ]);
      expect(exitCodeOfIngest({ drives: [{ ...drive, superseded: [] }], failures: [] })).toBe(0);
      expect(await node.verify()).toMatchObject([{ ok: true }]);
      const lines = await node.exported(drive.driveId);
      expect(lines.channels.map(({ topic: name }) => name)).toEqual(['/imu']);
      expect(lines.messages.length).toBe(SECONDS);
      const lost = { state: 'on-car', reason: 'withheld' };
      const coverage = "SELECT topic, state, reason FROM coverage WHERE topic LIKE '/cabin/%' ORDER BY topic";
      expect(await node.rows(coverage)).toEqual([
        { topic: '/cabin/audio', ...lost },
        { topic: '/cabin/seat', ...lost },
      ]);
      const out = path.join(scratch.path, 'restored');
      const restored = await node.task<{ files: { path: string; exact: boolean }[]; faults: string[] }>('restore', {
        driveId: drive.driveId,
        out,
      });
      expect(restored.faults).toEqual([]);
      expect(Object.fromEntries(restored.files.map((one) => [path.relative(out, one.path), one.exact]))).toEqual({
        'a.mcap': false,
        'notes.txt': true,
        'pitlane.drive.json': true,
      });
      const before = await node.bucket();
      const again = await node.dockOne(folder, { exclude });
      expect(again.recordings.every(({ known }) => known)).toBe(true);
      expect(again.loss).toEqual(drive.loss);
      expect(await node.bucket()).toEqual(before);
      await expect(node.dock(folder)).rejects.toMatchObject({
        code: 'refused',
        message: expect.stringContaining(
          'was docked before as: without /cabin/*; now it is to be: every topic',
        ) as string,
      });
      await expect(node.dock(folder, { topics: ['/imu'] })).rejects.toMatchObject({ code: 'refused' });
      expect(await node.bucket()).toEqual(before);
    } finally {
      await node.close();
    }
  });

  it('obeys the rule of its garage, whatever is asked, and lets nothing without a topic leave under a list', async () => {
    const node = await NodeUnderTest.open(newHome(), { PITLANE_TOPICS: '/imu' });
    try {
      await expect(node.dock(folder, { topics: ['/cabin/*'] })).rejects.toMatchObject({ code: 'bad-usage' });
      const drive = await node.dockOne(folder);
      expect(await objectsWithMarker(node)).toBe(0);
      expect(drive.loss.map(({ path: name, reason, topics }) => [name, reason, topics])).toEqual([
        ['a.mcap', 'withheld', ['/cabin/audio']],
        ['a.mcap', 'withheld', ['/cabin/seat']],
        ['b.mcap', 'withheld', []],
        ['notes.txt', 'withheld', []],
      ]);
      expect(await node.verify()).toMatchObject([{ ok: true }]);
    } finally {
      await node.close();
    }
  });

  it('finds the marker where nothing is withheld: this is how the other two would fail', async () => {
    const node = await NodeUnderTest.open(newHome());
    try {
      await node.dockOne(folder);
      expect(await objectsWithMarker(node)).toBeGreaterThanOrEqual(2);
    } finally {
      await node.close();
    }
  });
});
