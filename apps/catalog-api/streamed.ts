/** Sends events to one client as they come, and tells the work behind them when the client has gone. */
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { systemClock } from '@pitlane/base/time';
import { type LineFormat, linesFrom, NDJSON, type Numbered, SSE } from './ndjson.ts';

/** Gets a signal that aborts when the client closes the connection before the end. */
type Open<Event> = (signal: AbortSignal) => AsyncIterable<Event>;

export const sendLines = (reply: FastifyReply, open: Open<object>): FastifyReply =>
  send(reply.type('application/x-ndjson'), NDJSON, open);

export const sendServerEvents = (reply: FastifyReply, open: Open<Numbered>): FastifyReply =>
  send(reply.type('text/event-stream'), SSE, open);

function send<Event extends object>(reply: FastifyReply, format: LineFormat<Event>, open: Open<Event>): FastifyReply {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  const lines = linesFrom(open(gone.signal), format, systemClock);
  return reply
    .header('cache-control', 'no-store')
    .header('x-accel-buffering', 'no')
    .send(Readable.from(lines, { objectMode: false, highWaterMark: 16 * 1024 }));
}
