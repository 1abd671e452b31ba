/** Sends events to one client as they come, and tells the work behind them when the client has gone. */
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { linesFrom, NDJSON, SSE } from './ndjson.ts';

/** @param open gets a signal that aborts when the client closes the connection before the end. */
export function sendEvents(
  reply: FastifyReply,
  kind: 'ndjson' | 'sse',
  open: (signal: AbortSignal) => AsyncIterable<object>,
): FastifyReply {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  const lines = linesFrom(open(gone.signal), kind === 'sse' ? SSE : NDJSON);
  return reply
    .header('cache-control', 'no-store')
    .header('x-accel-buffering', 'no')
    .type(kind === 'sse' ? 'text/event-stream' : 'application/x-ndjson')
    .send(Readable.from(lines, { objectMode: false, highWaterMark: 16 * 1024 }));
}
