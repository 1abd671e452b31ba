/**
 * What every message log must do, as cases that run over any of them. Each case works on a topic of its own; it holds a
 * log to no more than the port promises: order per key, and every record at least once.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { isPitlaneError } from '@pitlane/base/errors';
import type { ContractCase } from '../contract/index.ts';
import type { DeliveredRecord, LogRecord, MessageLog } from './index.ts';

export interface MessageLogSubject {
  readonly log: MessageLog;
  /** Closes `log` and opens the same one anew, as after a restart of the program. */
  readonly reopen?: () => Promise<MessageLog>;
}

const PATIENCE_MS = 20_000;
const GROUP = 'readers';

export const messageLogContract: readonly ContractCase<MessageLogSubject>[] = [
  onTopic('delivers every record and keeps the order of each key', async ({ log }, topic) => {
    const records = Array.from({ length: 60 }, (_, index) => record(`key ${index % 7}`, index));
    for (let at = 0; at < records.length; at += 11) await log.publish(topic, records.slice(at, at + 11));
    const seen = await collect(log, topic, GROUP, records.length);
    assertOrderPerKey(seen, records);
    for (const delivered of seen) assert.equal(delivered.topic, topic);
  }),
  onTopic('hands over no more records at once than asked for', async ({ log }, topic) => {
    await log.publish(topic, numbered(10));
    const sizes: number[] = [];
    await collect(log, topic, GROUP, 10, { batchMax: 3, onBatch: (batch) => sizes.push(batch.length) });
    assert.ok(sizes.length >= 4 && Math.max(...sizes) <= 3, `batches of ${sizes.join(', ')}`);
  }),
  onTopic('delivers what is published while a consumer waits', async ({ log }, topic) => {
    const seen = collect(log, topic, GROUP, 3);
    for (const next of numbered(3)) await log.publish(topic, [next]);
    assertOrderPerKey(await seen, numbered(3));
  }),
  onTopic('brings the same batch again after its handler throws, and says what it threw', async ({ log }, topic) => {
    await log.publish(topic, numbered(4));
    const thrown = new Error('the handler failed');
    let failed: readonly DeliveredRecord[] = [];
    const { signal } = new AbortController();
    const consumed = log.consume(topic, GROUP, { batchMax: 2, signal }, async (batch) => {
      failed = batch;
      throw thrown;
    });
    await assert.rejects(consumed, (error) => error === thrown);
    const again = await collect(log, topic, GROUP, 4);
    assert.deepEqual(again.slice(0, failed.length).map(valueOf), failed.map(valueOf));
    assertOrderPerKey(again, numbered(4));
  }),
  onTopic('keeps groups apart, and starts a new group at the first record', async ({ log }, topic) => {
    await log.publish(topic, numbered(5));
    await collect(log, topic, 'early', 5);
    assert.equal(await log.lag(topic, 'early'), 0);
    assertOrderPerKey(await collect(log, topic, 'late', 5), numbered(5));
  }),
  onTopic('keeps topics apart', async ({ log }, topic) => {
    await log.publish(topic, [record('k', 'mine')]);
    await log.publish(`${topic}-other`, [record('k', 'other')]);
    assert.deepEqual((await collect(log, topic, GROUP, 1)).map(valueOf), [record('k', 'mine').value]);
  }),
  onTopic('goes on where the group stopped when it is opened again', async ({ log, reopen }, topic) => {
    await log.publish(topic, numbered(6));
    await collect(log, topic, GROUP, 3, { batchMax: 3 });
    const opened = reopen ? await reopen() : log;
    assert.equal(await opened.lag(topic, GROUP), 3);
    assert.deepEqual((await collect(opened, topic, GROUP, 3)).map(valueOf), numbered(6).slice(3).map(valueOf));
    await opened.publish(topic, [record('k', 'after')]);
    assert.deepEqual((await collect(opened, topic, GROUP, 1)).map(valueOf), [record('k', 'after').value]);
  }),
  onTopic('stops an idle consumer when its signal aborts', async ({ log }, topic) => {
    const stop = new AbortController();
    const consumed = log.consume(topic, GROUP, { batchMax: 1, signal: stop.signal }, async () => {});
    await log.publish(`${topic}-other`, [record('k', 'lets the consumer begin')]);
    stop.abort();
    await withinPatience(consumed, 'the aborted consumer did not end');
    await log.consume(topic, GROUP, { batchMax: 1, signal: stop.signal }, async () => {
      assert.fail('a consumer that was aborted before it began was given records');
    });
  }),
  onTopic(
    'waits for the handler when its signal aborts meanwhile, and counts its batch as done',
    async ({ log }, topic) => {
      await log.publish(topic, numbered(2));
      const stop = new AbortController();
      let isHandled = false;
      const consumed = log.consume(topic, GROUP, { batchMax: 1, signal: stop.signal }, async () => {
        assert.ok(!stop.signal.aborted, 'a batch came after the abort');
        stop.abort();
        await new Promise((resolve) => setImmediate(resolve));
        isHandled = true;
      });
      await withinPatience(consumed, 'the aborted consumer did not end');
      assert.ok(isHandled, 'consume ended before its handler');
      assert.equal(await log.lag(topic, GROUP), 1);
    },
  ),
  onTopic('counts the records that a group has not finished', async ({ log }, topic) => {
    assert.equal(await log.lag(topic, GROUP), 0);
    await log.publish(topic, numbered(5));
    assert.equal(await log.lag(topic, GROUP), 5);
    await collect(log, topic, GROUP, 5);
    assert.equal(await log.lag(topic, GROUP), 0);
    await log.publish(topic, numbered(2));
    assert.equal(await log.lag(topic, GROUP), 2);
  }),
  onTopic('shows the newest records, and moves no group', async ({ log }, topic) => {
    assert.deepEqual(await log.newest(topic, 5), []);
    await log.publish(topic, numbered(7));
    await collect(log, topic, GROUP, 7);
    await log.publish(topic, [record('k', 'last')]);
    const shown = await withinPatience(log.newest(topic, 3), 'the newest records did not come');
    assert.deepEqual(shown.map(valueOf), [...numbered(7).slice(5), record('k', 'last')].map(valueOf));
    assert.equal((await log.newest(topic, 100)).length, 8);
    assert.equal(await log.lag(topic, GROUP), 1);
  }),
  onTopic('keeps each batch together when many publish one key at once', async ({ log }, topic) => {
    const batches = Array.from({ length: 12 }, (_, batch) =>
      numbered(9).map(({ key, value }) => record(key, `${batch}/${value}`)),
    );
    await Promise.all(batches.map((batch) => log.publish(topic, batch)));
    const seen = (await collect(log, topic, GROUP, 12 * 9)).map(valueOf);
    for (const batch of batches) {
      const start = seen.indexOf(batch[0]?.value as string);
      assert.deepEqual(seen.slice(start, start + batch.length), batch.map(valueOf));
    }
  }),
  onTopic('gives keys and values back as they were', async ({ log }, topic) => {
    const texts = [
      '',
      ' ',
      'a\nb\r\nc\t',
      '"quoted" \\ \'single\'',
      'Größe 路 \u{1f697}',
      '\u2028\u2029\ufeff',
      'x\u0001y',
    ];
    const records = [...texts, 'large '.repeat(80_000)].map((text, index) =>
      record(`${index} ${text.slice(0, 20)}`, text),
    );
    await log.publish(topic, records);
    const seen = await collect(log, topic, GROUP, records.length);
    for (const { key, value } of records) {
      assert.equal(seen.find((delivered) => delivered.key === key)?.value, value);
    }
    await log.publish(topic, []);
    assert.equal(await log.lag(topic, GROUP), 0);
  }),
  onTopic('trims nothing that some group has not finished', async ({ log }, topic) => {
    await log.publish(topic, numbered(8));
    await log.trim(topic, 0);
    assert.equal(await log.lag(topic, 'slow'), 8, 'records that nobody ever read were trimmed');
    await collect(log, topic, 'slow', 2, { batchMax: 2 });
    await collect(log, topic, 'fast', 8);
    await log.trim(topic, 0);
    assert.deepEqual((await collect(log, topic, 'slow', 6)).map(valueOf), numbered(8).slice(2).map(valueOf));
    await log.trim(topic, 0);
    await log.publish(topic, [record('k', 'after')]);
    assert.deepEqual((await collect(log, topic, 'fast', 1)).map(valueOf), [record('k', 'after').value]);
  }),
  onTopic(
    'refuses a second consumer of one group in one program, if it refuses at all, as busy',
    async ({ log }, topic) => {
      const stop = new AbortController();
      const options = { batchMax: 1, signal: stop.signal };
      const first = log.consume(topic, GROUP, options, async () => {});
      const second = log.consume(topic, GROUP, options, async () => {}).catch((error: unknown) => error);
      await log.publish(topic, numbered(1));
      stop.abort();
      await withinPatience(first, 'the first consumer did not end');
      const outcome = await withinPatience(second, 'the second consumer did not end');
      assert.ok(outcome === undefined || isPitlaneError(outcome, 'busy'), String(outcome));
    },
  ),
];

function onTopic(
  name: string,
  run: (subject: MessageLogSubject, topic: string) => Promise<void>,
): ContractCase<MessageLogSubject> {
  return { name, run: (subject) => run(subject, `pitlane-contract-${randomUUID()}`) };
}

function record(key: string, content: unknown): LogRecord {
  return { key, value: JSON.stringify(content) };
}

const numbered = (count: number): LogRecord[] => Array.from({ length: count }, (_, index) => record('k', index));

const valueOf = ({ value }: LogRecord): string => value;

interface CollectOptions {
  readonly batchMax?: number;
  readonly onBatch?: (batch: readonly DeliveredRecord[]) => void;
}

/** Consumes until `count` different records have come, and gives them in the order in which each first came. */
async function collect(
  log: MessageLog,
  topic: string,
  group: string,
  count: number,
  { batchMax = 100, onBatch }: CollectOptions = {},
): Promise<DeliveredRecord[]> {
  const stop = new AbortController();
  const seen = new Map<string, DeliveredRecord>();
  const consumed = log.consume(topic, group, { batchMax, signal: stop.signal }, async (batch) => {
    onBatch?.(batch);
    for (const delivered of batch) {
      const identity = `${delivered.key}\n${delivered.value}`;
      if (!seen.has(identity)) seen.set(identity, delivered);
    }
    if (seen.size >= count) stop.abort();
  });
  try {
    await withinPatience(consumed, `fewer than ${count} records came`);
  } finally {
    stop.abort();
  }
  assert.equal(seen.size, count, 'number of records');
  return [...seen.values()];
}

function assertOrderPerKey(seen: readonly DeliveredRecord[], published: readonly LogRecord[]): void {
  assert.equal(seen.length, published.length);
  for (const key of new Set(published.map((one) => one.key))) {
    const delivered = seen.filter((one) => one.key === key);
    assert.deepEqual(delivered.map(valueOf), published.filter((one) => one.key === key).map(valueOf));
    delivered.reduce((before, one) => {
      assert.ok(before.offset < one.offset, `offsets of key ${key} do not rise`);
      return one;
    });
  }
}

async function withinPatience<T>(work: Promise<T>, otherwise: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${otherwise} within ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
