/** `GET /v1/catalog/schema`: the views that SQL may ask, with their columns and what they mean. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { type ColumnType, DUCKDB_TYPE, VIEWS } from '@pitlane/contracts/catalog';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { CatalogService } from '../services.ts';
import { TEXT } from './answer-parts.ts';

const Answer = Type.Object({
  engine: Type.Enum(['duckdb', 'bigquery'], { description: 'whose SQL is spoken' }),
  views: Type.Array(
    Type.Object({
      name: TEXT,
      about: TEXT,
      columns: Type.Array(Type.Object({ name: TEXT, type: TEXT, about: TEXT })),
    }),
  ),
});

export function addSchemaRoutes(app: FastifyInstance, { catalog }: CatalogService): void {
  app.withTypeProvider<TypeBoxTypeProvider>().get(
    '/v1/catalog/schema',
    {
      schema: {
        summary: 'The views of the catalog with their columns, types as its engine calls them',
        tags: ['catalog'],
        response: { 200: Answer },
      },
    },
    async () => {
      const engine = catalog.dialect ?? 'duckdb';
      const typeOf = (type: ColumnType): string => (engine === 'duckdb' ? DUCKDB_TYPE[type] : type);
      const views = VIEWS.map(({ name, meaning, columns }) => ({
        name,
        about: meaning,
        columns: columns.map((column) => ({ name: column.name, type: typeOf(column.type), about: column.meaning })),
      }));
      return { engine, views };
    },
  );
}
