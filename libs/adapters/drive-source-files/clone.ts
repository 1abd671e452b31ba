/**
 * Clones of a docked file on the spool's own file system. The file is opened first, under the rules of opening, and what
 * was made is compared with it: a name may come to mean another file in between.
 */
import { constants } from 'node:fs';
import { copyFile, type FileHandle, link, rm, stat } from 'node:fs/promises';
import type { CloneKind } from '@pitlane/ports/drive-source';

/** Another device; a file system that has no such thing, or no more of it. */
const NOT_HERE = new Set(['EXDEV', 'EOPNOTSUPP', 'ENOTSUP', 'EINVAL', 'ENOSYS', 'ENOTTY', 'EPERM', 'EMLINK']);

export async function cloneOf(handle: FileHandle, place: Buffer, target: string, kind: CloneKind): Promise<boolean> {
  await rm(target, { force: true });
  try {
    if (kind === 'reflink') {
      // The open file itself, whatever its name means by now.
      await copyFile(`/proc/self/fd/${handle.fd}`, target, constants.COPYFILE_FICLONE_FORCE);
      return true;
    }
    await link(place, target);
    const [opened, linked] = [await handle.stat(), await stat(target)];
    if (opened.ino === linked.ino && opened.dev === linked.dev) return true;
  } catch (error) {
    if (!NOT_HERE.has((error as NodeJS.ErrnoException).code ?? '')) {
      await rm(target, { force: true });
      throw error;
    }
  }
  await rm(target, { force: true });
  return false;
}
