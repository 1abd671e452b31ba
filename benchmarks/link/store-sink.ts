/**
 * `store-sink.ts`: a bucket that costs as little as one can. It speaks just enough of Google Cloud Storage's JSON API for
 * creates of one request and for looks at objects; it checks the CRC-32C of what comes and keeps nothing but what it is.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32c } from '@node-rs/crc32';

interface Resource {
  readonly name: string;
  readonly generation: string;
  readonly size: string;
  readonly crc32c: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

const HEAD_END = '\r\n\r\n';
const objects = new Map<string, Resource>();

const server = createServer((request, response) => {
  serve(request, response).catch((error: unknown) => {
    process.stderr.write(`store-sink: ${String(error)}\n`);
    response.destroy();
  });
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit());

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '', 'http://sink');
  if (request.method === 'POST') return create(request, response, url.searchParams.get('name') ?? '');
  const found = objects.get(decodeURIComponent(/\/o\/([^/]+)$/.exec(url.pathname)?.[1] ?? ''));
  if (found) answer(response, 200, found);
  else refuse(response, 404, 'notFound');
}

async function create(request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
  const boundary = /boundary=(.+)$/.exec(request.headers['content-type'] ?? '')?.[1] ?? '';
  const tailBytes = `\r\n--${boundary}--\r\n`.length;
  const totalBytes = Number(request.headers['content-length']);
  let head: Buffer | undefined = Buffer.alloc(0);
  let declared: Partial<Resource> = {};
  let size = 0;
  let missing = 0;
  let crc = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    let content = part;
    if (head) {
      head = Buffer.concat([head, part]);
      const resourceAt = head.indexOf(HEAD_END) + HEAD_END.length;
      const nextAt = head.indexOf(HEAD_END, resourceAt);
      if (nextAt < 0) continue;
      const text = head.toString('utf8', resourceAt, head.indexOf('\r\n--', resourceAt));
      declared = JSON.parse(text) as Partial<Resource>;
      content = head.subarray(nextAt + HEAD_END.length);
      size = totalBytes - nextAt - HEAD_END.length - tailBytes;
      missing = size;
      head = undefined;
    }
    content = content.subarray(0, missing);
    crc = crc32c(content, crc);
    missing -= content.length;
  }
  const found = Buffer.from(crc.toString(16).padStart(8, '0'), 'hex').toString('base64');
  if (objects.has(name)) return refuse(response, 412, 'conditionNotMet');
  if (found !== declared.crc32c) return refuse(response, 400, "Provided CRC32C doesn't match calculated CRC32C");
  const generation = String(objects.size + 1);
  const resource = { name, generation, size: String(size), crc32c: found, metadata: declared.metadata ?? {} };
  objects.set(name, resource);
  answer(response, 200, resource);
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8' }).end(JSON.stringify(body));
}

function refuse(response: ServerResponse, status: number, message: string): void {
  answer(response, status, { error: { code: status, message, errors: [{ message, reason: message }] } });
}
