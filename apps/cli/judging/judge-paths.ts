/**
 * The verdict on what lies at a path, without docking it: drives as they would be docked, from their indexes, or from all of
 * their messages where that is asked for. Nothing is written, and no node is needed.
 */
import { profileFor, type VehicleProfile } from '@pitlane/contracts/profile';
import type { Verdict } from '@pitlane/contracts/verdict';
import { formatOf } from '@pitlane/formats/all';
import {
  type Decompressors,
  DEFAULT_READ_LIMITS,
  type Inspection,
  LandOpaque,
  type ReadTools,
  type RecordingFormat,
} from '@pitlane/formats/recording';
import type { DriveSource } from '@pitlane/ports/drive-source';
import { discover, type FoundDrive } from '@pitlane/stages/10-discover';
import { addEvidence, indexEvidence, judge, MessageObserver, TopicBook } from '@pitlane/stages/50-judge';
import { countedSource, type CountedSource } from './counted-source.ts';

const HEAD_BYTES = 4096;
/** For the indexes of one drive: a disk that spins takes its time for each piece. */
const INDEX_MS_MAX = 3000;

export interface JudgedRecording {
  readonly path: string;
  readonly format: string;
  readonly bytes: number;
  readonly messages: number | null;
  readonly startTime: string | null;
  readonly endTime: string | null;
  readonly topics: readonly { readonly topic: string; readonly schemaName: string; readonly messages: number | null }[];
}

export interface JudgedDrive extends Verdict {
  /** Below the path that was asked for; empty for the path itself. */
  readonly folder: string;
  readonly driveId: string | null;
  readonly vehicleId: string;
  readonly recordings: readonly JudgedRecording[];
  /** Of all its files, for this. */
  readonly bytesRead: number;
}

export interface PathJudging {
  /** Absolute. */
  readonly path: string;
  readonly vehicleId: string | undefined;
  /** The one to judge by, whatever the vehicle. */
  readonly profile: VehicleProfile | undefined;
  readonly profiles: readonly VehicleProfile[];
  readonly faults: readonly string[];
  /** Every message is read. */
  readonly reads: boolean;
  readonly signal: AbortSignal;
  readonly source: DriveSource;
  readonly decompressors: Decompressors;
}

export async function judgePath(asked: PathJudging): Promise<JudgedDrive[]> {
  const { source, decompressors, signal } = asked;
  const { drives } = await discover(source, asked.path);
  const tools: ReadTools = { decompressors, limits: DEFAULT_READ_LIMITS, signal };
  const judged: JudgedDrive[] = [];
  for (const drive of drives) judged.push(await judgeDrive(drive, asked, tools));
  return judged;
}

async function judgeDrive(
  { folder, sidecar, files }: FoundDrive,
  asked: PathJudging,
  tools: ReadTools,
): Promise<JudgedDrive> {
  const book = new TopicBook();
  const unseen: string[] = [];
  const notes = [...asked.faults];
  const recordings: JudgedRecording[] = [];
  let bytesRead = 0;
  const nowMs = (): number => performance.now();
  const patience = { nowMs, untilMs: nowMs() + INDEX_MS_MAX };
  for (const { path } of files) {
    asked.signal.throwIfAborted();
    await using source = countedSource(await asked.source.open(asked.path, path));
    const head = new Uint8Array(Math.min(HEAD_BYTES, source.sizeBytes));
    const format = formatOf(head.subarray(0, await source.read(0, head)));
    if (format) {
      recordings.push(recordingFrom(path, format, source, await format.inspect(source, tools)));
      const evidence = asked.reads
        ? await readAll(source, format, tools, notes)
        : await indexEvidence(source, format, tools, patience);
      if (evidence) addEvidence(book, evidence);
      else unseen.push(path);
    }
    bytesRead += source.bytesRead;
  }
  const vehicleId = asked.vehicleId ?? sidecar.vehicleId ?? 'unknown';
  const profile = asked.profile ?? profileFor({ vehicleId, labels: sidecar.labels }, asked.profiles);
  const judgedFrom = asked.reads ? 'messages' : 'index';
  const verdict = judge({ book, judgedFrom, vehicleId, profile, unseen, notes });
  return { folder, driveId: sidecar.driveId ?? null, vehicleId, ...verdict, recordings, bytesRead };
}

async function readAll(source: CountedSource, format: RecordingFormat, tools: ReadTools, notes: string[]) {
  const observer = new MessageObserver();
  try {
    for await (const batch of format.read(source, tools)) {
      tools.signal?.throwIfAborted();
      observer.observe(batch);
    }
    return observer.evidence();
  } catch (error) {
    if (!(error instanceof LandOpaque)) throw error;
    notes.push(`${source.name} cannot be taken apart: ${error.reason}`);
    return undefined;
  }
}

const recordingFrom = (
  path: string,
  format: RecordingFormat,
  source: CountedSource,
  said: Inspection,
): JudgedRecording => ({
  path,
  format: format.name,
  bytes: source.sizeBytes,
  messages: said.messages ?? null,
  startTime: said.startTimeNs?.toString() ?? null,
  endTime: said.endTimeNs?.toString() ?? null,
  topics: said.topics.map(({ topic, schemaName, messages = null }) => ({ topic, schemaName, messages })),
});
