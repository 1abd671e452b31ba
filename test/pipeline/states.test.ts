/** The promise "truth": a recording passes through every state, and each is told when it is reached. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type DockRecord, LogTopic } from '@pitlane/contracts/records';
import { openSqliteLog } from '@pitlane/message-log-sqlite';
import { expect, it, vi } from 'vitest';
import { NodeUnderTest, scratchFolder } from '../support/node-under-test.ts';
import { smallLog } from '../support/small-log.ts';

it('tells that a recording is staged, chunked and shipped, and the catalog shows it receipted', async () => {
  await using scratch = await scratchFolder();
  const file = path.join(scratch.path, 'a.mcap');
  await writeFile(file, smallLog());
  const node = await NodeUnderTest.open(path.join(scratch.path, 'home'));
  try {
    await node.dockOne(file);
    const log = openSqliteLog({ file: path.join(node.home, 'log.sqlite') });
    const stop = new AbortController();
    const told: string[] = [];
    const reading = log.consume(LogTopic.docks, 'test', { batchMax: 10, signal: stop.signal }, async (batch) => {
      for (const { value } of batch) {
        const record = JSON.parse(value) as DockRecord;
        if (record.type === 'moved') told.push(record.state);
      }
    });
    // `landed` follows unless the receipt was quicker, and is then of no interest any more.
    await vi.waitFor(() => expect(told.slice(0, 3)).toEqual(['staged', 'chunked', 'shipped']), { timeout: 10_000 });
    stop.abort();
    await reading;
    await log.close();
    expect(await node.rows('SELECT state FROM recordings')).toEqual([{ state: 'receipted' }]);
  } finally {
    await node.close();
  }
});
