/** Where a dock's staged copies lie, and how one is removed: each by itself, because a dock may hold many drives. */
import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Of } from '@pitlane/contracts/identity';
import { ENDINGS_BESIDE } from '@pitlane/formats/all';
import type { RecordingEntry, StagedPlace } from '@pitlane/ports/journal';

/** A copy, and those of what it is read together with. */
const ENDINGS = ['', ...ENDINGS_BESIDE];

/** The copy's file name: one for each content and path. */
export const stagedName = (headSha256: string, path: string): string =>
  `${headSha256.slice(0, 16)}-${sha256Of(path).slice(0, 32)}`;

/** The copy that this one belongs to: itself, or what it is read together with. */
export function leadOf({ dockId, name }: StagedFile): StagedFile {
  const ending = ENDINGS_BESIDE.find((one) => name.endsWith(one)) ?? '';
  return { dockId, name: name.slice(0, name.length - ending.length) };
}

/** A copy that is being written: nobody's after a crash. */
export const isGrowing = (name: string): boolean => name.endsWith('.part');

export interface StagedFile {
  readonly dockId: string;
  readonly name: string;
}

export const stagedFileOf = ({ dockId, headSha256, path }: StagedPlace): StagedFile => ({
  dockId,
  name: stagedName(headSha256, path),
});

/** All copies that are a recording's: its dock's own, and those of earlier docks. */
export const copiesOf = (entry: RecordingEntry): StagedFile[] =>
  [entry, ...(entry.earlierCopies ?? [])].map(stagedFileOf);

/** Everything that lies in the folder of staged copies. */
export async function* stagedFiles(root: string): AsyncGenerator<StagedFile> {
  for (const folder of await readdir(root, { withFileTypes: true }).catch(() => [])) {
    if (!folder.isDirectory()) continue;
    for (const name of await readdir(join(root, folder.name)).catch(() => [])) yield { dockId: folder.name, name };
  }
}

/** The lists that docks keep of what they staged: see `StagedIndex`. */
export async function stagedIndexes(root: string): Promise<StagedFile[]> {
  const names = await readdir(root).catch(() => []);
  return names.flatMap((name) => {
    const dockId = /^(.+?)(?:\.part)?\.ndjson$/.exec(name)?.[1];
    return dockId === undefined ? [] : [{ dockId, name }];
  });
}

export async function isStaged(root: string, { dockId, name }: StagedFile): Promise<boolean> {
  return (await stat(join(root, dockId, name)).catch(() => undefined)) !== undefined;
}

export async function stagedBytes(folder: string, name: string): Promise<number> {
  let bytes = 0;
  for (const ending of ENDINGS) bytes += (await stat(join(folder, name + ending)).catch(() => undefined))?.size ?? 0;
  return bytes;
}

/** Removes one copy with what belongs to it, and the dock's folder with its last one. */
export async function removeStaged(folder: string, name: string): Promise<void> {
  for (const ending of ENDINGS) await rm(join(folder, name + ending), { force: true });
  await rmdir(folder).catch(() => {}); // it holds others, or is gone
}
