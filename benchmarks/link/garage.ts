/**
 * `garage.ts BROKERS ENDPOINT`: the part of a garage that ships. It is told which sealed chunks go by which way over which
 * lane and how many at once, and says of each when it was taken up and when it was shipped. Errands may overlap.
 */
import { randomBytes } from 'node:crypto';
import { mapOrdered } from '@pitlane/base/flow';
import { systemWait } from '@pitlane/base/retry';
import { silentLog } from '@pitlane/base/telemetry';
import type { Lane } from '@pitlane/contracts/frame';
import { LogTopic } from '@pitlane/contracts/records';
import { shipperByLane, type Transport } from '@pitlane/stages/70-ship';
import { openFrames, openLog, openStore } from './opened.ts';
import type { SealedChunk } from './sealed-chunks.ts';

export interface Errand {
  readonly chunks: readonly SealedChunk[];
  readonly lane: Lane;
  readonly transport: Transport;
  readonly atOnce: number;
}

/** Wall clock, milliseconds since the epoch, as other processes of this machine see it. */
export interface Shipped {
  readonly chunkId: string;
  readonly takenAtMs: number;
  readonly shippedAtMs: number;
}

const [, , brokers = '', endpoint = ''] = process.argv;
const frames = openFrames(brokers);
const log = openLog(brokers);
const store = openStore(endpoint);
await frames.ensureTopics();
await log.ensureTopics([LogTopic.chunks]);

process.on('message', (errand: Errand) => void run(errand));
process.on('disconnect', () => process.exit());
process.send?.('ready');

async function run({ chunks, lane, transport, atOnce }: Errand): Promise<void> {
  const transports = { urgent: transport, normal: transport, bulk: transport };
  const newAttempt = (): string => randomBytes(8).toString('hex');
  const patience = { wait: systemWait, random: Math.random, telemetry: silentLog };
  const ship = shipperByLane({ transports, store, log, frames, newAttempt, patience });
  const { signal } = new AbortController();
  const shipped: Shipped[] = [];
  const all = mapOrdered(chunks, atOnce, async ({ claim, path }): Promise<Shipped> => {
    const takenAtMs = Date.now();
    await ship(claim, path, { lane, signal });
    return { chunkId: claim.chunk.chunkId, takenAtMs, shippedAtMs: Date.now() };
  });
  for await (const one of all) shipped.push(one);
  process.send?.(shipped);
}
