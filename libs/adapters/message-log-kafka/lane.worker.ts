/** The thread of a lane: a client and a publisher of its own, and frames in, acknowledgements out. */
import { parentPort, workerData } from 'node:worker_threads';
import { type PlainError, plainError } from '@pitlane/base/errors';
import type { Log, LogFields } from '@pitlane/base/telemetry';
import type { Frame } from '@pitlane/contracts/frame';
import { openClient } from './client.ts';
import { FRAME_HEADER } from './frame-record.ts';
import { BATCH_MAX_BYTES, type KafkaLogOptions } from './options.ts';
import { Publisher } from './publisher.ts';
import { Topics } from './topics.ts';

export interface LaneSetup {
  readonly topic: string;
  readonly options: Omit<KafkaLogOptions, 'log'>;
}

export type LaneOrder =
  | { readonly type: 'publish'; readonly id: number; readonly frames: readonly Frame[] }
  | { readonly type: 'take-back'; readonly id: number }
  | { readonly type: 'close' };

export type LaneAnswer =
  | { readonly type: 'published'; readonly id: number; readonly error?: PlainError }
  | { readonly type: 'log'; readonly level: keyof Log; readonly event: string; readonly fields?: LogFields };

const { topic, options } = workerData as LaneSetup;
const tell = (answer: LaneAnswer): void => parentPort?.postMessage(answer);
const logAt =
  (level: keyof Log) =>
  (event: string, fields: LogFields = {}): void =>
    tell({ type: 'log', level, event, fields });

const kafka = openClient({ ...options, log: { info: logAt('info'), warn: logAt('warn'), error: logAt('error') } });
const topics = new Topics(kafka, options.topics);
const publisher = new Publisher(kafka, topics, topic, options.batchMaxBytes ?? BATCH_MAX_BYTES);
const waiting = new Map<number, AbortController>();

parentPort?.on('message', (order: LaneOrder) => {
  if (order.type === 'publish') void publish(order.id, order.frames);
  else if (order.type === 'take-back') waiting.get(order.id)?.abort();
  else void publisher.close().then(() => process.exit());
});

async function publish(id: number, frames: readonly Frame[]): Promise<void> {
  const taken = new AbortController();
  waiting.set(id, taken);
  const records = frames.map(({ key, head, body }) => ({ key, value: body, headers: { [FRAME_HEADER]: head } }));
  try {
    await publisher.publish(records, taken.signal);
    tell({ type: 'published', id });
  } catch (error) {
    tell({ type: 'published', id, error: plainError(error) });
  } finally {
    waiting.delete(id);
  }
}
