/** Where pulled samples go, and what it means when that place takes no more. */
import { mkdir } from 'node:fs/promises';
import { PitlaneError } from '@pitlane/base/errors';
import { FolderSink, PipeSink, type PullJob, type SampleSink } from '@pitlane/stages/90-serve/dataset/pull';

export interface OpenSink {
  readonly sink: SampleSink;
  errorFrom(error: unknown): unknown;
  close(): Promise<void>;
}

const STDOUT = 1;

/** @param folder without one, stdout. */
export async function openSink(folder: string | undefined, job: PullJob): Promise<OpenSink> {
  if (folder === undefined) return { sink: new PipeSink(STDOUT), errorFrom, close: async () => {} };
  await mkdir(folder, { recursive: true });
  const sink = new FolderSink(folder, job);
  return { sink, errorFrom, close: () => sink.close() };
}

function errorFrom(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  if (code === 'ENOSPC') {
    const text = 'the disk is full: free space, then run the same command again; with --resume it goes on';
    return new PitlaneError('disk-full', text, { cause: error });
  }
  if (code === 'EPIPE') {
    const text = 'the reader of the samples went away: run the same command again; with --resume it goes on';
    return new PitlaneError('interrupted', text, { cause: error });
  }
  return error;
}
