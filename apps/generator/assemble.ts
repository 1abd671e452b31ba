/**
 * Writes a fleet car's drive folder from a seeded simulation of a street: cameras, lidar and vehicle recordings, a
 * journal and the sidecar. It stands before the flow, as the car itself would, for the first start, tests and benchmarks.
 * It never reads a clock or chance of the machine, never holds more than a few chunks, and never overwrites a file.
 */
import { availableParallelism } from 'node:os';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PitlaneError } from '@pitlane/base/errors';
import { textFromTimeNs } from '@pitlane/base/time';
import { CHASSIS_DBC } from './can.ts';
import { CHANNELS, RECORDINGS, type RecordingName } from './channels.ts';
import { type DriveFacts, factsOf, type GenerateOptions } from './drive-options.ts';
import { FileOutput, openNew, RecordingWriter } from './recording-writer.ts';
import { type SensorPool, sensorPoolInPlace, sensorPoolOnThreads } from './sensor-pool.ts';
import { type Emission, timelineOf } from './timeline.ts';

export type { GenerateOptions } from './drive-options.ts';
export type { DriveSize } from './sizes.ts';

export interface GeneratedFile {
  /** Relative to the drive's folder. */
  readonly path: string;
  readonly bytes: number;
  readonly messages: number;
  readonly kind: 'mcap' | 'opaque' | 'sidecar';
}

export interface GeneratedDrive {
  readonly dir: string;
  readonly vehicleId: string;
  readonly startTimeNs: bigint;
  readonly durationS: number;
  readonly files: readonly GeneratedFile[];
}

const SIDECAR = 'pitlane.drive.json';
const JOURNAL = 'logger.log';
const JOURNAL_BATCH_CHARS = 64 * 1024;
const THREADS_MAX = 8;

type Recordings = Readonly<Record<RecordingName, RecordingWriter>>;

/** Generates a drive into `options.outDir`. The sidecar is written last, so a folder without one is unfinished. */
export async function generateDrive(options: GenerateOptions): Promise<GeneratedDrive> {
  const facts = factsOf(options);
  const { outDir, vehicleId } = options;
  await mkdir(outDir, { recursive: true });
  await refuseFinishedDrive(outDir);
  const threads = options.threads ?? (facts.plan.worthThreads ? Math.min(THREADS_MAX, availableParallelism()) : 0);
  await using pool = threads > 0 ? sensorPoolOnThreads(threads) : sensorPoolInPlace();
  const recordings = await openRecordings(outDir, vehicleId, facts);
  try {
    const journal = new FileOutput(await openNew(join(outDir, JOURNAL)));
    try {
      await record(options, facts, pool, recordings, journal);
    } finally {
      await journal.close();
    }
    for (const name of RECORDINGS) await recordings[name].finish();
    const files: GeneratedFile[] = RECORDINGS.map((name) => ({
      path: `${name}.mcap`,
      bytes: recordings[name].sizeBytes,
      messages: recordings[name].messages,
      kind: 'mcap',
    }));
    files.push({ path: JOURNAL, bytes: journal.sizeBytes, messages: 0, kind: 'opaque' });
    files.push({ path: SIDECAR, bytes: await writeSidecar(outDir, vehicleId, facts), messages: 0, kind: 'sidecar' });
    options.onProgress?.({ writtenBytes: files.reduce((sum, file) => sum + file.bytes, 0), fraction: 1 });
    return { dir: outDir, vehicleId, startTimeNs: facts.startTimeNs, durationS: facts.durationS, files };
  } catch (error) {
    for (const name of RECORDINGS) await recordings[name].abandon();
    throw error;
  }
}

async function refuseFinishedDrive(outDir: string): Promise<void> {
  const found = await stat(join(outDir, SIDECAR)).catch(() => undefined);
  if (!found) return;
  throw new PitlaneError('already-exists', `${outDir} holds a drive already: choose another folder for the new one`);
}

async function openRecordings(outDir: string, vehicleId: string, facts: DriveFacts): Promise<Recordings> {
  const metadata = new Map([
    ['vehicleId', vehicleId],
    ['startTime', textFromTimeNs(facts.startTimeNs)],
    ...Object.entries(facts.labels),
  ]);
  const opened: Partial<Record<RecordingName, RecordingWriter>> = {};
  try {
    for (const name of RECORDINGS) {
      const channels = Object.values(CHANNELS).filter((channel) => channel.recording === name);
      const onlyRos = channels.every((channel) => channel.messageEncoding === 'cdr');
      opened[name] = await RecordingWriter.create(join(outDir, `${name}.mcap`), channels, {
        profile: onlyRos ? 'ros2' : '',
        compressed: name === 'vehicle' && facts.plan.compressVehicle,
        metadata,
      });
    }
  } catch (error) {
    for (const recording of Object.values(opened)) await recording.abandon();
    throw error;
  }
  return opened as Recordings;
}

/** Returns how many bytes it wrote. */
async function writeSidecar(outDir: string, vehicleId: string, facts: DriveFacts): Promise<number> {
  const sidecar = { vehicleId, startTime: textFromTimeNs(facts.startTimeNs), labels: facts.labels };
  const output = new FileOutput(await openNew(join(outDir, SIDECAR)));
  try {
    await output.write(Buffer.from(`${JSON.stringify(sidecar, null, 2)}\n`, 'utf8'));
  } finally {
    await output.close();
  }
  return output.sizeBytes;
}

interface InOrder {
  readonly emission: Emission;
  readonly payload: Uint8Array | Promise<Uint8Array>;
}

async function record(
  options: GenerateOptions,
  facts: DriveFacts,
  pool: SensorPool,
  recordings: Recordings,
  journal: FileOutput,
): Promise<void> {
  const { plan, startTimeNs, durationS, sceneSeed } = facts;
  let lines = '';
  const onJournal = (more: string): void => void (lines += more);
  const dbc = Buffer.from(CHASSIS_DBC, 'utf8');
  await recordings.vehicle.attach('chassis.dbc', 'text/plain', startTimeNs, dbc);
  let told = -1;
  for await (const { emission, payload } of rendered(
    timelineOf({ seed: sceneSeed, startTimeNs, durationS, plan, onJournal }),
    pool,
  )) {
    const channel = CHANNELS[emission.channel];
    await recordings[channel.recording].add(channel, emission.logTimeNs, emission.stampNs, await payload);
    if (emission.channel !== 'points') continue;
    if (options.signal?.aborted) throw interrupted(options.outDir);
    if (lines.length > JOURNAL_BATCH_CHARS) {
      await journal.write(Buffer.from(lines, 'utf8'));
      lines = '';
    }
    const writtenBytes = RECORDINGS.reduce((sum, name) => sum + recordings[name].sizeBytes, journal.sizeBytes);
    if (writtenBytes !== told) options.onProgress?.({ writtenBytes, fraction: emission.fraction });
    told = writtenBytes;
  }
  await journal.write(Buffer.from(lines, 'utf8'));
}

const interrupted = (outDir: string): PitlaneError =>
  new PitlaneError('interrupted', `the drive in ${outDir} is unfinished: remove the folder and generate it again`);

/** Looks ahead just far enough to keep the pool busy, and gives back the messages in their own order. */
async function* rendered(emissions: Iterable<Emission>, pool: SensorPool): AsyncGenerator<InOrder> {
  const queue: InOrder[] = [];
  let underWay = 0;
  for (const emission of emissions) {
    const { content } = emission;
    if (content instanceof Uint8Array) {
      queue.push({ emission, payload: content });
      continue;
    }
    const payload = pool.run(content);
    payload.catch(() => {}); // seen when its turn comes
    queue.push({ emission, payload });
    underWay += 1;
    if (underWay < pool.jobsUnderWayMax) continue;
    underWay -= yield* untilRendered(queue);
  }
  yield* queue;
}

/** Hands out what is finished up to and including the first rendered message; says that it was one. */
function* untilRendered(queue: InOrder[]): Generator<InOrder, number> {
  let at = 0;
  while (at < queue.length && (queue[at] as InOrder).payload instanceof Uint8Array) at += 1;
  yield* queue.splice(0, at + 1);
  return 1;
}
