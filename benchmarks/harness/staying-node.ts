/** `pitlane up` on a home of its own: disks are docked at it over HTTP, as people and bays do. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pitlane } from './pitlane.ts';
import { Program } from './program.ts';

const LOOK_EVERY_MS = 50;

/** As far as anybody here looks at one. */
export interface DockEvent {
  readonly type: string;
  readonly stages?: {
    readonly chunk: { readonly doneBytes: number; readonly totalBytes: number; readonly totalKnown: boolean };
  };
}

async function* linesOf({ body }: Response): AsyncGenerator<string> {
  if (body) for await (const line of createInterface({ input: Readable.fromWeb(body) })) if (line !== '') yield line;
}

export class StayingNode implements AsyncDisposable {
  readonly program: Program<never>;
  readonly #home: string;
  #address: { readonly url: string; readonly token: string } | undefined;

  /** @param environment settings as `PITLANE_…` variables */
  constructor(pitlane: Pitlane, home: string, environment: NodeJS.ProcessEnv = {}) {
    this.#home = home;
    const command = join(pitlane.root, 'apps/cli/bin/pitlane.js');
    this.program = new Program(command, ['up', '--port', '0', '--home', home], environment);
  }

  /**
   * Docks a folder or file; resolves with its end, the receipt. Throws when there is none.
   * @param onEvent hears what the docking tells
   */
  async dock(path: string, priority = 99, onEvent: (event: DockEvent) => void = () => {}): Promise<void> {
    const { url, token } = await this.address();
    const response = await fetch(`${url}/v1/garage/docks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ path, priority }),
    });
    let last: DockEvent | undefined;
    for await (const line of linesOf(response)) onEvent((last = JSON.parse(line) as DockEvent));
    if (last?.type !== 'done') throw new Error(`docking ${path} ended with ${JSON.stringify(last).slice(0, 500)}`);
  }

  /** Where it listens, once it does. */
  async address(): Promise<{ readonly url: string; readonly token: string }> {
    return (this.#address ??= await this.#listening());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.program[Symbol.asyncDispose]();
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
}
