/** SQL by people over HTTP: rows as JSON, or a file of them as CSV or Parquet; and what it would cost. */
import { Readable } from 'node:stream';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { PitlaneError } from '@pitlane/base/errors';
import type { SqlCaps, SqlResult } from '@pitlane/ports/catalog';
import { csvBlocks, parquetBlocks } from '@pitlane/stages/90-serve/tables';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { CATALOG } from './answers/catalog.ts';
import type { CatalogService } from './services.ts';

const SQL_TEXT_MAX = 64 * 1024;
const SQL_CAPS: SqlCaps = { rowsMax: 10_000, timeoutMs: 30_000, bytesMax: 32 * 1024 * 1024 };
/** Each may take a share of the catalog's memory and threads, and holds its rows until they are sent. */
const SQL_AT_ONCE_MAX = 4;

const FILES = {
  'text/csv': { ending: 'csv', blocksOf: csvBlocks },
  'application/vnd.apache.parquet': { ending: 'parquet', blocksOf: parquetBlocks },
} as const;
type FileType = keyof typeof FILES;

const OneSelect = Type.Object(
  { sql: Type.String({ minLength: 1, maxLength: SQL_TEXT_MAX }) },
  {
    additionalProperties: false,
    examples: [{ sql: 'SELECT topic, sum(messages) AS messages FROM topics GROUP BY topic ORDER BY topic' }],
  },
);

export function addSqlRoutes(app: FastifyInstance, { catalog }: CatalogService): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  const turns = new Turns();
  typed.post(
    '/v1/sql',
    {
      schema: {
        summary: 'One SELECT over the views of the catalog: JSON, or CSV or Parquet where `accept` asks for it',
        tags: ['catalog'],
        body: OneSelect,
        response: CATALOG.sql,
      },
    },
    async ({ body, headers }, reply) => {
      const type = fileTypeFrom(headers.accept);
      const stop = new AbortController();
      reply.raw.once('close', () => stop.abort());
      turns.takeUntilSent(reply);
      const result = await catalog.sandboxed(body.sql, SQL_CAPS, stop.signal);
      return type === undefined ? result : sendFile(reply, type, result);
    },
  );
  typed.post(
    '/v1/sql/estimate',
    {
      schema: {
        summary: 'What such a SELECT would read and cost; it is not run',
        tags: ['catalog'],
        body: OneSelect,
        response: CATALOG.estimate,
      },
    },
    async ({ body }, reply) => {
      turns.takeUntilSent(reply);
      const { bytesProcessed, usdPerTiB } = await catalog.estimate(body.sql);
      return { bytesProcessed, usdPerTiB, usd: ((usdPerTiB ?? 0) * bytesProcessed) / 2 ** 40 };
    },
  );
}

class Turns {
  #underWay = 0;

  takeUntilSent(reply: FastifyReply): void {
    if (this.#underWay >= SQL_AT_ONCE_MAX) {
      throw new PitlaneError('unavailable', `${SQL_AT_ONCE_MAX} queries run already: try again in a moment`, {
        retryable: true,
      });
    }
    this.#underWay += 1;
    let isOver = false;
    const over = (): void => {
      if (!isOver) this.#underWay -= 1;
      isOver = true;
    };
    reply.raw.once('finish', over).once('close', over);
  }
}

/** The first of ours that is asked for by name; JSON for everybody else. */
function fileTypeFrom(accept: string | undefined): FileType | undefined {
  const asked = (accept ?? '').split(',').map((one) => one.split(';')[0]?.trim().toLowerCase() ?? '');
  const first = asked.find((type) => type in FILES || type === 'application/json');
  return first === undefined || first === 'application/json' ? undefined : (first as FileType);
}

function sendFile(reply: FastifyReply, type: FileType, result: SqlResult): FastifyReply {
  const { ending, blocksOf } = FILES[type];
  return reply
    .type(type === 'text/csv' ? `${type}; charset=utf-8; header=present` : type)
    .header('cache-control', 'no-store')
    .header('content-disposition', `attachment; filename="rows.${ending}"`)
    .header('pitlane-sql-rows', result.rows.length)
    .header('pitlane-sql-truncated', String(result.truncated))
    .send(Readable.from(blocksOf(result), { objectMode: false }));
}
