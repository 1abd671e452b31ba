/**
 * A store of one bucket over HTTP that follows what Google documents, where stand-ins do not, and misbehaves on demand:
 * each request asks the script first. What arrived is kept for the test to look at.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32c } from '@node-rs/crc32';

export interface Arrived {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  /** The bytes of the body that came, and whether all of it did. */
  readonly body: Buffer;
  readonly isWhole: boolean;
}

/** What happens instead of the right thing: an answer, an answer lost after the right thing was done, or silence. */
export type Fault =
  | {
      readonly status: number;
      readonly body?: string;
      readonly headers?: Record<string, string>;
      readonly early?: true;
    }
  | 'lose-answer'
  | 'never-answer'
  | 'cut-body'
  | undefined;

interface StoredObject {
  readonly resource: Record<string, unknown> & { generation: string };
  readonly content: Buffer;
}

export class ScriptedStore {
  readonly arrived: Arrived[] = [];
  readonly objects = new Map<string, StoredObject>();
  /** Asked for each request before anything is done. */
  script: (request: { method: string; path: string; index: number }) => Fault = () => undefined;
  /** Called when a deletion has arrived and nothing was done yet. */
  beforeDelete: () => void = () => {};
  readonly #server: Server;
  #generation = 1_700_000_000_000_000;
  #requests = 0;

  private constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response).catch(() => {}));
  }

  static async open(): Promise<ScriptedStore> {
    const store = new ScriptedStore();
    await new Promise<void>((resolve) => store.#server.listen(0, '127.0.0.1', resolve));
    return store;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async connections(): Promise<number> {
    return new Promise((resolve, reject) =>
      this.#server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
    );
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.endpoint);
    const about = { method: request.method ?? '', path: url.pathname };
    const fault = this.script({ ...about, index: this.#requests });
    this.#requests += 1;
    if (typeof fault === 'object' && fault.early) answer(response, fault.status, fault.body ?? '', fault.headers);
    const { body, isWhole } = await bodyOf(request);
    this.arrived.push({ ...about, query: url.searchParams, headers: request.headers, body, isWhole });
    if (!isWhole || fault === 'never-answer' || (typeof fault === 'object' && fault.early)) return;
    if (typeof fault === 'object') return answer(response, fault.status, fault.body ?? '', fault.headers);
    const { status, text, headers } = this.#do(about, url.searchParams, request, body);
    if (fault === 'lose-answer') return void request.socket.destroy();
    if (fault === 'cut-body') {
      response.writeHead(status, { ...headers, 'content-length': String(text.length) });
      response.write(text.subarray(0, text.length / 2), () => request.socket.destroy());
      return;
    }
    answer(response, status, text, headers);
  }

  #do(
    { method, path }: { method: string; path: string },
    query: URLSearchParams,
    { headers }: IncomingMessage,
    body: Buffer,
  ): Reply {
    if (method === 'POST') return this.#create(query, headers['content-type'] ?? '', body);
    const name = decodeURIComponent(path.split('/o/')[1] ?? '');
    const found = this.objects.get(name);
    if (!found) return refusal(404, `No such object: bucket/${name}`);
    if (method === 'DELETE') {
      this.beforeDelete();
      const wanted = query.get('ifGenerationMatch');
      if (wanted !== null && wanted !== this.objects.get(name)?.resource.generation)
        return refusal(412, 'conditionNotMet');
      this.objects.delete(name);
      return { status: 204, text: Buffer.alloc(0), headers: {} };
    }
    if (query.get('alt') === 'media') {
      const sum = `crc32c=${String(found.resource['crc32c'])}`;
      return { status: 200, text: found.content, headers: { 'x-goog-hash': sum } };
    }
    return { status: 200, text: Buffer.from(JSON.stringify(found.resource)), headers: JSON_TYPE };
  }

  #create(query: URLSearchParams, type: string, body: Buffer): Reply {
    const [head, content] = partsOf(body, /boundary=(.+)$/.exec(type)?.[1] ?? '');
    const given = JSON.parse(head.toString()) as Record<string, unknown> & { crc32c: string };
    const name = query.get('name') ?? '';
    if (query.get('ifGenerationMatch') === '0' && this.objects.has(name)) return refusal(412, 'conditionNotMet');
    if (given.crc32c !== crcBase64(content)) return refusal(400, "Provided CRC32C doesn't match calculated CRC32C");
    this.#generation += 1;
    const resource = { ...given, name, generation: String(this.#generation), size: String(content.length) };
    this.objects.set(name, { resource, content });
    return { status: 200, text: Buffer.from(JSON.stringify(resource)), headers: JSON_TYPE };
  }
}

interface Reply {
  readonly status: number;
  readonly text: Buffer;
  readonly headers: Record<string, string>;
}

const JSON_TYPE = { 'content-type': 'application/json; charset=UTF-8' };

export function refusal(status: number, message: string): Reply & { readonly body: string } {
  const body = JSON.stringify({ error: { code: status, message, errors: [{ message, reason: 'refused' }] } });
  return { status, text: Buffer.from(body), body, headers: JSON_TYPE };
}

function answer(
  response: ServerResponse,
  status: number,
  body: string | Buffer,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, headers).end(body);
}

async function bodyOf(request: IncomingMessage): Promise<{ body: Buffer; isWhole: boolean }> {
  const parts: Buffer[] = [];
  try {
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
    return { body: Buffer.concat(parts), isWhole: true };
  } catch {
    return { body: Buffer.concat(parts), isWhole: false };
  }
}

/** The two parts of a multipart/related body. */
function partsOf(body: Buffer, boundary: string): [Buffer, Buffer] {
  const first = body.indexOf('\r\n\r\n') + 4;
  const second = body.indexOf(`\r\n--${boundary}`, first);
  const content = body.indexOf('\r\n\r\n', second + 2) + 4;
  return [body.subarray(first, second), body.subarray(content, body.lastIndexOf(`\r\n--${boundary}--`))];
}

function crcBase64(bytes: Buffer): string {
  return Buffer.from(crc32c(bytes).toString(16).padStart(8, '0'), 'hex').toString('base64');
}
