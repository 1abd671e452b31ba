/**
 * One object in one request: a multipart body of what it is and what is in it, sent only if the name is free. The
 * client library's own single-request upload is not used: it names no length, it cannot be stopped (a source that fails
 * or a signal leaves its request hanging), and it pushes each block through five streams.
 */
import { randomUUID } from 'node:crypto';
import { type Agent as HttpAgent, type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { type Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { pipeline } from 'node:stream/promises';
import type { Content } from './content.ts';
import { errorOfAnswer, StalledError } from './gcs-errors.ts';
import { base64FromHex, type GcsResource } from './object-resource.ts';

const ANSWER_MAX_BYTES = 1024 * 1024;

export interface Upload {
  readonly endpoint: string;
  readonly agent: HttpAgent | HttpsAgent;
  readonly headers: Readonly<Record<string, string>>;
  readonly stallMs: number;
  readonly bucket: string;
  readonly name: string;
  readonly crc32c: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly contentType?: string;
  readonly kmsKeyName?: string;
  readonly storageClass?: string;
  readonly signal?: AbortSignal;
}

/** What the store says of the new object. An answer other than success is thrown with its status. */
export async function uploadObject(content: Content, upload: Upload): Promise<GcsResource> {
  const boundary = randomUUID();
  const head = Buffer.from(headOf(upload, boundary));
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  const body = async function* (): AsyncGenerator<Uint8Array> {
    yield head;
    yield* content.blocks();
    yield tail;
  };
  const headers = {
    ...upload.headers,
    'content-type': `multipart/related; boundary=${boundary}`,
    'content-length': String(head.length + content.bytes + tail.length),
  };
  const { status, text } = await send(body(), headers, upload);
  if (status < 200 || status > 299) throw errorOfAnswer(status, text);
  return JSON.parse(text) as GcsResource;
}

function headOf(upload: Upload, boundary: string): string {
  const { metadata, contentType, storageClass } = upload;
  const resource = { name: upload.name, crc32c: base64FromHex(upload.crc32c), metadata, contentType, storageClass };
  return [
    `--${boundary}`,
    'Content-Type: application/json; charset=UTF-8',
    '',
    JSON.stringify(resource),
    `--${boundary}`,
    `Content-Type: ${contentType ?? 'application/octet-stream'}`,
    '',
    '',
  ].join('\r\n');
}

function addressOf({ endpoint, bucket, name, kmsKeyName }: Upload): URL {
  const address = new URL(`${endpoint}/upload/storage/v1/b/${encodeURIComponent(bucket)}/o`);
  // Generation 0 stands for "there is none": the store creates and never replaces.
  const query = { uploadType: 'multipart', ifGenerationMatch: '0', name, ...(kmsKeyName && { kmsKeyName }) };
  for (const [key, value] of Object.entries(query)) address.searchParams.set(key, value);
  return address;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

function send(body: AsyncGenerator<Uint8Array>, headers: Record<string, string>, upload: Upload): Promise<Answer> {
  const { agent, signal, stallMs } = upload;
  const address = addressOf(upload);
  const open = address.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = open(address, { method: 'POST', headers, agent, ...(signal && { signal }) });
    request.setTimeout(stallMs, () => request.destroy(new StalledError(stallMs)));
    request.once('error', reject);
    request.once('response', (response) => {
      answerFrom(response, request).then(resolve, reject);
    });
    // A source that fails takes the request down with it, so that the store sees a body cut short and keeps nothing.
    pipeline(body, request).catch(reject);
  });
}

async function answerFrom(response: IncomingMessage, request: ClientRequest): Promise<Answer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > ANSWER_MAX_BYTES) break;
    parts.push(part);
  }
  // Refused before all was sent: nothing more of this body shall go over this connection.
  if (!request.writableFinished) request.destroy();
  return { status: response.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') };
}
