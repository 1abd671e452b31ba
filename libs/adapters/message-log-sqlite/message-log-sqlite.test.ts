import { copyFileSync, existsSync } from 'node:fs';
import { mkdtemp, open, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPitlaneError } from '@pitlane/base/errors';
import type { DeliveredRecord, LogRecord, MessageLog } from '@pitlane/ports/message-log';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { messageLogContract } from '@pitlane/ports/message-log/contract';
import { GroupCommit } from './group-commit.ts';
import { openSqliteLog } from './index.ts';
import { withFile } from './sqlite-errors.ts';

let base: string;
let file: string;
let opened: MessageLog[];

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'pitlane-message-log-'));
  file = join(base, 'log.sqlite');
  opened = [];
});

afterEach(async () => {
  for (const log of opened) await log.close();
  await rm(base, { recursive: true, force: true });
});

function openLog(path = file, idlePollMs = 500): MessageLog {
  const log = openSqliteLog({ file: path, clock: { nowMs: () => 1000, monotonicMs: () => 1000 }, idlePollMs });
  opened.push(log);
  return log;
}

async function drain(log: MessageLog, topic: string, group: string, batchMax = 1000): Promise<DeliveredRecord[][]> {
  const batches: DeliveredRecord[][] = [];
  let left = await log.lag(topic, group);
  if (left === 0) return batches;
  const stop = new AbortController();
  await log.consume(topic, group, { batchMax, signal: stop.signal }, async (batch) => {
    batches.push([...batch]);
    left -= batch.length;
    if (left === 0) stop.abort();
  });
  return batches;
}

const rejection = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => expect.fail('did not fail'),
    (error: unknown) => error,
  );

const numbered = (count: number): LogRecord[] =>
  Array.from({ length: count }, (_, index) => ({ key: 'k', value: `${index}` }));

describe('the message log on SQLite keeps the contract', () => {
  it.each(messageLogContract)('$name', async (example) => {
    const log = openLog();
    await example.run({
      log,
      reopen: async () => {
        await log.close();
        return openLog();
      },
    });
  });
});

describe('the message log on SQLite', () => {
  it('numbers the records of each topic from 0 on without holes, also after a trim and a reopen', async () => {
    const log = openLog();
    await Promise.all([
      log.publish('t', numbered(3)),
      log.publish('other', numbered(2)),
      log.publish('t', numbered(3)),
    ]);
    expect((await drain(log, 't', 'g')).flat().map(({ offset }) => offset)).toEqual([0n, 1n, 2n, 3n, 4n, 5n]);
    await log.trim('t', 0);
    await log.close();
    const again = openLog();
    await again.publish('t', numbered(1));
    expect((await drain(again, 't', 'g')).flat().map(({ offset }) => offset)).toEqual([6n]);
  });

  it('keeps the newest records through a trim, for groups that are yet to come', async () => {
    const log = openLog();
    await log.publish('t', numbered(2500));
    await drain(log, 't', 'g');
    await log.trim('t', 10);
    expect(await log.lag('t', 'new')).toBe(10);
    expect((await drain(log, 't', 'new')).flat()[0]?.offset).toBe(2490n);
  });

  it('takes a second consumer of one group as busy, also through another opening of the file', async () => {
    const log = openLog();
    const other = openLog();
    const stop = new AbortController();
    const options = { batchMax: 1, signal: stop.signal };
    const first = log.consume('t', 'g', options, async () => {});
    for (const second of [log, other]) {
      expect(isPitlaneError(await rejection(second.consume('t', 'g', options, async () => {})), 'busy')).toBe(true);
    }
    stop.abort();
    await first;
    await other.publish('t', numbered(1));
    expect((await drain(other, 't', 'g')).length).toBe(1);
  });

  it('finds what another writer published while it was idle', async () => {
    const reader = openLog(file, 1);
    const writer = openLog(file);
    const stop = new AbortController();
    const seen: string[] = [];
    const consumed = reader.consume('t', 'g', { batchMax: 1, signal: stop.signal }, async (batch) => {
      seen.push(...batch.map(({ value }) => value));
      if (seen.length === 2) stop.abort();
    });
    await writer.publish('t', numbered(2));
    await consumed;
    expect(seen).toEqual(['0', '1']);
  });

  it('ends its consumers when it closes, after the batch they are at', async () => {
    const log = openLog();
    await log.publish('t', numbered(3));
    const handled: string[] = [];
    let closed: Promise<void> | undefined;
    const idle = log.consume('empty', 'g', { batchMax: 1, signal: new AbortController().signal }, async () => {});
    await log.consume('t', 'g', { batchMax: 1, signal: new AbortController().signal }, async (batch) => {
      closed = log.close();
      await log.publish('answers', [{ key: 'k', value: 'said while closing' }]);
      handled.push(...batch.map(({ value }) => value));
    });
    await Promise.all([closed, idle]);
    expect(handled).toEqual(['0']);
    expect(isPitlaneError(await rejection(log.publish('t', numbered(1))), 'unavailable')).toBe(true);
    const again = openLog();
    expect(await again.lag('t', 'g')).toBe(2);
    expect(await again.lag('answers', 'g')).toBe(1);
  });

  it('refuses records that are too large or have no UTF-8, and names without letters', async () => {
    const log = openLog();
    const large = 'x'.repeat(8 * 1024 * 1024 + 1);
    const publish = (key: string, value: string) =>
      log.publish('t', [
        { key: 'k', value: 'good' },
        { key, value },
      ]);
    expect(isPitlaneError(await rejection(publish('k', large)), 'limit-exceeded')).toBe(true);
    expect(isPitlaneError(await rejection(publish('\ud800', 'x')), 'bad-usage')).toBe(true);
    expect(isPitlaneError(await rejection(publish('k', 'x\udc00')), 'bad-usage')).toBe(true);
    expect(isPitlaneError(await rejection(log.publish('', numbered(1))), 'bad-usage')).toBe(true);
    expect(await log.lag('t', 'g')).toBe(0);
  });

  it('keeps NUL characters and topics that look like SQL', async () => {
    const log = openLog();
    const topic = `'; DROP TABLE records; --`;
    await log.publish(topic, [{ key: 'a\0b', value: 'c\0d' }]);
    expect((await drain(log, topic, '"g"')).flat()).toEqual([{ topic, offset: 0n, key: 'a\0b', value: 'c\0d' }]);
  });

  it('hands over large records in batches that memory can hold', async () => {
    const log = openLog();
    const value = 'x'.repeat(7 * 1024 * 1024);
    for (let count = 0; count < 6; count += 1) await log.publish('t', [{ key: 'k', value }]);
    expect((await drain(log, 't', 'g')).map((batch) => batch.length)).toEqual([3, 3]);
  });

  it('keeps its write-ahead log small', async () => {
    const log = openLog();
    const value = 'x'.repeat(1024 * 1024);
    for (let count = 0; count < 60; count += 1) await log.publish('t', [{ key: 'k', value }]);
    expect((await stat(`${file}-wal`)).size).toBeLessThan(16 * 1024 * 1024);
    await drain(log, 't', 'g');
    const { size } = await stat(file);
    await log.trim('t', 0);
    await log.close();
    expect((await stat(file)).size).toBeLessThan(size / 10);
    expect(existsSync(`${file}-wal`)).toBe(false);
  });

  it('says so when the file is damaged, is no log, or is a newer one', async () => {
    await writeFile(file, 'this is no database'.repeat(1000));
    expect(() => openLog()).toThrow(/damaged or no log; move it away/);
    await rm(file);
    new Database(file).exec('CREATE TABLE something (else_ TEXT)').close();
    expect(() => openLog()).toThrow(/database of something else/);
    const newer = join(base, 'newer.sqlite');
    await openLog(newer).close();
    new Database(newer).exec('PRAGMA user_version = 99').close();
    expect(() => openLog(newer)).toThrow(/newer Pitlane/);
  });

  it('reports damage in the middle of the file as corrupt input', async () => {
    const log = openLog();
    await log.publish(
      't',
      Array.from({ length: 500 }, () => ({ key: 'k', value: 'v'.repeat(1000) })),
    );
    await log.close();
    const handle = await open(file, 'r+');
    await handle.write(Buffer.alloc(400_000, 0xff), 0, 400_000, 40_000);
    await handle.close();
    const work = async (): Promise<unknown> => drain(openLog(), 't', 'g');
    expect(isPitlaneError(await rejection(work()), 'corrupt-input')).toBe(true);
  });

  it('is readable from a copy of its files taken at any moment', async () => {
    const log = openLog();
    await log.publish('t', numbered(5));
    const copy = join(base, 'copy.sqlite');
    for (const ending of ['', '-wal']) copyFileSync(file + ending, copy + ending);
    expect((await drain(openLog(copy), 't', 'g')).flat().length).toBe(5);
  });
});

it.each([
  ['SQLITE_FULL', 'disk-full', true],
  ['SQLITE_BUSY_SNAPSHOT', 'busy', true],
  ['SQLITE_IOERR_FSYNC', 'unavailable', true],
  ['SQLITE_READONLY', 'unavailable', false],
  ['SQLITE_CORRUPT_VTAB', 'corrupt-input', false],
  ['ENOSPC', 'disk-full', true],
] as const)('takes %s as %s', async (from, code, retryable) => {
  const failing = async (): Promise<never> =>
    withFile('log', () => {
      throw Object.assign(new Error('told by the system'), { code: from });
    });
  expect(await rejection(failing())).toMatchObject({ name: 'PitlaneError', code, retryable });
});

describe('group commit', () => {
  it('commits what was asked for in one turn once, and in order', async () => {
    let commits = 0;
    const ran: number[] = [];
    const writes = new GroupCommit((work) => {
      commits += 1;
      work();
    });
    const results = await Promise.all([1, 2, 3].map((index) => writes.run(() => ran.push(index))));
    expect(results).toEqual([1, 2, 3]);
    expect(ran).toEqual([1, 2, 3]);
    expect(commits).toBe(1);
  });

  it('tells all whose writes shared a commit that failed, and goes on', async () => {
    let isFull = true;
    const writes = new GroupCommit((work) => {
      if (isFull) throw new Error('full');
      work();
    });
    const outcomes = await Promise.allSettled([writes.run(() => 1), writes.run(() => 2)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    isFull = false;
    expect(await writes.run(() => 3)).toBe(3);
  });

  it('splits a group that is too large for one transaction', async () => {
    let commits = 0;
    const writes = new GroupCommit((work) => {
      commits += 1;
      work();
    });
    await Promise.all([1, 2, 3, 4].map(() => writes.run(() => {}, 16 * 1024 * 1024)));
    expect(commits).toBe(2);
  });
});

describe('a batch that lingers', () => {
  it('takes along what comes meanwhile, and ends at once when consuming stops', async () => {
    const log = openLog();
    await log.publish('t', [{ key: 'k', value: 'first' }]);
    const stop = new AbortController();
    const batches: string[][] = [];
    const options = { batchMax: 10, lingerMs: 60_000, signal: stop.signal };
    const consuming = log.consume('t', 'g', options, async (batch) => {
      batches.push(batch.map(({ value }) => value));
    });
    await log.publish('t', [{ key: 'k', value: 'second' }]);
    expect(batches).toEqual([]);
    stop.abort();
    await consuming;
    expect(batches).toEqual([['first', 'second']]);
  });

  it('goes at once when it is full', async () => {
    const log = openLog();
    await log.publish('t', [
      { key: 'k', value: 'first' },
      { key: 'k', value: 'second' },
    ]);
    const stop = new AbortController();
    await log.consume('t', 'g', { batchMax: 2, lingerMs: 60_000, signal: stop.signal }, async () => stop.abort());
    expect(await log.lag('t', 'g')).toBe(0);
  });
});
