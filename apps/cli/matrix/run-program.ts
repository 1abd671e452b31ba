/**
 * A program that reads a replay on its stdin, with bounds: it may take so long and print so much, and then it and whatever
 * it started are ended. It gets no shell, and of the environment only what was named.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { messageOf } from '@pitlane/base/errors';
import { textFromBytes } from '@pitlane/base/units';
import type { Ending, Program } from '@pitlane/stages/90-serve';

/** Of a last line that is longer only this much is kept, and it is then no JSON. */
const LINE_BYTES_MAX = 64 * 1024;
const WORDS_BYTES_MAX = 4096;
/** Between the request to end and the end. */
const GRACE_MS = 2000;

export interface StartedProgram {
  readonly input: Writable;
  /** Aborts when the program is being stopped: nobody waits for it any more. */
  readonly stopped: AbortSignal;
  readonly ended: Promise<Ending>;
  /** @param why told as the reason of its verdict. */
  stop(why: string): void;
}

export interface ProgramPlace {
  readonly cwd: string;
  /** The variables that it may be given some of. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What it is told of its job. */
  readonly told: Readonly<Record<string, string>>;
}

export function startProgram({ argv, env, timeoutS, stdoutBytesMax }: Program, place: ProgramPlace): StartedProgram {
  const [program = '', ...args] = argv;
  const passed = ['PATH', ...env].flatMap((name) => {
    const value = place.environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const child = spawn(program, args, {
    cwd: place.cwd,
    env: { ...Object.fromEntries(passed), ...place.told },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true, // a group of its own, so that what it started ends with it
  });
  const stopping = new AbortController();
  let why: string | null = null;
  let hard: NodeJS.Timeout | undefined;
  const stop = (reason: string): void => {
    if (why !== null) return;
    why = reason;
    endGroup(child, 'SIGTERM');
    hard = setTimeout(() => endGroup(child, 'SIGKILL'), GRACE_MS);
    stopping.abort();
  };
  const timer = setTimeout(() => stop(`it had not ended after ${timeoutS} s`), timeoutS * 1000);
  const [lines, words] = [new LastLine(), new Tail(WORDS_BYTES_MAX)];
  child.stdout.on('data', (bytes: Buffer) => {
    lines.add(bytes);
    if (lines.bytes > stdoutBytesMax) stop(`it printed over ${textFromBytes(stdoutBytesMax)}`);
  });
  child.stderr.on('data', (bytes: Buffer) => words.add(bytes));
  const ended = new Promise<Ending>((resolve) => {
    const end = (exitCode: number | null): void => {
      clearTimeout(timer);
      clearTimeout(hard);
      endGroup(child, 'SIGKILL'); // what it left behind
      resolve({ exitCode, stopped: why, lastLine: lines.text, lastWords: words.text });
    };
    child.on('error', (error) => {
      why ??= `it cannot be started: ${messageOf(error)}`;
      stopping.abort();
      end(null);
    });
    child.on('close', (code) => end(code));
    // Whoever holds its output open, and is no child of its group, is not waited for.
    child.on('exit', (code) => void setTimeout(() => end(code), GRACE_MS).unref());
  });
  return { input: child.stdin, stopped: stopping.signal, ended, stop };
}

function endGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended.
  }
}

/** The end of what was printed. */
class Tail {
  readonly #bytesMax: number;
  #kept: Buffer = Buffer.alloc(0);

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get text(): string {
    return this.#kept.toString('utf8').trim();
  }

  add(bytes: Buffer): void {
    this.#kept = Buffer.concat([this.#kept, bytes.subarray(-this.#bytesMax)]).subarray(-this.#bytesMax);
  }
}

class LastLine {
  readonly #tail = new Tail(LINE_BYTES_MAX);
  bytes = 0;

  add(bytes: Buffer): void {
    this.bytes += bytes.byteLength;
    this.#tail.add(bytes);
  }

  get text(): string {
    const { text } = this.#tail;
    return text.slice(text.lastIndexOf('\n') + 1);
  }
}
