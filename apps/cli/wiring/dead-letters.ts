/** Dead letters with what became of their chunks: one that is in the catalog has landed since. */
import type { DeadLetterService } from '@pitlane/catalog-api';
import { deadLetters, replayLetters } from '@pitlane/stages/80-land';
import type { Stores } from './open-parts.ts';

/** As far back as a replay looks. */
const LETTERS_MAX = 2000;

export function deadLetterService({ catalog, log }: Pick<Stores, 'catalog' | 'log'>): DeadLetterService {
  return {
    async list(limit) {
      const letters = await deadLetters(log, limit);
      const ids = [...new Set(letters.flatMap(({ chunkId }) => chunkId ?? []))];
      const marks = ids.map(() => '?').join(', ');
      const sql = `SELECT DISTINCT chunk_id FROM chunks WHERE chunk_id IN (${marks})`;
      const landed = new Set(ids.length > 0 ? (await catalog.query(sql, ids)).map((row) => row['chunk_id']) : []);
      return letters.map((letter) => ({ ...letter, landedSince: landed.has(letter.chunkId) }));
    },
    replay: async (ids) => replayLetters(log, await deadLetters(log, LETTERS_MAX), ids),
  };
}
