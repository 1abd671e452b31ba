/**
 * A BigQuery of a few methods on loopback, that behaves as Google documents where the stand-in does not: a job id runs once
 * and is answered 409 afterwards, jobs fail with a reason, answers get lost. Tests script what happens next.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What befalls the next upload: refused before anything happens, run but the answer lost, or run and failed. */
export type Fault = { readonly status: number } | 'answer-lost' | { readonly failed: string };

interface Job {
  readonly jobReference: { readonly jobId: string };
  readonly status: {
    readonly state: string;
    readonly errorResult?: { readonly reason: string; readonly message: string };
  };
  readonly statistics: object;
  readonly configuration?: object;
}

export class ScriptedBigQuery {
  /** Lines of each table, once for every load that succeeded. */
  readonly lines = new Map<string, string[]>();
  readonly jobIds: string[] = [];
  readonly faults: Fault[] = [];
  /** So many query jobs are made, and the answer is lost. */
  queryAnswersLost = 0;
  readonly queries: {
    readonly sql: string;
    readonly dryRun: boolean;
    readonly configuration: Record<string, unknown>;
  }[] = [];
  /** Statistics that a query job or its dry run answers with. */
  statistics: object = {};
  endpoint = '';
  readonly #jobs = new Map<string, Job>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<ScriptedBigQuery> {
    const started = new ScriptedBigQuery();
    started.#server.listen(0, '127.0.0.1');
    await once(started.#server, 'listening');
    started.endpoint = `http://127.0.0.1:${(started.#server.address() as AddressInfo).port}`;
    return started;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString();
    const path = (request.url ?? '').split('?')[0] ?? '';
    if (request.method === 'POST' && path.startsWith('/upload/')) return this.#upload(body, request, response);
    if (request.method === 'POST' && path.endsWith('/jobs')) return this.#query(body, request, response);
    if (path.includes('/queries/')) {
      return send(response, 200, {
        jobComplete: true,
        schema: { fields: [{ name: 'a', type: 'INTEGER' }] },
        rows: [{ f: [{ v: '1' }] }],
      });
    }
    const job = this.#jobs.get(path.split('/').at(-1) ?? '');
    return job ? send(response, 200, job) : fail(response, 404, 'notFound');
  }

  #upload(body: string, request: IncomingMessage, response: ServerResponse): void {
    const fault = this.faults.shift();
    if (typeof fault === 'object' && 'status' in fault) return fail(response, fault.status, 'backendError');
    const [, jobText = '', lines = ''] = body.split(/\r\n\r\n/);
    const { jobReference, configuration } = JSON.parse(jobText.split('\r\n')[0] ?? '') as {
      jobReference: { jobId: string };
      configuration: { load: { destinationTable: { tableId: string } } };
    };
    const { jobId } = jobReference;
    this.jobIds.push(jobId);
    if (this.#jobs.has(jobId)) return fail(response, 409, 'duplicate');
    const reason = typeof fault === 'object' ? fault.failed : undefined;
    if (reason === undefined) {
      const table = configuration.load.destinationTable.tableId;
      const rows = (lines.split('\r\n')[0] ?? '').split('\n').filter((line) => line !== '');
      this.lines.set(table, [...(this.lines.get(table) ?? []), ...rows]);
    }
    const status =
      reason === undefined ? { state: 'DONE' } : { state: 'DONE', errorResult: { reason, message: reason } };
    this.#jobs.set(jobId, { jobReference: { jobId }, status, statistics: {} });
    if (fault === 'answer-lost') request.socket.destroy();
    else send(response, 200, { jobReference: { jobId }, status: { state: 'RUNNING' } });
  }

  #query(body: string, request: IncomingMessage, response: ServerResponse): void {
    const { jobReference, configuration } = JSON.parse(body) as {
      jobReference: { jobId: string };
      configuration: { dryRun?: boolean; query: { query: string } };
    };
    const dryRun = configuration.dryRun === true;
    if (this.#jobs.has(jobReference.jobId)) return fail(response, 409, 'duplicate');
    this.queries.push({ sql: configuration.query.query, dryRun, configuration });
    const job = { jobReference, configuration, status: { state: 'DONE' }, statistics: this.statistics };
    if (!dryRun) this.#jobs.set(jobReference.jobId, job);
    if (this.queryAnswersLost-- > 0) request.socket.destroy();
    else send(response, 200, job);
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function fail(response: ServerResponse, status: number, reason: string): void {
  send(response, status, { error: { code: status, message: reason, errors: [{ reason, message: reason }] } });
}
