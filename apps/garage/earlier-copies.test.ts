import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256Of } from '@pitlane/contracts/identity';
import type { RecordingEntry, StagedPlace } from '@pitlane/ports/journal';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { copiesBefore, freeEarlierCopies } from './earlier-copies.ts';
import { stagedFileOf } from './staged-copies.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'pitlane-earlier-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const placeIn = (dockId: string): StagedPlace => ({ dockId, headSha256: sha256Of('head'), path: 'a.mcap' });
const entryOf = (dockId: string, earlierCopies?: readonly StagedPlace[]): RecordingEntry =>
  ({ ...placeIn(dockId), ...(earlierCopies && { earlierCopies }) }) as RecordingEntry;

async function staged(dockId: string): Promise<void> {
  const { name } = stagedFileOf(placeIn(dockId));
  await mkdir(join(root, dockId), { recursive: true });
  await writeFile(join(root, dockId, name), 'a copy');
}

it('are carried from entry to entry as long as they are there, and freed with the last of them', async () => {
  await staged('first');
  await staged('second');
  const own = { dockId: 'second', path: 'a.mcap' };
  const second = entryOf('second', await copiesBefore(entryOf('first'), own, root));
  expect(second.earlierCopies).toEqual([placeIn('first')]);
  const third = await copiesBefore(second, { dockId: 'third', path: 'a.mcap' }, root);
  expect(third).toEqual([placeIn('second'), placeIn('first')]);
  await rm(join(root, 'second'), { recursive: true });
  expect(await copiesBefore(second, { dockId: 'third', path: 'a.mcap' }, root)).toEqual([placeIn('first')]);
  await staged('third');
  await freeEarlierCopies(entryOf('third', third), root);
  expect(await readdir(root)).toEqual(['third']);
});

it('are none where the same dock goes on: its copy is its own', async () => {
  await staged('first');
  expect(await copiesBefore(entryOf('first'), { dockId: 'first', path: 'a.mcap' }, root)).toEqual([]);
  await freeEarlierCopies(entryOf('first'), root);
  expect(await readdir(root)).toEqual(['first']);
});
