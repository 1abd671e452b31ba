import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openScratch } from './index.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pitlane-scratch-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('a scratch file gives back what was appended, and leaves no name behind even while it is open', async () => {
  await using scratch = await openScratch(path.join(folder, 'spool'), 'bag.db3.zstd');
  await scratch.append(Buffer.from('hello '));
  await scratch.append(Buffer.from('world'));
  expect(await readdir(path.join(folder, 'spool'))).toEqual([]);
  const source = scratch.source();
  expect([source.name, source.sizeBytes]).toEqual(['bag.db3.zstd', 11]);
  const into = new Uint8Array(20);
  expect(await source.read(6, into)).toBe(5);
  expect(Buffer.from(into.subarray(0, 5)).toString()).toBe('world');
  expect([await source.read(11, into), await source.read(500, into)]).toEqual([0, 0]);
});
