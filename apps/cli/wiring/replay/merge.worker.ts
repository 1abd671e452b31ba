/** The thread that reads, decompresses and merges for a replay, so that nothing of it holds up the loop that keeps time. */
import { parentPort, workerData } from 'node:worker_threads';
import { crc32 } from '@node-rs/crc32';
import { isPitlaneError, messageOf } from '@pitlane/base/errors';
import { loadDecompressors } from '@pitlane/compressor-zstd';
import { BatchPacker, buffersOf, replaySource } from '@pitlane/stages/90-serve';
import { openReadingStore } from '../reading-store.ts';
import type { MergeAnswer, MergeJob, MergeOrder } from './merge-protocol.ts';

type Batches = AsyncIterator<Parameters<BatchPacker['pack']>[0]>;

const { plan, storeSpec } = workerData as MergeJob;
const stopped = new AbortController();
const store = await openReadingStore(storeSpec, stopped.signal);
const source = replaySource(plan, { store, crc32, decompressors: await loadDecompressors(), signal: stopped.signal });

let packer = new BatchPacker();
let batches: Batches | undefined;
let turn: Promise<void> = Promise.resolve();

parentPort?.on('message', (order: MergeOrder) => {
  turn = turn.then(() => obey(order));
});

async function obey(order: MergeOrder): Promise<void> {
  const { reading } = order;
  try {
    if (order.type === 'open') {
      batches = source(order.fromNs)[Symbol.asyncIterator]();
      packer = new BatchPacker();
    } else if (order.type === 'close') {
      await batches?.return?.();
      batches = undefined;
    } else {
      const next = await batches?.next();
      if (!next || next.done) return tell({ type: 'end', reading });
      const batch = packer.pack(next.value);
      tell({ type: 'batch', reading, batch }, buffersOf(batch));
    }
  } catch (error) {
    const told = isPitlaneError(error) ? error : { code: 'internal' as const, retryable: false };
    tell({ type: 'failed', reading, code: told.code, message: messageOf(error), retryable: told.retryable });
  }
}

function tell(answer: MergeAnswer, buffers: ArrayBuffer[] = []): void {
  parentPort?.postMessage(answer, buffers);
}
