/** What the network and the broker may do in the middle: nothing that was acknowledged is lost, and each key keeps its order. */
import { randomUUID } from 'node:crypto';
import net from 'node:net';
import { isPitlaneError } from '@pitlane/base/errors';
import { keepRunning } from '@pitlane/base/flow';
import type { LogRecord, MessageLog } from '@pitlane/ports/message-log';
import { expect, it } from 'vitest';
import { OwnBroker } from '../../../test/support/own-broker.ts';
import { serviceAt } from '../../../test/support/services.ts';
import { openPlain, plain } from './brokers.fixture.ts';

const proxied = serviceAt('PITLANE_TEST_KAFKA_PROXIED');
const proxy = serviceAt('PITLANE_TEST_KAFKA_PROXY');
const KEYS = ['a', 'b', 'c', 'd', 'e', 'f'];

const numbered = (count: number): LogRecord[] =>
  Array.from({ length: count }, (_, index) => ({ key: KEYS[index % KEYS.length] as string, value: String(index) }));

/** Publishes one after another, again where the log says that the same call may succeed later. */
async function publishAll(log: MessageLog, topic: string, records: readonly LogRecord[]): Promise<void> {
  for (const record of records) {
    for (let isDurable = false; !isDurable; ) {
      isDurable = await log.publish(topic, [record]).then(
        () => true,
        (error: unknown) => {
          if (isPitlaneError(error) && error.retryable) return false;
          throw error;
        },
      );
    }
  }
}

/** Reads until `count` different values have come, begun again where consuming fails; values in the order of their first coming. */
async function readAll(log: MessageLog, topic: string, count: number, onRecord = (): void => {}): Promise<LogRecord[]> {
  const seen = new Map<string, LogRecord>();
  const stop = new AbortController();
  const consume = (signal: AbortSignal): Promise<void> =>
    log.consume(topic, 'readers', { batchMax: 5, signal }, async (batch) => {
      for (const record of batch) if (!seen.has(record.value)) seen.set(record.value, record);
      onRecord();
      if (seen.size >= count) stop.abort();
    });
  await keepRunning(consume, { signal: stop.signal, restartMs: 100, onFailure: () => {} });
  return [...seen.values()];
}

function expectOrderPerKey(seen: readonly LogRecord[], published: readonly LogRecord[]): void {
  expect(seen.length).toBe(published.length);
  for (const key of KEYS) {
    const of = (records: readonly LogRecord[]) => records.filter((one) => one.key === key).map(({ value }) => value);
    expect(of(seen)).toEqual(of(published));
  }
}

it.skipIf(!plain)(
  'loses nothing and keeps order per key when the broker is killed in the middle',
  { timeout: 240_000 },
  async () => {
    const broker = await OwnBroker.prepare();
    try {
      await broker.start();
      const log = openPlain({ brokers: [broker.address], groups: { sessionMs: 6_000 } });
      const records = numbered(400);
      let batches = 0;
      let tellHalfway = (): void => {};
      const halfway = new Promise<void>((resolve) => (tellHalfway = resolve));
      const reading = readAll(log, 'drives', records.length, () => {
        batches += 1;
        if (batches === 20) tellHalfway();
      });
      const publishing = publishAll(log, 'drives', records);
      await halfway;
      await broker.kill();
      await broker.start();
      await publishing;
      expectOrderPerKey(await reading, records);
      expect(await log.lag('drives', 'readers')).toBe(0);
      await log.close();
    } finally {
      await broker.remove();
    }
  },
);

it.skipIf(!proxied)('takes no record for a repetition of one whose answer was lost', async () => {
  const between = new CuttingProxy(proxied as string);
  await between.listen(proxy as string);
  const topic = `lost-answers-${randomUUID()}`;
  const log = openPlain({ brokers: [proxy as string] });
  try {
    await log.ensureTopics([topic]);
    const records = numbered(60);
    for (const [index, record] of records.entries()) {
      // The request arrives, its answer does not; others are asked for meanwhile.
      if (index % 20 === 10) between.cutNextAnswer();
      await Promise.all([publishAll(log, topic, [record]), publishAll(log, `${topic}-beside`, [record])]);
    }
    expect(between.cuts).toBe(3);
    const many = numbered(30).map(({ key, value }) => ({ key, value: `at once ${value}` }));
    between.cutNextAnswer();
    await Promise.all(many.map((record) => publishAll(log, topic, [record])));
    expect(between.cuts).toBe(4);
    const seen = await readAll(log, topic, records.length + many.length);
    expectOrderPerKey(
      seen.filter(({ value }) => !value.startsWith('at once')),
      records,
    );
  } finally {
    await log.close();
    await between.close();
  }
});

/** Passes bytes on in both directions, and drops connections when told, after a request and before its answer. */
class CuttingProxy {
  readonly #server: net.Server;
  readonly #sockets = new Set<net.Socket>();
  #isToCut = false;
  cuts = 0;

  constructor(target: string) {
    this.#server = net.createServer((client) => {
      const broker = net.connect(portOf(target), '127.0.0.1');
      for (const socket of [client, broker]) {
        this.#sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => [client, broker].forEach((one) => one.destroy()));
      }
      let isProduce = false;
      client.on('data', (bytes) => {
        // Bytes 4 and 5 of a request name its kind; 0 is a request to take records.
        if (this.#isToCut && bytes.readInt16BE(4) === 0) isProduce = true;
        broker.write(bytes);
      });
      broker.on('data', (bytes) => {
        if (isProduce && this.#isToCut) {
          this.#isToCut = false;
          this.cuts += 1;
          client.destroy();
        } else {
          client.write(bytes);
        }
      });
    });
  }

  cutNextAnswer(): void {
    this.#isToCut = true;
  }

  listen(address: string): Promise<void> {
    return new Promise((resolve) => this.#server.listen(portOf(address), '127.0.0.1', resolve));
  }

  close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

const portOf = (address: string): number => Number(address.split(':')[1]);
