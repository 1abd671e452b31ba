/** Reads a log event by event, in the order of its stream. */
import { type Compression, compressionOf, decompressed } from '../compressed/index.ts';
import type { ByteSource, ReadTools, RecordingEvent } from '../recording/index.ts';
import { EventFramer } from './event-framer.ts';
import { OpenpilotEvents } from './openpilot-events.ts';

/** What shows how a file is compressed. */
const HEAD_BYTES = 64;

export async function* readOpenpilot(source: ByteSource, tools: ReadTools): AsyncGenerator<readonly RecordingEvent[]> {
  const compression = await compressionOfFile(source);
  const events = new OpenpilotEvents(tools.limits);
  const framer = new EventFramer(events, compression === 'none', source.sizeBytes, tools.limits);
  function* framed(): Generator<readonly RecordingEvent[]> {
    for (let hasMore = true; hasMore; ) {
      hasMore = framer.readOn();
      // The slices that were collected end when the stream goes on, so they go out first.
      if (!events.isEmpty) yield events.take();
    }
  }
  for await (const piece of decompressed(source, compression, tools)) {
    tools.signal?.throwIfAborted();
    if (piece.kind === 'bytes') framer.append(piece);
    else framer.close();
    yield* framed();
    if (piece.kind === 'hole') framer.takeHole(piece);
  }
  framer.close();
  yield* framed();
  framer.finish();
  events.finish(source.sizeBytes);
  if (!events.isEmpty) yield events.take();
}

export async function compressionOfFile(source: ByteSource): Promise<Compression> {
  const head = new Uint8Array(Math.min(HEAD_BYTES, source.sizeBytes));
  return compressionOf(head.subarray(0, await source.read(0, head)));
}
