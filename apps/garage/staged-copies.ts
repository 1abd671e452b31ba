/** Where a dock's staged copies lie, and how one is removed: each by itself, because a dock may hold many drives. */
import { rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Of } from '@pitlane/contracts/identity';

/** The copy's file name: one for each content and path. */
export const stagedName = (headSha256: string, path: string): string =>
  `${headSha256.slice(0, 16)}-${sha256Of(path).slice(0, 32)}`;

export async function stagedBytes(folder: string, name: string): Promise<number> {
  return (await stat(join(folder, name)).catch(() => undefined))?.size ?? 0;
}

/** Removes one copy, and the dock's folder with its last one. */
export async function removeStaged(folder: string, name: string): Promise<void> {
  await rm(join(folder, name), { force: true });
  await rmdir(folder).catch(() => {}); // it holds others, or is gone
}
