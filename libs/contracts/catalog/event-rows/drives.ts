/** Docks, and recordings from their first announcement to their clocks. */
import { canonicalJson } from '../../identity/index.ts';
import { type EventOf, type RowSink, ofDrive, ofRecording, signedFromText, timeFromText } from './cells.ts';

export function writeDock(event: EventOf<'dock'>, seq: number | bigint, sink: RowSink): void {
  const { drive, dock } = event;
  const cells = [dock.dockId, dock.garage, dock.dockedAtMs, canonicalJson(drive.labels), timeFromText(drive.startTime)];
  sink('dock_events', [...ofDrive(event, seq), ...cells]);
}

export function writePreview(event: EventOf<'preview'>, seq: number | bigint, sink: RowSink): void {
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

export function writeRecording(event: EventOf<'recording'>, seq: number | bigint, sink: RowSink): void {
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

export function writeChannel(event: EventOf<'channel'>, seq: number | bigint, sink: RowSink): void {
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
