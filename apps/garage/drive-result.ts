/** What a docking gives at the end, put together from the journal's facts. */
import type { ChunkFacts, DriveFacts } from '@pitlane/contracts/manifest';
import type { Verdict } from '@pitlane/contracts/verdict';
import type { Journal, RecordingEntry } from '@pitlane/ports/journal';
import { sidecarPathOf } from '@pitlane/stages/10-discover';
import type { CutResult } from './cut-recording.ts';
import { notesAt } from './equal-files.ts';
import type { DriveDocking } from './docking.ts';
import type {
  DriveResult,
  LossResult,
  PreviewsResult,
  RecordingResult,
  SidecarFault,
  TopicSaving,
} from './dock-result.ts';

interface Ingredients {
  readonly docking: DriveDocking;
  readonly drive: DriveFacts;
  readonly recordings: readonly { readonly entry: RecordingEntry; readonly known: boolean }[];
  /** Files that a bag should have. */
  readonly missing: readonly LossResult[];
  readonly results: readonly CutResult[];
  readonly verdict: Verdict | null;
  readonly previews: PreviewsResult;
  readonly startedMs: number;
}

export function driveResultFrom(ingredients: Ingredients): DriveResult {
  const { docking, drive, recordings, missing, results, verdict, previews, startedMs } = ingredients;
  const { tools, progress } = docking;
  const { tenant, driveId, vehicleId } = drive;
  const sorted = [...recordings].sort((a, b) => (a.entry.path < b.entry.path ? -1 : 1));
  const totals = chunkTotals(
    sorted.map(({ entry }) => entry),
    tools.journal,
  );
  const created = results.reduce((total, { chunks, chunksKnown }) => total + chunks - chunksKnown, 0);
  return {
    driveId,
    vehicleId,
    tenant,
    state: 'receipted',
    recordings: sorted.map(({ entry, known }) => recordingResult(entry, known)),
    chunks: totals.chunks,
    chunksKnown: totals.chunks - created,
    bytesIn: sorted.reduce((total, { entry }) => total + entry.bytes, 0),
    bytesLanded: totals.bytesStored,
    receiptId: tools.journal.receipts(tenant, driveId).at(-1)?.receiptId ?? null,
    loss: [...sorted.flatMap(({ entry }) => lossResults(entry)), ...missing],
    savings: totals.savings,
    verdict,
    ...previews,
    sidecarFaults: sidecarFaults(docking, drive),
    skipped: [],
    timings: {
      stageMs: progress.spanMs('stage'),
      chunkMs: progress.spanMs('chunk'),
      shipMs: progress.spanMs('ship'),
      landMs: progress.spanMs('land'),
      indexMs: progress.spanMs('index'),
      totalMs: tools.clock.monotonicMs() - startedMs,
    },
  };
}

/** What a broken sidecar could not say was inferred: whoever wrote it must hear what stands in its place. */
function sidecarFaults({ found, request }: DriveDocking, drive: DriveFacts): SidecarFault[] {
  const { sidecar, notes, folder } = found;
  if (notes.length === 0) return [];
  const inferred = [
    ...((sidecar.tenant ?? request.tenant) ? [] : [`tenant ${drive.tenant}`]),
    ...((sidecar.vehicleId ?? request.vehicleId) ? [] : [`vehicle ${drive.vehicleId}`]),
    ...(sidecar.driveId ? [] : [`drive ${drive.driveId}`]),
  ];
  const instead = inferred.length > 0 ? `; taken instead: ${inferred.join(', ')}` : '';
  return [{ path: sidecarPathOf(folder), text: `${notes.join('; ')}${instead}. Mend it, then dock again` }];
}

function recordingResult({ path, recordingId, format, bytes, cut }: RecordingEntry, known: boolean): RecordingResult {
  return {
    path,
    recordingId,
    format: cut?.recording.format ?? format,
    bytes,
    messages: cut?.recording.messages ?? 0,
    topics: new Set(cut?.channels.map(({ topic }) => topic)).size,
    opaqueReason: cut?.recording.opaqueReason ?? null,
    notes: cut ? notesAt(cut.recording, path) : [],
    clock: cut?.recording.clock ?? null,
    known,
  };
}

export const lossResults = ({ path, cut }: RecordingEntry): LossResult[] =>
  (cut?.losses ?? []).map(({ reason, text, offset, bytes, keptIn, topics, startTime, endTime }) => ({
    path,
    reason,
    text,
    offset,
    bytes,
    keptIn,
    topics,
    startTime,
    endTime,
  }));

interface ChunkTotals {
  /** Distinct chunks: two recordings may share one. */
  readonly chunks: number;
  readonly bytesStored: number;
  readonly savings: readonly TopicSaving[];
}

function chunkTotals(entries: readonly RecordingEntry[], journal: Journal): ChunkTotals {
  const seen = new Set<string>();
  const savings = new Savings();
  let bytesStored = 0;
  for (const entry of entries) {
    for (const { facts } of journal.chunks(entry)) {
      if (seen.has(facts.chunkId)) continue;
      seen.add(facts.chunkId);
      bytesStored += facts.bytesStored;
      if (facts.kind === 'log') savings.add(facts);
    }
  }
  return { chunks: seen.size, bytesStored, savings: savings.byRawBytes() };
}

/** Stored bytes by topic; within a chunk of several topics they are shared out by raw bytes. */
class Savings {
  readonly #byTopic = new Map<string, Omit<TopicSaving, 'topic'>>();

  add({ channels, bytesStored }: ChunkFacts): void {
    const data = channels.reduce((total, channel) => total + channel.bytes, 0) || 1;
    const shared = channels.some(({ topic }) => topic !== channels[0]?.topic);
    for (const channel of channels) {
      const saving = this.#byTopic.get(channel.topic);
      this.#byTopic.set(channel.topic, {
        messages: (saving?.messages ?? 0) + channel.messages,
        bytesRaw: (saving?.bytesRaw ?? 0) + channel.bytes,
        bytesStored: (saving?.bytesStored ?? 0) + (bytesStored * channel.bytes) / data,
        shared: saving?.shared === true || shared,
      });
    }
  }

  byRawBytes(): TopicSaving[] {
    return [...this.#byTopic]
      .map(([topic, saving]) => ({ topic, ...saving, bytesStored: Math.round(saving.bytesStored) }))
      .sort((a, b) => b.bytesRaw - a.bytesRaw || (a.topic < b.topic ? -1 : 1));
  }
}
