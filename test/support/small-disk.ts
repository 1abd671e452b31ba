/** A file system of its own size, so that a disk can be full: a tmpfs, where this machine lets the test mount one. */
import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';

export interface SmallDisk extends AsyncDisposable {
  readonly path: string;
  resize(mib: number): void;
}

/** Undefined where it cannot be mounted, which is said on stderr; in CI as root that is an error. */
export async function smallDisk(folder: string, mib: number): Promise<SmallDisk | undefined> {
  await mkdir(folder, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mib}m`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch (cause) {
    const text = 'the test of a full disk needs to mount a file system';
    if (process.env['CI'] === 'true' && process.getuid?.() === 0) throw new Error(`${text}, and may`, { cause });
    process.stderr.write(`SKIPPED: ${text}\n`);
    return undefined;
  }
  return {
    path: folder,
    resize: (size) => void execFileSync('mount', ['-o', `remount,size=${size}m`, folder]),
    async [Symbol.asyncDispose]() {
      execFileSync('umount', ['-l', folder]);
    },
  };
}
