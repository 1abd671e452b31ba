/** A disk of its own on a loop device, as a car's: it can be made read-only, and lose its sectors from some place on. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, truncate } from 'node:fs/promises';

const BLOCK_BYTES = 4096;

export interface LoopDisk extends AsyncDisposable {
  readonly path: string;
  /** What is written from now on is refused, and what was read before is forgotten. */
  remountReadOnly(): void;
  /** The last blocks of the file at `path` give nothing any more; call it after `remountReadOnly`. */
  loseEndOf(path: string, blocks: number): Promise<void>;
}

/** Undefined where it cannot be mounted, which is said on stderr; in CI that is an error for root on a kernel with loop devices. */
export async function loopDisk(folder: string, mib: number): Promise<LoopDisk | undefined> {
  const image = `${folder}.img`;
  await mkdir(folder, { recursive: true });
  try {
    execFileSync('truncate', ['-s', `${mib}M`, image]);
    execFileSync('mkfs.ext4', ['-q', '-O', '^has_journal', '-b', String(BLOCK_BYTES), image], { stdio: 'ignore' });
    execFileSync('mount', ['-o', 'loop', image, folder], { stdio: 'ignore' });
  } catch (cause) {
    const text = 'the test of a failing disk needs mkfs.ext4 and to mount a loop device';
    const may = process.getuid?.() === 0 && existsSync('/dev/loop-control');
    if (process.env['CI'] === 'true' && may) throw new Error(`${text}, and may`, { cause });
    process.stderr.write(`SKIPPED: ${text}\n`);
    return undefined;
  }
  return {
    path: folder,
    remountReadOnly() {
      execFileSync('umount', [folder]);
      execFileSync('mount', ['-o', 'loop,ro', image, folder]);
    },
    async loseEndOf(path, blocks) {
      const extents = execFileSync('filefrag', ['-v', path], { encoding: 'utf8' });
      const ends = [...extents.matchAll(/^\s*\d+:\s+\d+\.\.\s*\d+:\s+\d+\.\.\s*(\d+):/gm)].map(([, end]) =>
        Number(end),
      );
      await truncate(image, (Math.max(...ends) + 1 - blocks) * BLOCK_BYTES);
    },
    async [Symbol.asyncDispose]() {
      execFileSync('umount', ['-l', folder]);
    },
  };
}
