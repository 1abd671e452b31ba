/**
 * A program in a process of its own, under the hands of a test: it is known by the JSON lines that it
 * writes, and ends by signals. It stands beside `CloudUnderTest`, which has a whole cloud. It never outlives its test.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { programArguments } from './program-arguments.ts';

type Line = Readonly<Record<string, unknown>> & { readonly event: string };

export class StartedProgram {
  readonly lines: Line[] = [];
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  readonly #child: ChildProcess;
  readonly #look = new Set<() => void>();

  constructor(app: string, environment: Readonly<Record<string, string>>) {
    this.#child = spawn(process.execPath, programArguments(app), {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: this.#child.stdout as NodeJS.ReadableStream });
    lines.on('line', (line) => {
      this.lines.push(JSON.parse(line) as Line);
      for (const look of this.#look) look();
    });
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => {
        resolve(code ?? (signal as string));
        for (const look of this.#look) look();
      });
    });
  }

  /** Its first line of that event; rejects when it ends without one. */
  said(event: string): Promise<Line> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = this.lines.find((line) => line.event === event);
        if (found) resolve(found);
        else if (this.#child.exitCode === null && this.#child.signalCode === null) return;
        else reject(new Error(`ended before ${event}: ${JSON.stringify(this.lines)}`));
        this.#look.delete(look);
      };
      this.#look.add(look);
      look();
    });
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
  }
}
