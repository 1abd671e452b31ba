/**
 * Starts worker threads and child processes from a module of ours, from the build in production and from source in
 * development. Everything that burns CPU or may die of its input stands behind it. It never hands on the environment's
 * secrets to a child beyond what the child needs to run.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { Worker, type WorkerOptions } from 'node:worker_threads';

/** The module `name` beside the importing one: `.ts` when run from source, `.js` from the build. */
export function moduleBeside(importMetaUrl: string, name: string): URL {
  return new URL(`${name}${importMetaUrl.endsWith('.ts') ? '.ts' : '.js'}`, importMetaUrl);
}

const SOURCE_ARGUMENTS = ['--conditions=@pitlane/source'];

/** Node 20 cannot start a `.ts` worker even with tsx loaded: a small boot module registers tsx first. */
export function startWorker(module: URL, options: WorkerOptions = {}): Worker {
  if (!module.pathname.endsWith('.ts')) return new Worker(module, options);
  return new Worker(new URL('./tsx-boot.mjs', import.meta.url), {
    ...options,
    execArgv: SOURCE_ARGUMENTS,
    argv: [module.href],
  });
}

/** A child process that talks over IPC with structured clones; its stdout is ours to ignore, its stderr is passed on. */
export function startChild(
  module: URL,
  args: readonly string[] = [],
  nodeArguments: readonly string[] = [],
): ChildProcess {
  const source = module.pathname.endsWith('.ts') ? [...SOURCE_ARGUMENTS, '--import', 'tsx'] : [];
  return fork(module, [...args], {
    execArgv: [...source, ...nodeArguments],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}
