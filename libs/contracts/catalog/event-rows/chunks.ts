/** Chunks with the channels inside, and what was lost. */
import { type EventOf, type RowSink, idFromHex, ofRecording, sortedOnce, timeFromText } from './cells.ts';

/** The size, CRC and generation are the store's; the sender's word is not kept. */
export function writeChunk(event: EventOf<'chunk'>, seq: number | bigint, sink: RowSink): void {
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

export function writeLoss(event: EventOf<'loss'>, seq: number | bigint, sink: RowSink): void {
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
