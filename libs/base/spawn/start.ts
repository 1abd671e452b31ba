/** Workers and children of a module of ours: from the build in production, from source in development. */
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

/**
 * A child process that talks over IPC with structured clones; its stdout is ours to ignore, its stderr is passed on.
 * @param pipes so many streams of bytes beside, from descriptor 4 on
 */
export function startChild(
  module: URL,
  args: readonly string[] = [],
  nodeArguments: readonly string[] = [],
  pipes = 0,
): ChildProcess {
  const source = module.pathname.endsWith('.ts') ? [...SOURCE_ARGUMENTS, '--import', 'tsx'] : [];
  return fork(module, [...args], {
    execArgv: [...source, ...nodeArguments],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc', ...Array.from({ length: pipes }, () => 'pipe' as const)],
  });
}
