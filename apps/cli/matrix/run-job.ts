/** Replays one slice to its program as fast as it reads, so often as the job says, and gives the result. */
import { crc32 } from '@node-rs/crc32';
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import { forEachConcurrent } from '@pitlane/base/flow';
import { systemClock } from '@pitlane/base/time';
import type { DriveId, Sha256Hex } from '@pitlane/contracts/identity';
import type { MatrixResult } from '@pitlane/contracts/matrix';
import type { ObjectStore } from '@pitlane/ports/object-store';
import { type Ending, judge, type Judged, ReplayDigest, replaySource, together } from '@pitlane/stages/90-serve';
import { OutputStream } from '../replay/output-stream.ts';
import { McapSink, NdjsonSink, type Sink } from '../replay/sinks.ts';
import { loadDecompressors, ZstdPool } from '../wiring/zstd.ts';
import type { MatrixJob } from './job-file.ts';
import { type ProgramPlace, type StartedProgram, startProgram } from './run-program.ts';

const STATS_AT_ONCE = 8;

export interface JobDeps {
  readonly store: ObjectStore;
  readonly cwd: string;
  readonly environment: ProgramPlace['environment'];
  readonly signal: AbortSignal;
}

interface Once {
  readonly judged: Judged;
  readonly ending: Ending;
  readonly messages: number;
  readonly digest: Sha256Hex | null;
}

/** Files of a store on disk are never written over; of any other the store is asked whether it has what was planned. */
async function checkObjects({ plan, store: { kind } }: MatrixJob, store: ObjectStore): Promise<void> {
  const { prefix, objects } = plan.messages;
  if (kind === 'file') return;
  await forEachConcurrent(objects, STATS_AT_ONCE, async ({ name, generation, crc32c }) => {
    const info = await store.stat(`${prefix}${name}`);
    if (info && info.generation === generation && info.crc32c === crc32c) return;
    throw new PitlaneError(
      'changed-while-read',
      `object ${prefix}${name} is not the one that was planned: plan the run anew`,
    );
  });
}

/** Rejects only when the signal aborts: all else is a verdict. */
export async function runJob(job: MatrixJob, deps: JobDeps): Promise<MatrixResult> {
  const startedMs = systemClock.monotonicMs();
  const runs: Once[] = [];
  for (let repeat = 0; repeat < job.repeats; repeat += 1) {
    runs.push(await runOnce(job, deps, repeat));
    deps.signal.throwIfAborted();
  }
  const last = runs.at(-1) as Once;
  const { verdict, metrics, text } = together(runs.map(({ judged }) => judged));
  const digests = new Set(runs.map(({ digest }) => digest));
  return {
    ...describe(job),
    verdict,
    exitCode: last.ending.exitCode,
    repeats: job.repeats,
    messages: last.messages,
    replayDigest: digests.size === 1 ? last.digest : null,
    wallMs: Math.round(systemClock.monotonicMs() - startedMs),
    metrics,
    text,
  };
}

/** Of a slice that could not be run at all. */
export const failedResult = (job: Pick<MatrixJob, 'job' | 'slice' | 'topics'>, text: string): MatrixResult => ({
  ...describe(job),
  verdict: 'error',
  exitCode: null,
  repeats: 0,
  messages: 0,
  replayDigest: null,
  wallMs: 0,
  metrics: {},
  text: text.slice(0, 500),
});

function describe({ job, slice, topics }: Pick<MatrixJob, 'job' | 'slice' | 'topics'>) {
  const { driveId, vehicleId, group, startTime, endTime } = slice;
  return {
    type: 'matrix-result',
    driveId: driveId as DriveId,
    vehicleId,
    job,
    group,
    startTime,
    endTime,
    topics,
  } as const;
}

async function runOnce(job: MatrixJob, deps: JobDeps, repeat: number): Promise<Once> {
  const { slice } = job;
  const told = {
    PITLANE_RUN_ID: job.runId,
    PITLANE_JOB: String(job.job),
    PITLANE_REPEAT: String(repeat),
    PITLANE_DRIVE_ID: slice.driveId,
    PITLANE_GROUP: slice.group,
  };
  const program = startProgram(job.program, { cwd: deps.cwd, environment: deps.environment, told });
  const onAbort = (): void => program.stop('the run was stopped');
  deps.signal.addEventListener('abort', onAbort, { once: true });
  if (deps.signal.aborted) onAbort();
  try {
    const fed = await feed(job, deps.store, program);
    const ending = await program.ended;
    return { judged: judge(ending), ending, ...fed };
  } finally {
    deps.signal.removeEventListener('abort', onAbort);
  }
}

/** All of the slice goes into the digest, whether the program reads it or not. */
async function feed(
  job: MatrixJob,
  store: ObjectStore,
  program: StartedProgram,
): Promise<{ messages: number; digest: Sha256Hex | null }> {
  const output = new OutputStream(program.input, 'the program', program.stopped);
  const compressor = job.format === 'mcap' ? new ZstdPool(1) : undefined;
  const { profile } = job.plan.messages;
  const sink: Sink = compressor ? new McapSink(output, compressor, profile) : new NdjsonSink(output);
  const digest = new ReplayDigest();
  let messages = 0;
  try {
    await checkObjects(job, store);
    const deps = { store, crc32, decompressors: await loadDecompressors(), signal: program.stopped };
    for await (const batch of replaySource(job.plan.messages, deps)(undefined)) {
      for (const message of batch) digest.add(message);
      messages += batch.length;
      if (!output.readerGone) await sink.take(batch);
    }
    if (!output.readerGone) await sink.end();
    return { messages, digest: digest.hex() };
  } catch (error) {
    program.stop(`its replay failed: ${messageOf(error)}`); // says nothing where it was stopped before
    return { messages, digest: null };
  } finally {
    await compressor?.close();
  }
}
