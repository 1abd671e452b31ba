/** A whole node over the broker, with objects in files: disks are docked at it as people do, and landings are heard of. */
import { readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Landing, LogTopic } from '@pitlane/contracts/records';
import { Program } from '../harness/program.ts';
import type { Bench } from '../harness/question.ts';
import type { Services } from '../harness/services.ts';
import { openLog, PARTITIONS } from '../link/opened.ts';

const LOOK_EVERY_MS = 50;
const LANDING_BATCH_MAX = 100;

export class DockingNode implements AsyncDisposable {
  readonly program: Program<never>;
  readonly #home: string;
  readonly #stop = new AbortController();
  readonly #following: Promise<void>;
  /** By drive: how many of its chunks have landed. */
  readonly #landed = new Map<string, number>();
  #wake = (): void => {};
  #address: { readonly url: string; readonly token: string } | undefined;

  constructor(bench: Bench, services: Services) {
    this.#home = bench.scratch.folder('node');
    const command = join(bench.pitlane.root, 'apps/cli/bin/pitlane.js');
    this.program = new Program(command, ['up', '--port', '0', '--home', this.#home], {
      PITLANE_MESSAGE_LOG: `kafka://${services.kafka}`,
      PITLANE_KAFKA_PARTITIONS: String(PARTITIONS),
      PITLANE_KAFKA_REPLICATION: '1',
    });
    this.#following = this.#follow(services);
  }

  /** Docks a folder; resolves with its end, the receipt. */
  async dock(path: string, priority: number): Promise<void> {
    const { url, token } = (this.#address ??= await this.#listening());
    const response = await fetch(`${url}/v1/garage/docks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ path, priority }),
    });
    const last = (await response.text()).trim().split('\n').at(-1) ?? '';
    if (!last.includes('"type":"done"')) throw new Error(`docking ${path} ended with ${last.slice(0, 500)}`);
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
    await this.program[Symbol.asyncDispose]();
  }

  async #listening(): Promise<{ url: string; token: string }> {
    for (;;) {
      try {
        return JSON.parse(readFileSync(join(this.#home, 'node.json'), 'utf8')) as { url: string; token: string };
      } catch {
        await delay(LOOK_EVERY_MS);
      }
    }
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
