import { openSqliteJournal } from '@pitlane/journal-sqlite';
import { expect, it } from 'vitest';
import { claimOf } from '../../test/support/claimed-chunk.ts';
import type { GarageTools } from './tools.ts';
import { whyInGarage } from './why.ts';

it('says of a chunk when and how it was sent, how often again, and since when it is overdue', async () => {
  const journal = openSqliteJournal({ file: ':memory:' });
  const tools = { journal, settings: { tenant: 'default' } } as unknown as GarageTools;
  const { drive, chunk: facts } = claimOf(new Uint8Array(3));
  const key = { ...drive, recordingId: facts.recordingId };
  const line = async (): Promise<string | undefined> => (await whyInGarage(facts.chunkId, tools))[0];
  journal.putChunk(key, { name: 'name', facts, state: 'chunked' });
  expect(await line()).toMatch(/1 message, chunked$/);
  journal.setChunkState(key, 'name', 'shipped', { attempt: null, shippedAtMs: 0, resent: 0 });
  expect(await line()).toMatch(/, shipped at 1970-01-01T00:00:00.000Z$/);
  const sent = { attempt: 'a1', shippedAtMs: 1000, resent: 2 };
  journal.setChunkState(key, 'name', 'chunked', { ...sent, overdueSinceMs: 2000 });
  expect(await line()).toMatch(
    /, chunked; sent at 1970-01-01T00:00:01.000Z in frames as attempt a1, sent again 2 times, overdue or asked for since 1970-01-01T00:00:02.000Z$/,
  );
  journal.close();
});
