/** Events as rows of the event tables: one event is one row, a chunk also one row for each channel inside. */
import { canonicalJson } from '../identity/index.ts';
import { STATES } from '../records/index.ts';
import type { EventRow, TableName } from './event-tables.ts';
import type { CatalogEvent } from './events.ts';

export type RowSink = (table: TableName, row: EventRow) => void;
type EventOf<Type extends CatalogEvent['type']> = Extract<CatalogEvent, { type: Type }>;

const timeFromText = (text: string | null): bigint | null => (text === null ? null : BigInt(text));

/** 128 bits of a SHA-256 are as good as all of it for telling two apart. */
const idFromHex = (hex: string): bigint => BigInt(`0x${hex.slice(0, 32)}`);

/** Text in code unit order, each once, as every sorted list of the catalog. */
const sortedOnce = (texts: readonly string[]): readonly string[] => [...new Set(texts)].sort();

export function writeEvent(event: CatalogEvent, seq: number | bigint, sink: RowSink): void {
  switch (event.type) {
    case 'dock':
      return writeDock(event, seq, sink);
    case 'preview':
      return writePreview(event, seq, sink);
    case 'state':
      return sink('state_events', [...ofRecording(event, seq, event.recordingId), STATES.indexOf(event.state)]);
    case 'recording':
      return writeRecording(event, seq, sink);
    case 'chunk-set':
      return sink('chunk_set_events', [...ofRecording(event, seq, event.recordingId), event.state, event.by]);
    case 'channel':
      return writeChannel(event, seq, sink);
    case 'chunk':
      return writeChunk(event, seq, sink);
    case 'loss':
      return writeLoss(event, seq, sink);
    case 'verdict':
      return writeVerdict(event, seq, sink);
    case 'finding':
      return writeFinding(event, seq, sink);
    case 'receipt':
      return writeReceipt(event, seq, sink);
  }
}

const ofDrive = ({ drive }: CatalogEvent, seq: number | bigint): EventRow => [
  seq,
  drive.tenant,
  drive.driveId,
  drive.vehicleId,
];
const ofRecording = (event: CatalogEvent, seq: number | bigint, recordingId: string): EventRow => [
  ...ofDrive(event, seq),
  recordingId,
];

function writeDock(event: EventOf<'dock'>, seq: number | bigint, sink: RowSink): void {
  const { drive, dock } = event;
  const cells = [dock.dockId, dock.garage, dock.dockedAtMs, canonicalJson(drive.labels), timeFromText(drive.startTime)];
  sink('dock_events', [...ofDrive(event, seq), ...cells]);
}

function writePreview(event: EventOf<'preview'>, seq: number | bigint, sink: RowSink): void {
  const { recording } = event;
  sink('preview_events', [
    ...ofRecording(event, seq, recording.recordingId),
    event.dockId,
    recording.path,
    recording.format,
    recording.bytes,
    recording.messages,
    timeFromText(recording.startTime),
    timeFromText(recording.endTime),
    JSON.stringify(recording.topics.map(({ topic, messages }) => ({ topic, messages }))),
  ]);
}

function writeRecording(event: EventOf<'recording'>, seq: number | bigint, sink: RowSink): void {
  const { recording } = event;
  sink('recording_events', [
    ...ofRecording(event, seq, recording.recordingId),
    event.dockId,
    recording.path,
    recording.format,
    recording.opaqueReason,
    recording.profile,
    recording.library,
    recording.bytes,
    recording.chunks,
    recording.messages,
    timeFromText(recording.startTime),
    timeFromText(recording.endTime),
    recording.notes,
  ]);
  writeClock(event, seq, sink);
}

const INT64 = { min: -(1n << 63n), max: (1n << 63n) - 1n } as const;

/** An offset between times that the catalog cannot hold is NULL there. */
function signedFromText(text: string | null): bigint | null {
  const value = text === null ? null : BigInt(text);
  return value === null || value < INT64.min || value > INT64.max ? null : value;
}

function writeClock(event: EventOf<'recording'>, seq: number | bigint, sink: RowSink): void {
  const { recordingId, clock } = event.recording;
  if (!clock) return;
  const ofClock = ofRecording(event, seq, recordingId);
  for (const [i, segment] of clock.segments.entries()) {
    const offsetNs = signedFromText(segment.offsetNs);
    sink('clock_events', [
      ...ofClock,
      i,
      null,
      timeFromText(segment.startTime),
      timeFromText(segment.endTime),
      segment.sourceStart,
      segment.sourceEnd,
      signedFromText(segment.stepNs),
      offsetNs,
      segment.driftPpb,
      signedFromText(segment.residualNs),
      segment.pairs,
      segment.source,
      segment.quality,
      Number(segment.applied && offsetNs !== null),
      segment.text,
    ]);
  }
  for (const [i, { topic, offsetNs, spreadNs, pairs, text }] of clock.skews.entries()) {
    const row = [clock.segments.length + i, topic, null, null, null, null, null, signedFromText(offsetNs), 0];
    sink('clock_events', [...ofClock, ...row, signedFromText(spreadNs), pairs, 'header', 'rough', 0, text]);
  }
}

function writeChannel(event: EventOf<'channel'>, seq: number | bigint, sink: RowSink): void {
  const { channel } = event;
  sink('channel_events', [
    ...ofRecording(event, seq, channel.recordingId),
    channel.channel,
    channel.topic,
    channel.messageEncoding,
    channel.schemaName,
    channel.schemaEncoding,
    channel.schemaSha256,
    canonicalJson(channel.metadata),
    channel.messages,
    channel.bytes,
    timeFromText(channel.startTime),
    timeFromText(channel.endTime),
    channel.digest,
  ]);
}

/** The size, CRC and generation are the store's; the sender's word is not kept. */
function writeChunk(event: EventOf<'chunk'>, seq: number | bigint, sink: RowSink): void {
  const { chunk, stored } = event;
  const place = [
    ...ofRecording(event, seq, chunk.recordingId),
    chunk.chunkId,
    chunk.kind,
    chunk.ordinal,
    timeFromText(chunk.windowStart),
    chunk.part,
    chunk.sourceStart,
    chunk.sourceEnd,
  ];
  sink('chunk_events', [
    ...place,
    chunk.group,
    chunk.kind === 'log' ? sortedOnce(chunk.channels.map((channel) => channel.topic)) : [],
    timeFromText(chunk.startTime),
    timeFromText(chunk.endTime),
    chunk.messages,
    chunk.bytesRaw,
    stored.bytesStored,
    chunk.object,
    stored.generation,
    stored.crc32c,
    chunk.sha256,
    idFromHex(chunk.recordingId),
    idFromHex(chunk.chunkId),
  ]);
  for (const channel of chunk.channels) {
    sink('chunk_channel_events', [
      ...place,
      channel.channel,
      channel.topic,
      channel.messages,
      channel.bytes,
      timeFromText(channel.startTime),
      timeFromText(channel.endTime),
      channel.leaf,
    ]);
  }
}

function writeLoss(event: EventOf<'loss'>, seq: number | bigint, sink: RowSink): void {
  const { loss } = event;
  sink('loss_events', [
    ...ofRecording(event, seq, loss.recordingId),
    loss.reason,
    loss.text,
    loss.offset,
    loss.bytes,
    loss.keptIn,
    sortedOnce(loss.topics),
    timeFromText(loss.startTime),
    timeFromText(loss.endTime),
  ]);
}

function writeVerdict(event: EventOf<'verdict'>, seq: number | bigint, sink: RowSink): void {
  const { dock, verdict } = event;
  sink('verdict_events', [
    ...ofDrive(event, seq),
    dock.dockId,
    dock.dockedAtMs,
    verdict.judgedFrom,
    verdict.vehicleType,
    verdict.summary,
    verdict.findings,
    verdict.notes,
  ]);
}

function writeFinding(event: EventOf<'finding'>, seq: number | bigint, sink: RowSink): void {
  const { finding } = event;
  sink('finding_events', [
    ...ofDrive(event, seq),
    event.dockId,
    finding.ordinal,
    finding.topic,
    finding.kind,
    finding.severity,
    timeFromText(finding.startTime),
    timeFromText(finding.endTime),
    finding.expected,
    finding.seen,
    finding.unit,
    finding.count,
    finding.text,
  ]);
}

function writeReceipt(event: EventOf<'receipt'>, seq: number | bigint, sink: RowSink): void {
  const { receipt } = event;
  sink('receipt_events', [
    ...ofDrive(event, seq),
    receipt.receiptId,
    receipt.dockId,
    receipt.keyId,
    receipt.signedAt,
    receipt.object,
    receipt.manifestObject,
    sortedOnce(receipt.recordings),
    receipt.chunks,
    receipt.bytesStored,
    receipt.objectsSha256Root,
  ]);
}
