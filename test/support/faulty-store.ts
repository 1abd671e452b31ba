/**
 * A proxy before the stand-in for Google Cloud Storage that fails in the ways that the real one documents: it answers with a
 * status instead of passing a request on, or passes it on and loses the answer.
 */
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type StoreFault = { readonly status: 408 | 429 | 503 } | { readonly losesAnswer: true };

export class FaultyStore {
  readonly #server: Server;
  readonly #upstream: URL;
  /** Faults of the next writes, one each. */
  readonly #faults: StoreFault[] = [];
  #isAway = false;
  writes = 0;

  private constructor(upstream: string) {
    this.#upstream = new URL(upstream);
    this.#server = createServer((asked, answer) => this.#pass(asked, answer));
  }

  static async open(upstream: string): Promise<FaultyStore> {
    const store = new FaultyStore(upstream);
    await new Promise<void>((resolve) => store.#server.listen(0, '127.0.0.1', resolve));
    return store;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  failNext(...faults: readonly StoreFault[]): void {
    this.#faults.push(...faults);
  }

  get faultsLeft(): number {
    return this.#faults.length;
  }

  /** While it is away every connection is cut. */
  set away(isAway: boolean) {
    this.#isAway = isAway;
    if (isAway) this.#server.closeAllConnections();
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #pass(asked: IncomingMessage, answer: ServerResponse): void {
    if (this.#isAway) return void asked.socket.destroy();
    const isWrite = asked.method === 'POST' && (asked.url ?? '').startsWith('/upload/');
    if (isWrite) this.writes += 1;
    const fault = isWrite ? this.#faults.shift() : undefined;
    if (fault && 'status' in fault) {
      asked.resume();
      asked.on('end', () => {
        answer.writeHead(fault.status, { 'content-type': 'application/json' });
        answer.end(JSON.stringify({ error: { code: fault.status, message: 'a fault of the test' } }));
      });
      return;
    }
    const { hostname, port, host } = this.#upstream;
    const options = { hostname, port, method: asked.method, path: asked.url, headers: { ...asked.headers, host } };
    const passed = request(options, (answered) => {
      if (fault) {
        // The write is done; who asked for it never hears.
        answered.resume();
        answered.on('end', () => asked.socket.destroy());
        return;
      }
      answer.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(answer);
    });
    passed.on('error', () => asked.socket.destroy());
    asked.on('error', () => passed.destroy());
    asked.pipe(passed);
  }
}
