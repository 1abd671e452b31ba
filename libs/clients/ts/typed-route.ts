/** Any route of the API, typed by its document: what must be given to it, and what it answers in JSON. */
import type { paths } from './generated/api-types.ts';

export type Method = 'get' | 'post' | 'patch' | 'delete';

/** The paths that have this method. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends Readonly<Record<M, unknown>> ? P : never;
}[keyof paths];

type Operation<P extends keyof paths, M extends Method> = paths[P] extends Readonly<Record<M, infer O>> ? O : never;

type Given<O, Place extends string> = O extends { readonly parameters: Readonly<Record<Place, infer Value>> }
  ? Readonly<Record<Place, Value>>
  : O extends { readonly parameters: { readonly [K in Place]?: infer Value } }
    ? [Exclude<Value, undefined>] extends [never]
      ? unknown
      : { readonly [K in Place]?: Value }
    : unknown;

type Body<O> = O extends { readonly requestBody: { readonly content: { readonly 'application/json': infer Value } } }
  ? { readonly body: Value }
  : unknown;

/** `{ path, query, body }`, as far as the route has them. */
export type AskedOf<P extends PathOf<M>, M extends Method> = Given<Operation<P, M>, 'path'> &
  Given<Operation<P, M>, 'query'> &
  Body<Operation<P, M>>;

/** Rows, facts; never for what answers with a file or a stream. */
export type JsonOf<P extends PathOf<M>, M extends Method> =
  Operation<P, M> extends {
    readonly responses: { readonly 200: { readonly content: { readonly 'application/json': infer Value } } };
  }
    ? Value
    : never;

type Plain = string | number | boolean;

export interface LooselyAsked {
  readonly path?: Readonly<Record<string, Plain>>;
  readonly query?: Readonly<Record<string, Plain | undefined>>;
  readonly body?: object;
}

/** The path with what stands in it, and its query. */
export function addressOf(path: string, { path: places = {}, query = {} }: LooselyAsked): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(places[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return search.size > 0 ? `${filled}?${search.toString()}` : filled;
}
