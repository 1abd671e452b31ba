/** `GET /v1/drives` and its sisters: filtered pages with a cursor. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { type TSchema, Type } from 'typebox';
import { answer, page } from './answers/answer.ts';
import { PAGE_DEFAULT, PAGE_MAX, pageOf } from './list-query.ts';
import { LABEL_FILTER } from './list-filters.ts';
import { type FilterSql, type ListDefinition, LISTS, viewOf } from './lists.ts';
import { rowSchema } from './row-schemas.ts';
import type { CatalogService } from './services.ts';

export function addListRoutes(app: FastifyInstance, { catalog, objectUrl }: CatalogService): void {
  for (const list of LISTS) {
    app.withTypeProvider<TypeBoxTypeProvider>().get(
      `/v1/${list.path ?? list.name}`,
      {
        schema: {
          summary: list.summary,
          ...(list.description !== undefined && { description: list.description }),
          tags: ['catalog'],
          querystring: querySchema(list),
          response: answer(`a page of ${list.name}`, page(list.name, rowSchema(viewOf(list)))),
        },
      },
      async (request) => {
        const { limit, cursor, order, ...filters } = request.query as Query;
        const given = { ...(limit !== undefined && { limit }), ...(cursor !== undefined && { cursor }) };
        const asked = { filters, ...given, ...(order !== undefined && { order }) };
        const { rows, next } = await pageOf(catalog, list, asked, objectUrl);
        return { [list.name]: rows, next };
      },
    );
  }
}

type Query = { limit?: number; cursor?: string; order?: string } & Record<string, string | undefined>;

const TEXT = Type.String({ minLength: 1, maxLength: 1024 });
const DESCRIPTIONS = {
  time: 'log time: decimal nanoseconds since 1970, or RFC 3339',
  day: 'a log time of the first or last day: decimal nanoseconds since 1970, or RFC 3339',
} as const;

function querySchema(list: ListDefinition): TSchema {
  const filters = Object.entries(list.filters).map(([name, filter]) => [name, Type.Optional(filterSchema(filter))]);
  const orders = Object.keys(list.orders ?? {});
  const order = Type.Enum(orders, { description: 'newest first by that; without it, by tenant and id' });
  const limit = Type.Integer({ minimum: 1, maximum: PAGE_MAX, default: PAGE_DEFAULT });
  const cursor = Type.String({ maxLength: 4096, description: '"next" of the page before' });
  return Type.Object(
    {
      ...Object.fromEntries(filters),
      ...(orders.length > 0 && { order: Type.Optional(order) }),
      limit: Type.Optional(limit),
      cursor: Type.Optional(cursor),
    },
    { additionalProperties: false, ...(list.labels !== undefined && { patternProperties: { [LABEL_FILTER]: TEXT } }) },
  );
}

function filterSchema({ kind, meaning }: FilterSql): TSchema {
  if (kind === 'flag') return Type.Enum(['true', 'false'], { ...(meaning !== undefined && { description: meaning }) });
  const description = kind === 'text' ? meaning : DESCRIPTIONS[kind];
  return description === undefined ? TEXT : Type.String({ ...TEXT, description });
}
