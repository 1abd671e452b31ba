/** The cloud's side of the link: the sink, the lander as it is built, and the landings that it confirms, with their times. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Landing, LogTopic } from '@pitlane/contracts/records';
import { Program } from '../harness/program.ts';
import type { Bench } from '../harness/question.ts';
import type { Services } from '../harness/services.ts';
import type { Errand, Shipped } from './garage.ts';
import { BUCKET, openLog, PARTITIONS } from './opened.ts';
import { renamed, writeSealedChunks } from './sealed-chunks.ts';

const programOf = (name: string): string => fileURLToPath(new URL(`${name}.ts`, import.meta.url));
/** More than all chunks of any question. */
const LANDER_DISK_BYTES = 16 * 1024 ** 3;
const LANDING_BATCH_MAX = 100;

export class Cloud implements AsyncDisposable {
  readonly endpoint: string;
  readonly lander: Program<unknown>;
  readonly #services: Services;
  readonly #sink: Program<{ port: number }>;
  readonly #stop = new AbortController();
  /** By chunk, milliseconds since the epoch. */
  readonly #landedAtMs = new Map<string, number>();
  readonly #following: Promise<void>;
  #wake = (): void => {};

  private constructor(services: Services, sink: Program<{ port: number }>, endpoint: string, lander: Program<unknown>) {
    this.#services = services;
    this.#sink = sink;
    this.endpoint = endpoint;
    this.lander = lander;
    this.#following = this.#follow();
  }

  /** Resolves when a first chunk has landed on each lane that will be used, by each way. */
  static async open(bench: Pick<Bench, 'scratch' | 'pitlane'>, services: Services): Promise<Cloud> {
    const sink = new Program<{ port: number }>(programOf('store-sink'), []);
    const endpoint = `http://127.0.0.1:${(await sink.next()).port}`;
    const home = bench.scratch.folder('lander');
    const lander = new Program(join(bench.pitlane.root, 'apps/lander/dist/main.js'), [], {
      PITLANE_HOME: home,
      PITLANE_HEALTH_PORT: '0',
      PITLANE_OBJECT_STORE: `gs://${BUCKET}`,
      PITLANE_GCS_ENDPOINT: endpoint,
      PITLANE_MESSAGE_LOG: `kafka://${services.kafka}`,
      PITLANE_KAFKA_PARTITIONS: String(PARTITIONS),
      PITLANE_KAFKA_REPLICATION: '1',
      PITLANE_LANDER_DISK_BYTES: String(LANDER_DISK_BYTES),
    });
    const cloud = new Cloud(services, sink, endpoint, lander);
    try {
      await cloud.#warmUp(bench);
      return cloud;
    } catch (error) {
      await cloud[Symbol.asyncDispose]();
      throw error;
    }
  }

  async openGarage(): Promise<Garage> {
    const garage = new Garage(programOf('garage'), [this.#services.kafka, this.endpoint]);
    await garage.next();
    return garage;
  }

  /** When each of these was confirmed, as soon as all are. Throws when the lander or the way to it has ended. */
  async landed(chunkIds: readonly string[]): Promise<number[]> {
    while (!chunkIds.every((chunkId) => this.#landedAtMs.has(chunkId))) {
      const changed = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      await Promise.race([changed, this.#following.then(() => Promise.reject(new Error('nobody hears of landings')))]);
    }
    return chunkIds.map((chunkId) => this.#landedAtMs.get(chunkId) as number);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#following;
    await this.lander[Symbol.asyncDispose]();
    await this.#sink[Symbol.asyncDispose]();
  }

  async #follow(): Promise<void> {
    const log = openLog(this.#services.kafka);
    const options = { batchMax: LANDING_BATCH_MAX, signal: this.#stop.signal };
    const group = `bench-${this.lander.pid}`;
    await log.consume(LogTopic.landings, group, options, async (batch) => {
      const nowMs = Date.now();
      for (const { value } of batch) this.#landedAtMs.set((JSON.parse(value) as Landing).chunk.chunkId, nowMs);
      this.#wake();
    });
    await log.close();
  }

  async #warmUp(bench: Pick<Bench, 'scratch'>): Promise<void> {
    const folder = bench.scratch.folder('warm-up');
    const chunks = writeSealedChunks(folder, 2, 1024);
    await using garage = await this.openGarage();
    for (const lane of ['urgent', 'bulk'] as const) {
      for (const transport of ['inline', 'claim-check'] as const) {
        const named = renamed(chunks, `warm-up ${this.lander.pid} ${lane} ${transport}`);
        await garage.ship({ chunks: named, lane, transport, atOnce: 2 });
        await this.landed(named.map(({ claim }) => claim.chunk.chunkId));
      }
    }
    bench.scratch.drop(folder);
  }
}

export class Garage extends Program<readonly Shipped[]> {
  /** One errand at a time by this; `tell` and `next` are for those that overlap, whose answers come as they end. */
  async ship(errand: Errand): Promise<readonly Shipped[]> {
    this.tell(errand);
    return this.next();
  }
}
