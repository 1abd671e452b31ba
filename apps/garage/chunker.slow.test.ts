import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPitlaneError, type PitlaneError } from '@pitlane/base/errors';
import type { ChunkEvent } from '@pitlane/stages/40-chunk';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChunkerJob } from './chunker-protocol.ts';
import { Chunkers } from './chunker.ts';
import { readProcess } from './chunker-reading.ts';

const LIMITS = {
  silentCpuMsMax: 5000,
  silentMsMax: 20_000,
  stalledMsMax: 600_000,
  residentBytesMax: 350 * 1024 * 1024,
};
const STALL_SEEN_MS = 20_000;

let chunkers: Chunkers;
/** CPU that every process is said to have burned; its memory is the real one. */
let cpuMs: number | undefined;
/** The only process that burned it, where one is named. */
let burning: number | undefined;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  cpuMs = 0;
  burning = undefined;
  const read = (pid: number | undefined) => {
    const reading = readProcess(pid);
    const burned = burning === undefined || burning === pid ? cpuMs : 0;
    return reading && burned !== undefined ? { ...reading, cpuMs: burned } : undefined;
  };
  chunkers = new Chunkers(1, { limits: LIMITS, module: new URL('./chunker.fixture.ts', import.meta.url), read });
});

afterEach(async () => {
  await chunkers.close();
  vi.useRealTimers();
});

const run = (path: string, signal?: AbortSignal) => chunkers.run({ path } as ChunkerJob, signal);

async function collect(events: AsyncIterable<ChunkEvent>): Promise<ChunkEvent[]> {
  const all: ChunkEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

/** The process's id: the first thing that the fixture tells. */
async function firstPid(events: AsyncGenerator<ChunkEvent>): Promise<number> {
  const { value } = await events.next();
  return value?.type === 'progress' ? value.readBytes : 0;
}

async function failure(work: Promise<unknown>): Promise<PitlaneError> {
  const error = await work.then(
    () => expect.fail('did not fail'),
    (thrown: unknown) => thrown,
  );
  if (!isPitlaneError(error)) throw error;
  return error;
}

/** Whether a process is there; 0 sends nothing. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const gone = (pid: number): Promise<void> => vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 10_000 });

describe('a chunker process', () => {
  it('is used again after each job that came to an end, good or bad', async () => {
    const pids: number[] = [];
    for (const path of ['well', 'land opaque', 'fail', 'well']) {
      const events = run(path);
      pids.push(await firstPid(events));
      await collect(events).catch(() => {});
    }
    expect(new Set(pids).size).toBe(1);
  });

  it('hands its own failures on, and a recording to land opaque with the reason', async () => {
    const failed = await failure(collect(run('fail')));
    expect([failed.code, failed.retryable]).toEqual(['disk-full', true]);
    const opaque = await failure(collect(run('land opaque')));
    expect([opaque.code, opaque.details.reason]).toEqual(['decoder-failed', 'its times jump about']);
  });

  it('is killed when it burns CPU without a word', async () => {
    const events = run('hang');
    const pid = await firstPid(events);
    const failed = failure(events.next());
    vi.advanceTimersByTime(250);
    cpuMs = LIMITS.silentCpuMsMax;
    vi.advanceTimersByTime(250);
    expect(isAlive(pid)).toBe(true);
    cpuMs += 10;
    vi.advanceTimersByTime(250);
    const { code, details } = await failed;
    const reason = 'its decoder said nothing for 5 s of computing';
    expect([code, details.reason, details.killed]).toEqual(['decoder-failed', reason, false]);
    await gone(pid);
  });

  it('is killed when it is silent, where nobody tells its CPU', async () => {
    cpuMs = undefined;
    const events = run('hang');
    const pid = await firstPid(events);
    const failed = failure(events.next());
    vi.advanceTimersByTime(LIMITS.silentMsMax);
    expect(isAlive(pid)).toBe(true);
    vi.advanceTimersByTime(500);
    expect((await failed).details.reason).toBe('its decoder said nothing for 20 s');
    await gone(pid);
  });

  it('waits long for a disk that does not answer, and says then that it is the disk', async () => {
    const events = run('silent');
    const pid = await firstPid(events);
    const failed = failure(events.next());
    vi.advanceTimersByTime(LIMITS.stalledMsMax);
    expect(isAlive(pid)).toBe(true);
    vi.advanceTimersByTime(500);
    const { code, retryable, message } = await failed;
    expect([code, retryable]).toEqual(['unavailable', true]);
    expect(message).toMatch(/the disk did not answer for 10 min while silent was read: check it and dock again/);
    await gone(pid);
  });

  it('lends its place while it waits for its disk', async () => {
    const stop = new AbortController();
    const events = run('silent', stop.signal);
    const pid = await firstPid(events);
    const stopped = failure(events.next());
    const other = collect(run('well'));
    vi.advanceTimersByTime(STALL_SEEN_MS + 500);
    expect((await other).length).toBe(1);
    expect(isAlive(pid)).toBe(true);
    stop.abort();
    await stopped;
  });

  it('is killed when it grows past its memory', async () => {
    const events = run('grow');
    const pid = await firstPid(events);
    await events.next();
    const failed = failure(events.next());
    vi.advanceTimersByTime(250);
    expect((await failed).details.reason).toBe('its decoder took more than 350 MiB');
    await gone(pid);
  });

  it('is replaced when it died, and says whether somebody killed it', async () => {
    const died = await failure(collect(run('die')));
    expect([died.code, died.details.killed]).toEqual(['decoder-failed', false]);
    const killed = await failure(collect(run('be killed')));
    expect([killed.code, killed.details.killed]).toEqual(['decoder-failed', true]);
    expect((await collect(run('well'))).length).toBe(1);
  });

  it('pauses for what is more urgent, for as long as that takes, and then goes on', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pitlane-chunker-'));
    try {
      const paused = join(folder, 'paused');
      const bulk = chunkers.run({ path: 'pause', root: paused } as ChunkerJob, undefined, 99);
      const pid = await firstPid(bulk);
      expect((await bulk.next()).value).toMatchObject({ type: 'chunk', facts: { ordinal: 0 } });
      const resumed = bulk.next();
      const stop = new AbortController();
      const urgent = chunkers.run({ path: 'silent' } as ChunkerJob, stop.signal, 50);
      expect(await firstPid(urgent)).not.toBe(pid);
      await vi.waitFor(() => access(paused), { timeout: 10_000 });
      // The word that it pauses is on its way; then neither burned CPU nor silence count.
      burning = pid;
      await vi.waitFor(
        () => {
          vi.advanceTimersByTime(250);
          cpuMs = (cpuMs ?? 0) + 100;
          if (cpuMs < 30_000) throw new Error('not yet');
        },
        { timeout: 10_000, interval: 1 },
      );
      expect(isAlive(pid)).toBe(true);
      const ended = failure(collect(urgent));
      stop.abort();
      await ended;
      expect((await resumed).value).toMatchObject({ type: 'chunk', facts: { ordinal: 1 } });
      expect(await collect(bulk)).toEqual([]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('is not taken to hang while its chunks wait to be shipped', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pitlane-chunker-'));
    const waits = join(folder, 'waits');
    const events = chunkers.run({ path: 'many chunks', root: waits } as ChunkerJob);
    await firstPid(events);
    await vi.waitFor(() => access(waits), { timeout: 10_000 });
    vi.advanceTimersByTime(LIMITS.stalledMsMax * 2);
    const ordinals: number[] = [];
    for await (const event of events) if (event.type === 'chunk') ordinals.push(event.facts.ordinal);
    await rm(folder, { recursive: true });
    expect(ordinals).toEqual(Array.from({ length: 200 }, (_, i) => i));
  });

  it('leaves the node alone when it dies with chunks that nobody took', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pitlane-chunker-'));
    const said = join(folder, 'said');
    const events = chunkers.run({ path: 'die amid chunks', root: said } as ChunkerJob);
    const pid = await firstPid(events);
    await vi.waitFor(() => access(said), { timeout: 10_000 });
    process.kill(pid, 'SIGKILL');
    const failed = await failure(collect(events));
    expect([failed.code, failed.details.killed]).toEqual(['decoder-failed', true]);
    expect((await collect(run('well'))).length).toBe(1);
    await rm(folder, { recursive: true });
  });

  it('is let go when it is idle and has grown or worked for long, and kept when it has not', async () => {
    const used = async (): Promise<number> => {
      const events = run('well');
      const pid = await firstPid(events);
      await collect(events);
      return pid;
    };
    const first = await used();
    chunkers.release(1024 * 1024 * 1024);
    expect(await used()).toBe(first);
    chunkers.release(1);
    const second = await used();
    expect(second).not.toBe(first);
    cpuMs = 60_000;
    chunkers.release(1024 * 1024 * 1024);
    expect(await used()).not.toBe(second);
  });

  it('takes one recording at a time, and a stopped one says that it was stopped', async () => {
    const stop = new AbortController();
    const first = run('silent', stop.signal);
    const pid = await firstPid(first);
    const waiting = failure(collect(run('well', stop.signal)));
    const stopped = failure(first.next());
    stop.abort(new Error('the node is stopping'));
    expect((await stopped).code).toBe('interrupted');
    await gone(pid);
    expect((await waiting).code).toBe('interrupted');
  });

  it('ends when nobody wants its events any more', async () => {
    const events = run('silent');
    const pid = await firstPid(events);
    await events.return(undefined);
    await gone(pid);
    expect((await collect(run('well'))).length).toBe(1);
  });
});
