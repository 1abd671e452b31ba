/**
 * A lane's producer in a thread of its own: the client encodes each request on the spot, several milliseconds a MiB, which
 * would hold up the program's event loop and the other lanes. The thread starts with the first frames of the lane.
 */
import type { Worker } from 'node:worker_threads';
import { errorFromPlain, PitlaneError } from '@pitlane/base/errors';
import { moduleBeside, startWorker } from '@pitlane/base/spawn';
import type { Frame } from '@pitlane/contracts/frame';
import type { LaneAnswer, LaneOrder, LaneSetup } from './lane.worker.ts';
import type { KafkaLogOptions } from './options.ts';

/** What it makes are large buffers, which lie outside of the heap; collecting early lets go of them early. */
const YOUNG_MIB = 4;

interface Publication {
  readonly settle: () => void;
  readonly fail: (error: unknown) => void;
}

export class LaneThread {
  readonly #setup: LaneSetup;
  readonly #log: KafkaLogOptions['log'];
  readonly #open = new Map<number, Publication>();
  #worker: Worker | undefined;
  #next = 0;

  constructor(topic: string, { log, ...options }: KafkaLogOptions) {
    this.#setup = { topic, options };
    this.#log = log;
  }

  /** Resolves when all replicas in sync have the frames. The signal takes back what waits for its turn. */
  async publish(frames: readonly Frame[], signal?: AbortSignal): Promise<void> {
    if (frames.length === 0) return;
    const id = this.#next++;
    const worker = (this.#worker ??= this.#start());
    const takeBack = (): void => order(worker, { type: 'take-back', id });
    try {
      await new Promise<void>((settle, fail) => {
        this.#open.set(id, { settle, fail });
        // Copies, which travel for nothing: the bodies may be slices of something larger that the sender uses again. (And
        // `slice` of a Buffer would be no copy: its sender would lose what it is a part of.)
        const copies = frames.map(({ key, head, body }) => ({ key, head, body: new Uint8Array(body) }));
        order(
          worker,
          { type: 'publish', id, frames: copies },
          copies.map(({ body }) => body.buffer),
        );
        if (signal?.aborted) takeBack();
        signal?.addEventListener('abort', takeBack);
      });
    } finally {
      signal?.removeEventListener('abort', takeBack);
    }
  }

  /** Waits for what was asked for, then ends the thread. */
  async close(): Promise<void> {
    const worker = this.#worker;
    if (!worker) return;
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    order(worker, { type: 'close' });
    await ended;
  }

  #start(): Worker {
    const worker = startWorker(moduleBeside(import.meta.url, './lane.worker'), {
      workerData: this.#setup,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
    });
    worker.on('message', (answer: LaneAnswer) => this.#take(answer));
    worker.on('error', (cause) => this.#fallen(worker, cause));
    worker.on('exit', () => this.#fallen(worker, new Error('it was stopped')));
    return worker;
  }

  #take(answer: LaneAnswer): void {
    if (answer.type === 'log') return this.#log[answer.level](answer.event, answer.fields);
    const publication = this.#open.get(answer.id);
    this.#open.delete(answer.id);
    if (answer.error) publication?.fail(errorFromPlain(answer.error));
    else publication?.settle();
  }

  /** What was under way may or may not be in the log, as after an outage; the next frames start another thread. */
  #fallen(worker: Worker, cause: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    const told = `the thread that publishes to ${this.#setup.topic} ended: ${cause.message}`;
    for (const { fail } of this.#open.values()) {
      fail(new PitlaneError('unavailable', told, { retryable: true, cause }));
    }
    this.#open.clear();
  }
}

function order(worker: Worker, what: LaneOrder, transferred: ArrayBuffer[] = []): void {
  worker.postMessage(what, transferred);
}
