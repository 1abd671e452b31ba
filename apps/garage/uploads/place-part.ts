/**
 * Moves a checked part to where it is docked from. It never goes through a link, never over another file, and has reached
 * the disk when the call returns: folders that somebody prepared below the home must not lead it elsewhere.
 */
import { lstat, mkdir, open, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PitlaneError } from '@pitlane/base/errors';

/** @param below names, as many as there are folders and the file. Throws `already-exists`, `refused`. */
export async function placePart(part: string, root: string, below: readonly string[]): Promise<void> {
  let folder = root;
  for (const name of below.slice(0, -1)) {
    const parent = folder;
    folder = join(folder, name);
    if (await makeFolder(folder)) await flush(parent);
  }
  const place = join(folder, below.at(-1) as string);
  if ((await lookAt(place)) !== undefined) throw taken(place, 'something of that name is there already');
  await rename(part, place);
  await flush(folder);
}

/** Removes a file, and the folders above it that this leaves empty, up to `root` and without it. */
export async function removePlaced(root: string, below: readonly string[]): Promise<void> {
  await rm(join(root, ...below), { force: true });
  for (let folder = dirname(join(root, ...below)); folder.length > root.length; folder = dirname(folder)) {
    const gone = await rmdir(folder).then(
      () => true,
      () => false, // it holds others
    );
    if (!gone) return;
  }
}

/** Whether it was made now. */
async function makeFolder(folder: string): Promise<boolean> {
  const there = await lookAt(folder);
  if (there === 'folder') return false;
  if (there === 'link') {
    throw new PitlaneError('refused', `${folder} is a link, which uploads do not follow: take it away`);
  }
  if (there === 'file') throw taken(folder, 'a file lies where a folder is needed');
  await mkdir(folder);
  return true;
}

const taken = (place: string, why: string): PitlaneError =>
  new PitlaneError('already-exists', `${place} cannot be written, ${why}: upload it under another name or drive`);

async function lookAt(path: string): Promise<'folder' | 'link' | 'file' | undefined> {
  const info = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!info) return undefined;
  return info.isDirectory() ? 'folder' : info.isSymbolicLink() ? 'link' : 'file';
}

/** A name has reached the disk when its folder has. */
async function flush(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
