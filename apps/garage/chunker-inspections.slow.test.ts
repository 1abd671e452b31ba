import { isPitlaneError, type PitlaneError } from '@pitlane/base/errors';
import type { Inspected } from '@pitlane/stages/20-inspect';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChunkerJob } from './chunker-protocol.ts';
import { Chunkers, DEFAULT_CHUNKER_LIMITS } from './chunker.ts';
import { inspections } from './chunker-inspections.ts';

let chunkers: Chunkers;
let cpuMs: number;
let isBurning: boolean;

beforeEach(() => {
  [cpuMs, isBurning] = [0, false];
  const read = () => ({ cpuMs: (cpuMs += isBurning ? 1000 : 0), residentBytes: 0 });
  const module = new URL('./chunker.fixture.ts', import.meta.url);
  chunkers = new Chunkers(1, { limits: { ...DEFAULT_CHUNKER_LIMITS, silentCpuMsMax: 2000 }, module, read });
});
afterEach(() => chunkers.close());

/** A process burns CPU, so that it hangs if it is silent, from the first file on until it is given up. */
async function inspectAll(paths: string[], signal = new AbortController().signal) {
  const givenUp: [string, string][] = [];
  const onGivenUp = (path: string, reason: string): void => {
    givenUp.push([path, reason]);
    isBurning = false;
  };
  const files: Inspected[] = [];
  for await (const file of inspections('/disk', paths, { chunkers, signal, onGivenUp })) {
    if (files.push(file) === 1) isBurning = paths.includes('hang');
  }
  return { files, givenUp, formats: files.map(({ format }) => format?.name) };
}

async function failure(work: Promise<unknown>): Promise<PitlaneError> {
  const error = await work.then(
    () => expect.fail('did not fail'),
    (thrown: unknown) => thrown,
  );
  if (!isPitlaneError(error)) throw error;
  return error;
}

describe('inspecting the files of a drive', () => {
  it('takes one process for many files', async () => {
    const paths = Array.from({ length: 600 }, (_, i) => `file-${i}`);
    const { files, givenUp } = await inspectAll(paths);
    expect([files.length, givenUp]).toEqual([600, []]);
    expect(new Set(files.map(({ headSha256 }) => headSha256)).size).toBe(1);
  });

  it.each([
    ['hang', 'its decoder said nothing for 2 s of computing'],
    ['die', 'its decoder died'],
  ])('knows the format of a file at which the process came to %s, and goes on behind it', async (path, reason) => {
    const { formats, files, givenUp } = await inspectAll(['a', path, 'b', 'c']);
    expect(formats).toEqual(['mcap', 'mcap', 'mcap', 'mcap']);
    expect(givenUp).toEqual([[path, reason]]);
    const [first, , third, fourth] = files.map(({ headSha256: pid }) => pid);
    expect([first === third, third === fourth]).toEqual([false, true]);
  });

  it('gives a file a second chance when somebody killed the process, and only one', async () => {
    const { files, givenUp } = await inspectAll(['a', 'be killed', 'b']);
    expect([files.length, givenUp]).toEqual([3, [['be killed', 'its decoder died']]]);
    expect(new Set(files.map(({ headSha256 }) => headSha256)).size).toBe(3);
  });

  it('hands on what the disk fails with, and a death that no log can have caused', async () => {
    expect((await failure(inspectAll(['a', 'fail']))).code).toBe('unavailable');
    expect((await failure(inspectAll(['a', 'die unrecognised']))).code).toBe('decoder-failed');
  });

  it('ends when it is told to', async () => {
    const stop = new AbortController();
    const inspecting = failure(inspectAll(['a', 'hang'], stop.signal));
    stop.abort();
    expect((await inspecting).code).toBe('interrupted');
  });

  it('does not wait for a recording that is being cut', async () => {
    const stop = new AbortController();
    const read = () => ({ cpuMs: 0, residentBytes: 0 });
    await using patient = closing(new Chunkers(1, { module: new URL('./chunker.fixture.ts', import.meta.url), read }));
    const cut = patient.chunkers.run({ path: 'silent' } as ChunkerJob, stop.signal);
    await cut.next();
    const cutting = failure(cut.next());
    chunkers = patient.chunkers;
    expect((await inspectAll(['a', 'b'])).formats).toEqual(['mcap', 'mcap']);
    stop.abort();
    expect((await cutting).code).toBe('interrupted');
  });
});

const closing = (of: Chunkers) => ({ chunkers: of, [Symbol.asyncDispose]: () => of.close() });
