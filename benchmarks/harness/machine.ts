/** The machine in one line, for beside every number. */
import { spawnSync } from 'node:child_process';
import { arch, cpus, platform, release, totalmem } from 'node:os';

export function machineText(): string {
  const processors = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const model = processors[0]?.model.trim() || 'unknown processor';
  return `${processors.length} × ${model}, ${memory}, ${platform()} ${release()} ${arch()}, Node ${process.version}`;
}

/** The first line of `program --version`, or undefined where the machine has no such program. */
export function versionOf(program: string): string | undefined {
  const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim().split('\n')[0] : undefined;
}
