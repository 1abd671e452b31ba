/**
 * The production shape under the hands of a test: a broker of its own that is reached over SASL_SSL through a proxy for
 * faults, a bucket behind a store that fails when it is told to, a dataset of its own, and landers, indexers and garages as
 * processes that may be killed. What it asks at the end is asked as people ask: by the command, and by the bucket's listing.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Storage } from '@google-cloud/storage';
import { silentLog } from '@pitlane/base/telemetry';
import { type Frame, frameTopic, LANES } from '@pitlane/contracts/frame';
import { openKafkaFrameLog } from '@pitlane/message-log-kafka';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import { type Ended, type RunningCommand, runCommand, startCommand } from './command.ts';
import { FaultyStore } from './faulty-store.ts';
import { OwnBroker } from './own-broker.ts';
import { programArguments } from './program-arguments.ts';
import { FaultyLink } from './toxics.ts';
import { isChunkObject } from './node-under-test.ts';

const PROJECT = 'p1';

export interface CloudServices {
  readonly gcs: string;
  readonly bigquery: string;
  readonly toxiproxy: string;
}

export class CloudUnderTest {
  readonly broker: OwnBroker;
  readonly link: FaultyLink;
  readonly store: FaultyStore;
  readonly #services: CloudServices;
  readonly #work: string;
  readonly #name: string;
  readonly #programs = new Set<CloudProgram>();

  private constructor(
    parts: { broker: OwnBroker; link: FaultyLink; store: FaultyStore },
    services: CloudServices,
    work: string,
    name: string,
  ) {
    this.broker = parts.broker;
    this.link = parts.link;
    this.store = parts.store;
    this.#services = services;
    this.#work = work;
    this.#name = name;
  }

  static async open(services: CloudServices): Promise<CloudUnderTest> {
    const name = `faults-${randomUUID().slice(0, 8)}`;
    const broker = await OwnBroker.prepare();
    const { address, advertised } = broker.secured;
    const [store, link, work] = await Promise.all([
      FaultyStore.open(services.gcs),
      FaultyLink.open(services.toxiproxy, name, { listen: advertised, upstream: address }),
      mkdtemp(path.join(tmpdir(), 'pitlane-cloud-')),
      broker.start(),
      new Storage({ apiEndpoint: services.gcs, projectId: PROJECT }).createBucket(name),
    ]);
    return new CloudUnderTest({ broker, link, store }, services, work, name);
  }

  home(name: string): string {
    return path.join(this.#work, name);
  }

  /** Starts a program of the cloud, and waits until it says that it has started. */
  async start(
    app: 'lander' | 'indexer',
    home: string,
    more: Readonly<Record<string, string>> = {},
  ): Promise<CloudProgram> {
    const program = new CloudProgram(app, { ...this.environment(), PITLANE_HOME: this.home(home), ...more });
    this.#programs.add(program);
    await program.started;
    return program;
  }

  garage(name: string, args: readonly string[], more: Readonly<Record<string, string>> = {}): RunningCommand {
    const environment = { ...this.environment(), PITLANE_GARAGE: name, ...more };
    return startCommand([...args, '--home', this.home(name)], { environment });
  }

  async ask(name: string, ...args: readonly string[]): Promise<Ended> {
    const environment = { ...this.environment(), PITLANE_GARAGE: name };
    return runCommand([...args, '--home', this.home(name)], { environment });
  }

  /** Settings of every program. */
  environment(): Record<string, string> {
    return {
      PITLANE_OBJECT_STORE: `gs://${this.#name}`,
      PITLANE_GCS_ENDPOINT: this.store.url,
      PITLANE_MESSAGE_LOG: `kafka://${this.broker.secured.advertised}`,
      PITLANE_KAFKA_REPLICATION: '1',
      PITLANE_KAFKA_PARTITIONS: '4',
      PITLANE_KAFKA_TLS: 'on',
      PITLANE_KAFKA_CA_FILE: this.broker.tlsFile('ca.pem'),
      PITLANE_KAFKA_SASL_MECHANISM: 'scram-sha-512',
      PITLANE_KAFKA_SASL_USER: 'garage-2',
      PITLANE_KAFKA_SASL_PASSWORD_FILE: this.broker.tlsFile('garage-2.password'),
      PITLANE_CATALOG: `bigquery://${PROJECT}.${this.#name.replaceAll('-', '_')}`,
      PITLANE_BIGQUERY_ENDPOINT: this.#services.bigquery,
      PITLANE_BIGQUERY_LOAD_SECONDS: '1',
      PITLANE_CLOUD_PROGRAMS: 'elsewhere',
      PITLANE_HEALTH_PORT: '0',
      PITLANE_RECEIPT_KEY_FILE: path.join(this.home('indexer'), 'keys/receipt.pub'),
    };
  }

  /** Names of the chunks that the bucket holds, from the stand-in itself. */
  async bucket(): Promise<string[]> {
    const bucket = new Storage({ apiEndpoint: this.#services.gcs, projectId: PROJECT }).bucket(this.#name);
    const [files] = await bucket.getFiles();
    return files
      .map(({ name }) => name)
      .filter(isChunkObject)
      .sort();
  }

  /** Frames that were ever published. */
  async framesPublished(): Promise<number> {
    const bounds = await this.#asAdmin((admin) => boundsOf(admin));
    return bounds.flatMap(({ partitions }) => partitions).reduce((sum, { high }) => sum + Number(high), 0);
  }

  /** As retention does: the frames are gone, read or not. */
  async forgetFrames(): Promise<void> {
    await this.#asAdmin(async (admin) => {
      for (const { topic, partitions } of await boundsOf(admin)) {
        const ends = partitions.map(({ partition, high }) => ({ partition, offset: high }));
        await admin.deleteTopicRecords({ topic, partitions: ends });
      }
    });
  }

  /** Publishes all frames that the brokers hold again: backwards, and then in order. */
  async repeatFrames(): Promise<void> {
    const topics = { partitions: 4, replication: 1, createMissing: false };
    const log = openKafkaFrameLog({ brokers: [this.broker.address], topics, log: silentLog });
    for (const lane of LANES) {
      const waiting = await log.lag(lane, 'nobody');
      if (waiting === 0) continue;
      const frames: Frame[] = [];
      const stop = new AbortController();
      const options = { batchBytesMax: 4 << 20, signal: stop.signal, onRevoked: async () => {} };
      await log.consume(lane, `repeater-${randomUUID()}`, options, async (batch) => {
        for (const { key, head, body } of batch) frames.push({ key, head, body: Uint8Array.from(body) });
        if (frames.length >= waiting) stop.abort();
      });
      await log.publish(lane, frames.toReversed());
      await log.publish(lane, frames);
    }
    await log.close();
  }

  async #asAdmin<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = new Kafka({ brokers: [this.broker.address], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    try {
      return await work(admin);
    } finally {
      await admin.disconnect();
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#programs].map((program) => program.kill()));
    await this.link.close();
    await this.store.close();
    await this.broker.remove();
    await rm(this.#work, { recursive: true, force: true });
  }
}

async function boundsOf(admin: Admin) {
  const topics = LANES.map(frameTopic);
  return Promise.all(topics.map(async (topic) => ({ topic, partitions: await admin.fetchTopicOffsets(topic) })));
}

/** A lander or an indexer in a process of its own. */
export class CloudProgram {
  readonly started: Promise<void>;
  /** What it warned of. */
  readonly complaints: string[] = [];
  readonly #child: ChildProcess;
  #port = 0;

  constructor(app: string, environment: Readonly<Record<string, string>>) {
    this.#child = spawn(process.execPath, programArguments(app), {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: this.#child.stdout as NodeJS.ReadableStream });
    this.started = new Promise((resolve, reject) => {
      this.#child.once('exit', (code) => reject(new Error(`${app} ended with ${code}: ${this.complaints.join('; ')}`)));
      lines.on('line', (line) => {
        const { level, event, reason, port } = JSON.parse(line) as Record<string, string | number>;
        if (level !== 'info') this.complaints.push(`${event} ${reason ?? ''}`);
        if (event === 'program.started') {
          this.#port = Number(port);
          resolve();
        }
      });
    });
    this.started.catch(() => {});
  }

  async metric(name: string): Promise<number> {
    const answer = await fetch(`http://127.0.0.1:${this.#port}/metrics`);
    const line = (await answer.text()).split('\n').find((text) => text.startsWith(`${name} `));
    return Number(line?.split(' ')[1] ?? Number.NaN);
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  /** Asks it to drain, and waits for its end. */
  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill(signal);
    await ended;
  }
}
