/** A whole node over the broker, with objects in files: disks are docked at it as people do, and landings are heard of. */
import { randomUUID } from 'node:crypto';
import { type Landing, LogTopic } from '@pitlane/contracts/records';
import type { Program } from '../harness/program.ts';
import type { Bench } from '../harness/question.ts';
import type { Services } from '../harness/services.ts';
import { type DockEvent, StayingNode } from '../harness/staying-node.ts';
import { openLog, PARTITIONS } from '../link/opened.ts';

const LANDING_BATCH_MAX = 100;

export class DockingNode implements AsyncDisposable {
  readonly #node: StayingNode;
  readonly #stop = new AbortController();
  readonly #following: Promise<void>;
  /** By drive: how many of its chunks have landed. */
  readonly #landed = new Map<string, number>();
  #wake = (): void => {};

  constructor(bench: Bench, services: Services, environment: NodeJS.ProcessEnv = {}) {
    this.#node = new StayingNode(bench.pitlane, bench.scratch.folder('node'), {
      PITLANE_MESSAGE_LOG: `kafka://${services.kafka}`,
      PITLANE_KAFKA_PARTITIONS: String(PARTITIONS),
      PITLANE_KAFKA_REPLICATION: '1',
      ...environment,
    });
    this.#following = this.#follow(services);
  }

  /** Docks a folder; resolves with its end, the receipt. */
  dock(path: string, priority: number, onEvent?: (event: DockEvent) => void): Promise<void> {
    return this.#node.dock(path, priority, onEvent);
  }

  get program(): Program<never> {
    return this.#node.program;
  }

  /** Resolves when so many chunks of the drive have landed. */
  async landed(driveId: string, chunks: number): Promise<void> {
    while ((this.#landed.get(driveId) ?? 0) < chunks) {
      const changed = new Promise<void>((resolve) => (this.#wake = resolve));
      await Promise.race([changed, this.#following.then(() => Promise.reject(new Error('nobody hears of landings')))]);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#following;
    await this.#node[Symbol.asyncDispose]();
  }

  async #follow(services: Services): Promise<void> {
    const log = openLog(services.kafka);
    const options = { batchMax: LANDING_BATCH_MAX, signal: this.#stop.signal };
    await log.consume(LogTopic.landings, `bench-${randomUUID()}`, options, async (batch) => {
      for (const { value } of batch) {
        const { drive } = JSON.parse(value) as Landing;
        this.#landed.set(drive.driveId, (this.#landed.get(drive.driveId) ?? 0) + 1);
      }
      this.#wake();
    });
    await log.close();
  }
}
