/** Runs one command to its end and measures it from outside: wall time, memory and CPU of the whole process tree. */
import { spawn } from 'node:child_process';
import { TreeSampler, type TreeUse } from './tree-sampler.ts';

export interface MeasuredRun extends TreeUse {
  readonly wallMs: number;
  readonly stdout: string;
}

export interface RunOptions {
  /** End with `sync`, inside the measured time: what the command wrote is then as durable as what any other wrote. */
  readonly durable?: boolean;
  readonly cwd?: string;
  readonly environment?: NodeJS.ProcessEnv;
  readonly exitCodes?: readonly number[];
  readonly signal?: AbortSignal;
}

const KEPT_ERROR_CHARS = 4000;
const DURABLE = ['sh', '-c', '"$@"; code=$?; sync; exit $code', 'sh'];

/** Throws when the command ends with another exit code than those that are expected. */
export async function runMeasured(command: readonly string[], options: RunOptions = {}): Promise<MeasuredRun> {
  const [program = '', ...args] = options.durable === true ? [...DURABLE, ...command] : command;
  const { cwd, environment, signal } = options;
  const startedAt = performance.now();
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd !== undefined && { cwd }),
    ...(environment !== undefined && { env: environment }),
    ...(signal !== undefined && { signal }),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => void (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = `${stderr}${text}`.slice(-KEPT_ERROR_CHARS);
  });
  const sampler = child.pid === undefined ? undefined : new TreeSampler(child.pid);
  let wallMs = 0;
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', () => void (wallMs = performance.now() - startedAt));
    child.on('close', resolve);
  }).finally(() => sampler?.stop());
  if (!(options.exitCodes ?? [0]).includes(code ?? -1)) {
    throw new Error(`${command.join(' ')} ended with ${code}:\n${stderr}${stdout.slice(-KEPT_ERROR_CHARS)}`);
  }
  const use = sampler?.stop() ?? { residentBytesMax: 0, proportionalBytesMax: 0, cpuMs: 0 };
  return { wallMs, stdout, ...use };
}
