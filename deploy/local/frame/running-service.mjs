/**
 * One service under way: a process group of its own, its output in a file, and the question whether it answers yet.
 * Stopping asks the whole group to end, and ends it by force when it does not.
 */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { servicesFolder } from './known-services.mjs';

const LEASH = fileURLToPath(new URL('leash.sh', import.meta.url));
const ASK_EVERY_MS = 200;
const ANSWER_WITHIN_MS = 10_000;
const READY_WITHIN_MS = 120_000;
const STOP_WITHIN_MS = 15_000;
const LOG_LINES_SHOWN = 40;

export class RunningService {
  #service;
  #child;
  #about;
  #logFile;
  #exitCode;
  #ended;

  /** @param ports the port of each name that the service declares */
  constructor(service, ports, data) {
    this.#service = service;
    this.#about = { ports, data: path.join(data, service.name), services: servicesFolder };
    this.#logFile = path.join(data, `${service.name}.log`);
    const log = openSync(this.#logFile, 'a');
    const portVariables = Object.entries(service.ports).map(([name, variable]) => [variable, String(ports[name])]);
    this.#child = spawn('bash', [LEASH, path.join(service.folder, 'start.sh')], {
      env: {
        ...process.env,
        PITLANE_SERVICES_DIR: servicesFolder,
        PITLANE_SERVICES_DATA: data,
        ...Object.fromEntries(portVariables),
      },
      stdio: ['pipe', log, log],
      detached: true,
    });
    closeSync(log);
    this.#child.stdin.on('error', () => {}); // the service ended before us
    this.#ended = new Promise((resolve) => {
      this.#child.once('error', () => resolve(1));
      this.#child.once('exit', (code) => resolve(code ?? 1));
    }).then((code) => {
      this.#exitCode = code;
    });
  }

  get name() {
    return this.#service.name;
  }

  /** The exit code of a service that has ended, by itself or not. */
  get exitCode() {
    return this.#exitCode;
  }

  /** What tests find it by. */
  variables() {
    return this.#service.variables(this.#about);
  }

  /** Waits until the service answers a client; throws, with the end of its output, when it does not. */
  async ready(signal) {
    const endMs = performance.now() + READY_WITHIN_MS;
    for (let reason; ; ) {
      signal.throwIfAborted();
      if (this.#exitCode !== undefined) throw this.#failure(`ended with ${this.#exitCode} before it answered`);
      if (performance.now() > endMs) throw this.#failure(`did not answer in ${READY_WITHIN_MS / 1000} s (${reason})`);
      try {
        await this.#service.ready({ ...this.#about, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
        return;
      } catch (error) {
        reason = error.cause?.message ?? error.message;
      }
      await sleep(ASK_EVERY_MS);
    }
  }

  async stop() {
    this.#signal('SIGTERM');
    const killer = setTimeout(() => this.#signal('SIGKILL'), STOP_WITHIN_MS);
    await this.#ended;
    clearTimeout(killer);
    this.#signal('SIGKILL'); // what the service has left behind
  }

  #signal(signal) {
    if (this.#child.pid === undefined) return; // it never started
    try {
      process.kill(-this.#child.pid, signal);
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  }

  #failure(what) {
    const lines = readFileSync(this.#logFile, 'utf8').trimEnd().split('\n').slice(-LOG_LINES_SHOWN);
    return new Error([`${this.name} ${what}; the end of its output:`, ...lines].join('\n  '));
  }
}
