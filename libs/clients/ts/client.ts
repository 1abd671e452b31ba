/** A node or a catalog API, as programs ask it. */
import { Http, type HttpOptions } from './http.ts';
import type { Chunk, CoverageRun, Drive, Recording, SliceManifest, Topic } from './rows.ts';
import { openSlice, queryOf, type Slice, type SliceRequest } from './slice.ts';
import { addressOf, type AskedOf, type JsonOf, type LooselyAsked, type PathOf } from './typed-route.ts';

export type ClientOptions = Pick<HttpOptions, 'url'> & Partial<Omit<HttpOptions, 'url'>>;

/** Filters of a list; which ones there are, its path in the API documents tells. */
export type Filters = Readonly<Record<string, string | number | bigint | undefined>>;

export interface SqlAnswer {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** There were more rows than one answer holds. */
  readonly truncated: boolean;
}

export class PitlaneClient {
  readonly #http: Http;

  constructor(options: ClientOptions) {
    this.#http = new Http({
      attemptsMax: 6,
      firstWaitMs: 200,
      waitMaxMs: 20_000,
      random: Math.random,
      fetch: (input, init) => fetch(input, init),
      ...options,
    });
  }

  drives(filters: Filters = {}, signal?: AbortSignal): AsyncGenerator<Drive> {
    return this.#rows<Drive>('drives', filters, signal);
  }

  recordings(filters: Filters = {}, signal?: AbortSignal): AsyncGenerator<Recording> {
    return this.#rows<Recording>('recordings', filters, signal);
  }

  topics(filters: Filters = {}, signal?: AbortSignal): AsyncGenerator<Topic> {
    return this.#rows<Topic>('topics', filters, signal);
  }

  chunks(filters: Filters = {}, signal?: AbortSignal): AsyncGenerator<Chunk> {
    return this.#rows<Chunk>('chunks', filters, signal);
  }

  coverage(filters: Filters = {}, signal?: AbortSignal): AsyncGenerator<CoverageRun> {
    return this.#rows<CoverageRun>('coverage', filters, signal);
  }

  /**
   * Any route that answers in JSON, typed by the API's document: `client.get('/v1/drives/{driveId}/receipt', { path: { driveId } })`.
   */
  get<P extends PathOf<'get'>>(path: P, asked: AskedOf<P, 'get'>, signal?: AbortSignal): Promise<JsonOf<P, 'get'>> {
    return this.#json('GET', path, asked as LooselyAsked, signal);
  }

  /** The same for what changes something, or has much to say. It is asked once. */
  post<P extends PathOf<'post'>>(path: P, asked: AskedOf<P, 'post'>, signal?: AbortSignal): Promise<JsonOf<P, 'post'>> {
    return this.#json('POST', path, asked as LooselyAsked, signal);
  }

  patch<P extends PathOf<'patch'>>(
    path: P,
    asked: AskedOf<P, 'patch'>,
    signal?: AbortSignal,
  ): Promise<JsonOf<P, 'patch'>> {
    return this.#json('PATCH', path, asked as LooselyAsked, signal);
  }

  delete<P extends PathOf<'delete'>>(
    path: P,
    asked: AskedOf<P, 'delete'>,
    signal?: AbortSignal,
  ): Promise<JsonOf<P, 'delete'>> {
    return this.#json('DELETE', path, asked as LooselyAsked, signal);
  }

  /** One SELECT over the views of the catalog. It needs the token. */
  async sql(sql: string, signal?: AbortSignal): Promise<SqlAnswer> {
    return (await (await this.#http.ask('/v1/sql', { method: 'POST', body: { sql }, signal })).json()) as SqlAnswer;
  }

  /** A slice, from its beginning; a cut connection is gone on with. */
  slice(request: SliceRequest, signal?: AbortSignal): Promise<Slice> {
    return openSlice(this.#http, request, signal);
  }

  /** Where the bytes of a slice lie, to be fetched past the node. */
  async manifest(request: Omit<SliceRequest, 'primer' | 'format'>, signal?: AbortSignal): Promise<SliceManifest> {
    return (await (await this.#http.ask(`/v1/slice/manifest?${queryOf(request)}`, { signal })).json()) as SliceManifest;
  }

  /** A link that opens a slice in a viewer for a while, without a token. */
  async sliceUrl(request: SliceRequest, signal?: AbortSignal): Promise<string> {
    const answer = await this.#http.ask(`/v1/slice/url?${queryOf(request)}`, { signal });
    return ((await answer.json()) as { readonly url: string }).url;
  }

  /** The same of a chunk: straight to the bucket, where it signs links. */
  async chunkUrl(chunkId: string, signal?: AbortSignal): Promise<string> {
    const answer = await this.#http.ask(`/v1/chunks/${encodeURIComponent(chunkId)}/url`, { signal });
    return ((await answer.json()) as { readonly url: string }).url;
  }

  async #json<Value>(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    asked: LooselyAsked,
    signal?: AbortSignal,
  ): Promise<Value> {
    const { body } = asked;
    const request = { method, changes: method !== 'GET', ...(body && { body }), signal };
    return (await (await this.#http.ask(addressOf(path, asked), request)).json()) as Value;
  }

  /** All rows, page by page as they are taken. */
  async *#rows<Row>(list: string, filters: Filters, signal: AbortSignal | undefined): AsyncGenerator<Row> {
    const query = new URLSearchParams({ limit: '2000' });
    for (const [name, value] of Object.entries(filters)) if (value !== undefined) query.set(name, String(value));
    for (;;) {
      const answer = await this.#http.ask(`/v1/${list}?${query.toString()}`, { signal });
      const page = (await answer.json()) as Readonly<Record<string, unknown>>;
      yield* page[list] as readonly Row[];
      if (typeof page['next'] !== 'string') return;
      query.set('cursor', page['next']);
    }
  }
}
