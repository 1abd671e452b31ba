import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OutputStream } from './output-stream.ts';

const never = new AbortController().signal;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pitlane-output-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Takes a write only when it is let. */
function slowReader() {
  const waiting: (() => void)[] = [];
  const stream = new Writable({ highWaterMark: 4, write: (_, __, done) => void waiting.push(() => done()) });
  return { stream, take: () => waiting.shift()?.() };
}

describe('the output of a replay', () => {
  it('makes whoever writes wait for a slow reader', async () => {
    const { stream, take } = slowReader();
    const output = new OutputStream(stream, 'pipe', never);
    let isWritten = false;
    const writing = output.write('more than four').then(() => (isWritten = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect([isWritten, stream.writableLength]).toEqual([false, 14]);
    take();
    await writing;
    expect(stream.writableLength).toBe(0);
  });

  it('ends quietly when its reader has gone, while it waits too', async () => {
    const { stream } = slowReader();
    const output = new OutputStream(stream, 'pipe', never);
    const writing = output.write('more than four');
    stream.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    await writing;
    expect(output.readerGone).toBe(true);
    await output.write('and more');
    await output.end();
  });

  it('is let go when the replay is stopped, though its reader sleeps', async () => {
    const { stream } = slowReader();
    const stop = new AbortController();
    const writing = new OutputStream(stream, 'pipe', stop.signal).write('more than four');
    stop.abort();
    await expect(writing).rejects.toThrow('aborted');
  });

  it('writes a file, and never over another', async () => {
    const path = join(folder, 'a.ndjson');
    const output = OutputStream.toFile(path, never);
    for (let i = 0; i < 1000; i += 1) await output.write(`${i}\n`.repeat(50));
    await output.end();
    expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(50_001);
    await writeFile(path, 'mine');
    await expect(OutputStream.toFile(path, never).end()).rejects.toMatchObject({ code: 'already-exists' });
    expect(await readFile(path, 'utf8')).toBe('mine');
  });

  it('writes to a device', async () => {
    const output = OutputStream.toFile('/dev/null', never);
    await output.write('a');
    await output.end();
  });

  it('says where it cannot write', async () => {
    const output = OutputStream.toFile(join(folder, 'none', 'a.ndjson'), never);
    await expect(output.end()).rejects.toMatchObject({ code: 'not-found' });
  });

  it('tells a full disk as one', async () => {
    const stream = new Writable({
      write: (_, __, done) => done(Object.assign(new Error('no space'), { code: 'ENOSPC' })),
    });
    await expect(new OutputStream(stream, 'x', never).end().then(() => undefined)).resolves.toBeUndefined();
    const full = new OutputStream(
      new Writable({ write: (_, __, done) => done(Object.assign(new Error('no space'), { code: 'ENOSPC' })) }),
      'x',
      never,
    );
    await full.write('a').catch(() => {});
    await expect(full.end()).rejects.toMatchObject({ code: 'disk-full' });
  });
});
