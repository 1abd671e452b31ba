/**
 * tus 1.0 over the uploads. What may be asked is decided before the library sees it, so that it is answered like everything
 * else here; the library then speaks the protocol. Loaded with the first upload.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isPitlaneError, PitlaneError } from '@pitlane/base/errors';
import { Metadata, Server } from '@tus/server';
import { PartStore } from './part-store.ts';
import { Slots } from './slots.ts';
import { uploadAskedFrom } from './upload-asked.ts';
import type { UploadRecord } from './upload-records.ts';
import { UPLOADS_PATH } from './upload-status.ts';
import type { Uploads } from './uploads.ts';

/** Writes the whole answer; never rejects for what a client did. */
export type Answer = (response: ServerResponse) => Promise<void>;

/** An error as the body of an answer. */
export type ProblemOf = (error: unknown) => { readonly status: number };

export type UploadRequest = readonly [request: IncomingMessage, id: string | undefined, problem: ProblemOf];

export interface TusOptions {
  readonly atOnce: number;
  readonly problem: ProblemOf;
}

const WAITING_MAX = 64;
/** A client that sends nothing for so long gives up its place; it goes on where it was when it is back. */
const SILENT_REQUEST_MS = 60_000;
const LENGTH = /^\d{1,15}$/;

export class TusAnswers {
  readonly #uploads: Uploads;
  readonly #slots: Slots;
  readonly #server: Server;
  /** What was taken in, until the library asks for its id. */
  readonly #begun = new WeakMap<IncomingMessage, UploadRecord>();

  constructor(uploads: Uploads, { atOnce, problem }: TusOptions) {
    this.#uploads = uploads;
    this.#slots = new Slots(atOnce, WAITING_MAX);
    this.#server = new Server({
      path: UPLOADS_PATH,
      datastore: new PartStore(uploads),
      maxSize: uploads.tools.maxBytes,
      // Whatever name the client has for this host leads back here.
      relativeLocation: true,
      respectForwardedHeaders: false,
      // Pages of other sites may not use a node: the guard has refused them.
      allowedOrigins: () => false,
      namingFunction: (request) => this.#idOf(request.runtime?.node?.req as IncomingMessage | undefined),
      onUploadFinish: async (_, { id }) => {
        const { state, reason } = await uploads.finish(id);
        if (state !== 'refused') return {};
        const told = problem(refusedError(reason));
        const headers = { 'content-type': 'application/problem+json' };
        return { status_code: told.status, headers, body: JSON.stringify(told) };
      },
      onResponseError: (_, error) => {
        if (!(error instanceof Error)) return undefined; // the protocol's own
        const told = problem(error);
        return { status_code: told.status, body: JSON.stringify(told) };
      },
    });
  }

  /**
   * Judges a request, and gives what will answer it.
   * @param id of the upload that it is about. Throws a `PitlaneError` for what is not taken.
   */
  async accept(request: IncomingMessage, id: string | undefined): Promise<Answer> {
    // The guard judged the method as it stands.
    if (request.headers['x-http-method-override'] !== undefined) {
      throw new PitlaneError('bad-usage', 'X-HTTP-Method-Override is not taken: send the method itself');
    }
    if (request.method === 'POST') return this.#create(request);
    if (id !== undefined) await this.#refuseEnded(request.method ?? '', id);
    if (request.method === 'PATCH') return this.#receiving(request);
    return (response) => this.#server.handle(request, response);
  }

  async #create(request: IncomingMessage): Promise<Answer> {
    const { headers } = request;
    const length = String(headers['upload-length'] ?? '');
    if (headers['tus-resumable'] !== '1.0.0') throw new PitlaneError('bad-usage', 'Tus-Resumable: 1.0.0 is missing');
    if (!LENGTH.test(length)) {
      throw new PitlaneError('bad-usage', 'Upload-Length is missing: say how many bytes will come, before they do');
    }
    const asked = uploadAskedFrom(metadataOf(headers['upload-metadata']));
    this.#begun.set(request, await this.#uploads.begin(asked, Number(length)));
    return this.#receiving(request);
  }

  /** Bytes may come with it: so many requests do so at once. */
  async #receiving(request: IncomingMessage): Promise<Answer> {
    const slot = await this.#slots.take();
    return async (response) => {
      using _slot = slot;
      // Node closes a socket at its timeout. Checking, which begins when all has come, takes as long as it takes.
      request.socket.setTimeout(SILENT_REQUEST_MS);
      request.once('end', () => request.socket.setTimeout(0));
      await this.#server.handle(request, response);
    };
  }

  async #refuseEnded(method: string, id: string): Promise<void> {
    const record = (await this.#uploads.records()).get(id);
    if (!record) throw new PitlaneError('not-found', `there is no upload ${id}: it expired, or was retired`);
    if (record.state === 'receiving') return;
    if (record.state === 'refused' && method !== 'DELETE') throw refusedError(record.reason);
    if (method === 'PATCH') throw new PitlaneError('already-exists', `all of upload ${id} is here: nothing is missing`);
    if (method === 'DELETE' && record.state !== 'refused') {
      throw new PitlaneError('refused', `upload ${id} is in its drive: \`pitlane retire\` frees it, with a receipt`);
    }
  }

  #idOf(request: IncomingMessage | undefined): string {
    const begun = request && this.#begun.get(request);
    if (begun) return begun.id;
    throw new PitlaneError('internal', 'an upload came past the gate');
  }
}

function metadataOf(header: string | string[] | undefined): Record<string, string | null> {
  try {
    return Metadata.parse(String(header ?? ''));
  } catch (cause) {
    const text = 'Upload-Metadata is missing or wrong: give `filename` and `vehicle`, each with its value in base64';
    throw isPitlaneError(cause) ? cause : new PitlaneError('bad-usage', text, { cause });
  }
}

const refusedError = (reason: string | null): PitlaneError =>
  new PitlaneError('checksum-mismatch', reason ?? 'the upload was refused: begin it anew');
