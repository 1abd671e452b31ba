import { mkdir, mkdtemp, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordingId } from '@pitlane/contracts/identity';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StagedIndex, type StagedLine } from './staged-index.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'pitlane-staged-'));
  await mkdir(join(root, 'dock'));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

const line = (path: string, bytes: number): StagedLine => ({
  path,
  bytes,
  mtimeMs: 1_700_000_000_000.25,
  copy: { name: `copy-of-${path}`, recordingId: 'ab'.repeat(32) as RecordingId, holes: [], readBack: 'disk' },
});

async function add(index: StagedIndex, ...lines: StagedLine[]): Promise<void> {
  for (const one of lines) {
    await writeFile(join(index.folder, one.copy?.name ?? ''), new Uint8Array(one.bytes));
    await index.add(one);
  }
}

describe('what of a dock stands in the spool', () => {
  it('is known to the next process, file by file, and is complete only when that was said', async () => {
    const first = await StagedIndex.open(root, 'dock');
    await add(first, line('a', 3), line('b', 0));
    const next = await StagedIndex.open(root, 'dock');
    expect(next.isComplete).toBe(false);
    expect(await next.copyOf(line('a', 3))).toEqual(line('a', 3).copy);
    await next.complete();
    const last = await StagedIndex.open(root, 'dock');
    expect(last.isComplete).toBe(true);
    expect((await last.standing()).map(({ path }) => path)).toEqual(['a', 'b']);
    await last.remove();
    expect(await readdir(root)).toEqual(['dock']);
  });

  it('is of just that file: another size, another time, and it is copied anew', async () => {
    const index = await StagedIndex.open(root, 'dock');
    await add(index, line('a', 3));
    expect(await index.copyOf({ ...line('a', 4) })).toBeUndefined();
    expect(await index.copyOf({ ...line('a', 3), mtimeMs: 5 })).toBeUndefined();
    expect(await index.copyOf(line('b', 3))).toBeUndefined();
  });

  it('is not what a copy that went or is cut off says', async () => {
    const index = await StagedIndex.open(root, 'dock');
    await add(index, line('a', 3), line('b', 3));
    await rm(join(root, 'dock/copy-of-a'));
    await truncate(join(root, 'dock/copy-of-b'), 2);
    expect(await index.copyOf(line('a', 3))).toBeUndefined();
    expect(await index.copyOf(line('b', 3))).toBeUndefined();
    expect(await index.hasCopies()).toBe(false);
  });

  it('loses to a power cut the line that was being written, and neither those before nor those after it', async () => {
    const before = await StagedIndex.open(root, 'dock');
    await add(before, line('a', 3), line('b', 3));
    const file = join(root, 'dock.part.ndjson');
    await truncate(file, (await stat(file)).size - 10);
    const after = await StagedIndex.open(root, 'dock');
    await add(after, line('c', 3));
    const standing = await (await StagedIndex.open(root, 'dock')).standing();
    expect(standing.map(({ path }) => path)).toEqual(['a', 'c']);
  });
});
