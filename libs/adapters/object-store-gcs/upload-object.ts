/** One object in one request: a multipart body of what it is and what is in it, taken only if the name is free. */
import { randomUUID } from 'node:crypto';
import type { Content } from './content.ts';
import { type Exchange, textOf } from './exchange.ts';
import { base64FromHex, type GcsResource } from './object-resource.ts';

export interface Upload {
  readonly bucket: string;
  readonly name: string;
  readonly crc32c: string;
  readonly metadata: Readonly<Record<string, string>> | undefined;
  readonly contentType: string | undefined;
  readonly kmsKeyName: string | undefined;
  readonly storageClass: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** What the store says of the new object. */
export async function uploadObject(exchange: Exchange, content: Content, upload: Upload): Promise<GcsResource> {
  const boundary = randomUUID();
  const head = Buffer.from(headOf(upload, boundary));
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  const body = async function* (): AsyncGenerator<Uint8Array> {
    yield head;
    yield* content.blocks();
    yield tail;
  };
  const response = await exchange.send({
    method: 'POST',
    path: pathOf(upload),
    headers: {
      'content-type': `multipart/related; boundary=${boundary}`,
      'content-length': String(head.length + content.bytes + tail.length),
    },
    body: body(),
    signal: upload.signal,
  });
  return JSON.parse(await textOf(response)) as GcsResource;
}

function headOf({ name, crc32c, metadata, contentType, storageClass }: Upload, boundary: string): string {
  const resource = { name, crc32c: base64FromHex(crc32c), metadata, contentType, storageClass };
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

function pathOf({ bucket, name, kmsKeyName }: Upload): string {
  // Generation 0 stands for "there is none": the store creates and never replaces.
  const query = new URLSearchParams({ uploadType: 'multipart', ifGenerationMatch: '0', name });
  if (kmsKeyName !== undefined) query.set('kmsKeyName', kmsKeyName);
  return `/upload/storage/v1/b/${encodeURIComponent(bucket)}/o?${query.toString()}`;
}
