/**
 * A program that stays while others run beside it: started, spoken to by messages, and measured from outside. Programs of
 * the benchmark send a first message when they are ready.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { TreeSampler, type TreeUse } from './tree-sampler.ts';

export class Program<Said> implements AsyncDisposable {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #sampler: TreeSampler;
  readonly #said: Said[] = [];
  readonly #end = (): void => void this.#child.kill('SIGKILL');
  #wake = (): void => {};

  /** @param environment added to ours */
  constructor(path: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    const isSource = path.endsWith('.ts');
    this.#child = fork(path, [...args], {
      execArgv: isSource ? ['--import', 'tsx'] : [],
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.pid = this.#child.pid ?? 0;
    this.#sampler = new TreeSampler(this.pid);
    this.#child.on('message', (said) => {
      this.#said.push(said as Said);
      this.#wake();
    });
    this.#child.on('exit', () => this.#wake());
    // A benchmark that is stopped in the middle leaves nobody behind.
    process.once('exit', this.#end);
  }

  tell(message: object): void {
    this.#child.send(message);
  }

  /** The next message; throws when the program ended without another one. */
  async next(): Promise<Said> {
    for (;;) {
      const said = this.#said.shift();
      if (said !== undefined) return said;
      const { exitCode, signalCode, spawnfile } = this.#child;
      if (exitCode !== null || signalCode !== null)
        throw new Error(`${spawnfile} ended with ${exitCode ?? signalCode}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** So far. */
  use(): TreeUse {
    return this.#sampler.use();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#sampler.stop();
    process.off('exit', this.#end);
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
  }
}
