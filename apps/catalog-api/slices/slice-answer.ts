/** A slice as an answer over HTTP: a stream from its beginning, or any part of one that is whole. */
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { isPitlaneError, messageOf } from '@pitlane/base/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemFrom } from '../problem.ts';
import { askedRange, isKnownTo, sendRanged } from '../ranged.ts';
import type { PlannedSlice, Slices } from './slices.ts';

const TYPES = { mcap: 'application/octet-stream', ndjson: 'application/x-ndjson' } as const;

/**
 * A part is answered from the whole, which is made if it is not there. One that does not fit there is answered from its
 * beginning instead, which a `Range` allows: nothing can be said of the place of a part whose end nobody knows.
 * @param isWhole its length must be known
 */
export async function sendSlice(
  request: FastifyRequest,
  reply: FastifyReply,
  slices: Slices,
  planned: PlannedSlice,
  isWhole: boolean,
): Promise<FastifyReply> {
  const etag = `"${planned.tag}"`;
  if (isKnownTo(request, etag)) return described(reply, planned).code(304).send();
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  const isPart = askedRange(request, etag) !== undefined;
  if (isWhole || isPart) await makeWhole(slices, planned, isWhole, gone.signal);
  const bytes = slices.bytesOf(planned);
  if (request.method === 'HEAD') {
    if (bytes === undefined) return described(reply, planned).send();
    return sendRanged(request, described(reply, planned), { etag, bytes, read: () => Readable.from([]) });
  }
  const file = await slices.open(planned);
  if (file && bytes !== undefined) return sendFile(request, described(reply, planned), file, etag, bytes);
  // The first part decides whether there is an answer at all.
  const parts = slices.stream(planned, gone.signal);
  const first = await parts.next();
  const all = first.done ? [] : withFirst(first.value, parts);
  const stream = planned.format === 'ndjson' ? failureAsLine(all) : all;
  return described(reply, planned).send(Readable.from(stream, { objectMode: false }));
}

async function makeWhole(slices: Slices, planned: PlannedSlice, isWhole: boolean, signal: AbortSignal): Promise<void> {
  try {
    await slices.make(planned, signal);
  } catch (error) {
    if (isWhole || !isPitlaneError(error, 'limit-exceeded')) throw error;
  }
}

async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  file: FileHandle,
  etag: string,
  bytes: number,
): Promise<FastifyReply> {
  let isRead = false;
  const read = (start: number, end: number): Readable => {
    isRead = true;
    return file.createReadStream({ start, end: end - 1 });
  };
  const answered = sendRanged(request, reply, { etag, bytes, read });
  if (!isRead) await file.close();
  return answered;
}

function described(reply: FastifyReply, { format, plan, note, tag }: PlannedSlice): FastifyReply {
  return reply
    .type(TYPES[format])
    .header('accept-ranges', 'bytes')
    .header('etag', `"${tag}"`)
    .header('cache-control', 'private, no-cache')
    .header('content-disposition', `attachment; filename="${plan.driveId}.${format}"`)
    .header('pitlane-drive-state', plan.driveState)
    .header('pitlane-slice-missing', note.missing.length + note.missingMore);
}

export async function* withFirst(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
}

/** The status has long been sent: the last line says what went wrong, and the connection is cut all the same. */
export async function* failureAsLine(
  parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* parts;
  } catch (error) {
    const { code, detail } = problemFrom(error);
    yield Buffer.from(`${JSON.stringify({ failed: { code, message: detail } })}\n`);
    throw new Error(`the lines ended early: ${messageOf(error)}`, { cause: error });
  }
}
