/**
 * The `pitlane` command as a process of its own, in a group of its own, so that a test can kill it with
 * all of its children, as a power cut would.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { programArguments } from './program-arguments.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** As in `apps/cli/bin/pitlane.js`. */
const MEMORY = '--max-semi-space-size=2';
const COMMAND = [MEMORY, ...programArguments('cli')];

export interface Ended {
  /** The exit code, or the signal that ended it. */
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What it has said so far. */
  readonly said: { stdout: string; stderr: string };
  /** Sends a signal to the command and all of its children at once. */
  signalAll(signal: NodeJS.Signals): void;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

export function startCommand(args: readonly string[], options: CommandOptions = {}): RunningCommand {
  const child = spawn(process.execPath, [...COMMAND, ...args], {
    cwd: options.cwd ?? root,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...options.environment },
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (text: Buffer) => (said.stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (said.stderr += text.toString()));
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ code: code ?? signal ?? -1, ...said }));
  });
  return {
    child,
    ended,
    said,
    signalAll(signal) {
      try {
        process.kill(-(child.pid as number), signal);
      } catch {
        // It has ended already.
      }
    },
  };
}

export const runCommand = (args: readonly string[], options?: CommandOptions): Promise<Ended> =>
  startCommand(args, options).ended;

/** Waits until `condition` holds, looking again every few milliseconds; false when it never did in `waitMs`. */
export async function until(condition: () => boolean | Promise<boolean>, waitMs = 20_000): Promise<boolean> {
  const endMs = performance.now() + waitMs;
  while (performance.now() < endMs) {
    if (await condition()) return true;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return false;
}
