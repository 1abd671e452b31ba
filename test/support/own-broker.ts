/** A broker that belongs to one test, which may kill it and start it again where it was. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Kafka, logLevel } from 'kafkajs';

const START = fileURLToPath(new URL('../../deploy/local/kafka/start.sh', import.meta.url));
const PORTS = ['', '_CONTROLLER', '_SASL_SSL', '_SSL', '_PROXIED', '_PROXY', '_SASL_SSL_PROXY'];
const READY_WITHIN_MS = 90_000;

export class OwnBroker {
  readonly #data: string;
  readonly #ports: readonly number[];
  #process: ChildProcess | undefined;

  private constructor(data: string, ports: readonly number[]) {
    this.#data = data;
    this.#ports = ports;
  }

  static async prepare(): Promise<OwnBroker> {
    const ports = await Promise.all(PORTS.map(freePort));
    return new OwnBroker(await mkdtemp(path.join(tmpdir(), 'pitlane-kafka-')), ports);
  }

  get address(): string {
    return `127.0.0.1:${this.#ports[0]}`;
  }

  /** Where it listens for SCRAM users over TLS, and what it tells them its address is: a proxy has to listen there. */
  get secured(): { readonly address: string; readonly advertised: string } {
    return { address: `127.0.0.1:${this.#ports[2]}`, advertised: `127.0.0.1:${this.#ports[6]}` };
  }

  /** A file that deploy/local/kafka/make-certificates.sh made. */
  tlsFile(name: string): string {
    return path.join(this.#data, 'kafka/tls', name);
  }

  /** Resolves when the broker answers a client. */
  async start(): Promise<void> {
    const ports = PORTS.map((name, index) => [`PITLANE_KAFKA${name}_PORT`, String(this.#ports[index])]);
    const env = { ...process.env, PITLANE_SERVICES_DATA: this.#data, ...Object.fromEntries(ports) };
    // The script becomes the broker by exec: a signal to the one reaches the other.
    this.#process = spawn('bash', [START], { env, stdio: 'ignore' });
    for (const endMs = performance.now() + READY_WITHIN_MS; !(await this.#answers()); await sleep(100)) {
      if (performance.now() > endMs || this.#process.exitCode !== null) throw new Error('the broker did not start');
    }
  }

  async kill(): Promise<void> {
    const ended = this.#process && once(this.#process, 'exit');
    this.#process?.kill('SIGKILL');
    await ended;
    this.#process = undefined;
  }

  async remove(): Promise<void> {
    if (this.#process) await this.kill();
    await rm(this.#data, { recursive: true });
  }

  async #answers(): Promise<boolean> {
    const client = new Kafka({ brokers: [this.address], logLevel: logLevel.NOTHING, retry: { retries: 0 } });
    const admin = client.admin();
    try {
      await admin.connect();
      return (await admin.describeCluster()).brokers.length === 1;
    } catch {
      return false;
    } finally {
      await admin.disconnect();
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
