/** What a docking gives at the end, put together from the journal's facts. */
import type { DriveFacts } from '@pitlane/contracts/manifest';
import type { RecordingEntry } from '@pitlane/ports/journal';
import type { CutResult } from './cut-recording.ts';
import type { DriveDocking } from './docking.ts';
import type { DriveResult, LossResult, RecordingResult, TopicSaving } from './dock-result.ts';

interface Ingredients {
  readonly docking: DriveDocking;
  readonly drive: DriveFacts;
  readonly recordings: readonly { readonly entry: RecordingEntry; readonly known: boolean }[];
  readonly results: readonly CutResult[];
  readonly startedMs: number;
}

export function driveResultFrom({ docking, drive, recordings, results, startedMs }: Ingredients): DriveResult {
  const { tools, progress } = docking;
  const { tenant, driveId, vehicleId } = drive;
  const sorted = [...recordings].sort((a, b) => (a.entry.path < b.entry.path ? -1 : 1));
  const sum = (count: (result: CutResult) => number): number =>
    results.reduce((total, result) => total + count(result), 0);
  return {
    driveId,
    vehicleId,
    tenant,
    state: 'receipted',
    recordings: sorted.map(({ entry, known }) => recordingResult(entry, known)),
    chunks: sum((result) => result.chunks),
    chunksKnown: sum((result) => result.chunksKnown),
    bytesIn: sorted.reduce((total, { entry }) => total + entry.bytes, 0),
    bytesLanded: sum((result) => result.bytesStored),
    receiptId: tools.journal.receipts(tenant, driveId).at(-1)?.receiptId ?? null,
    loss: sorted.flatMap(({ entry }) => lossResults(entry)),
    savings: savingsOf(
      sorted.map(({ entry }) => entry),
      docking,
    ),
    skipped: [],
    timings: {
      stageMs: progress.spanMs('stage'),
      chunkMs: progress.spanMs('chunk'),
      shipMs: progress.spanMs('ship'),
      landMs: progress.spanMs('land'),
      indexMs: progress.spanMs('index'),
      totalMs: tools.clock.nowMs() - startedMs,
    },
  };
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
    notes: cut?.recording.notes ?? [],
    known,
  };
}

const lossResults = ({ path, cut }: RecordingEntry): LossResult[] =>
  (cut?.losses ?? []).map(({ reason, text, offset, bytes, topics, startTime, endTime }) => ({
    path,
    reason,
    text,
    offset,
    bytes,
    topics,
    startTime,
    endTime,
  }));

/** Within the shared group a topic's share of the stored bytes is estimated by its raw bytes. */
function savingsOf(entries: readonly RecordingEntry[], { tools }: DriveDocking): TopicSaving[] {
  const byTopic = new Map<string, { messages: number; bytesRaw: number; bytesStored: number }>();
  for (const entry of entries) {
    for (const { facts } of tools.journal.chunks(entry)) {
      if (facts.kind !== 'log') continue;
      const data = facts.channels.reduce((total, channel) => total + channel.bytes, 0) || 1;
      for (const channel of facts.channels) {
        const saving = byTopic.get(channel.topic) ?? { messages: 0, bytesRaw: 0, bytesStored: 0 };
        byTopic.set(channel.topic, saving);
        saving.messages += channel.messages;
        saving.bytesRaw += channel.bytes;
        saving.bytesStored += (facts.bytesStored * channel.bytes) / data;
      }
    }
  }
  return [...byTopic]
    .map(([topic, saving]) => ({ topic, ...saving, bytesStored: Math.round(saving.bytesStored) }))
    .sort((a, b) => b.bytesRaw - a.bytesRaw || (a.topic < b.topic ? -1 : 1));
}
