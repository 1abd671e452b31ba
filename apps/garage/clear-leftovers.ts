/**
 * What an interrupted run left on the disk and nobody will ask for, taken away before a garage begins its first dock: half-written copies and
 * manifests, chunks and copies of recordings that stand in a receipt, and copies of docks that have ended and never came to
 * tell of them. Whatever the journal does not know stays: `pitlane doctor` tells of it.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@pitlane/base/time';
import type { Journal } from '@pitlane/ports/journal';
import type { Spool } from '@pitlane/ports/spool';
import { isManifestFolder } from '@pitlane/stages/60-close';
import { mayGoOn } from './goes-on.ts';
import { isSigned, Owners } from './owners.ts';
import { isGrowing, removeStaged, type StagedFile, stagedFiles, stagedIndexes } from './staged-copies.ts';

export interface LeftoverTools {
  readonly journal: Journal;
  readonly spool: Spool;
  readonly stagedRoot: string;
  readonly clock: Clock;
}

/**
 * To be called while no dock is under way, by whoever holds the home.
 * @returns how many copies and folders were taken away
 */
export async function clearLeftovers(tools: LeftoverTools): Promise<number> {
  const folders = await tools.spool.folders();
  const copies: StagedFile[] = [];
  for await (const copy of stagedFiles(tools.stagedRoot)) copies.push(copy);
  // Mostly there is nothing, and the journal of years is not read for it.
  const indexes = await stagedIndexes(tools.stagedRoot);
  if (folders.length + copies.length + indexes.length === 0) return 0;
  let cleared = 0;
  const owners = await Owners.read(tools.journal);
  for (const folder of folders) {
    if (!isManifestFolder(folder) && !isSignedFolder(folder, owners)) continue;
    await tools.spool.free(folder);
    cleared += 1;
  }
  for (const copy of copies) {
    if (!isWorthless(copy, owners, tools)) continue;
    await removeStaged(join(tools.stagedRoot, copy.dockId), copy.name);
    cleared += 1;
  }
  const known = new Set(copies.map(({ dockId }) => dockId));
  for (const { dockId, name } of indexes) {
    const dock = owners.dock(dockId);
    if (dock ? mayGoOn(dock, tools.clock.nowMs()) : known.has(dockId)) continue;
    await rm(join(tools.stagedRoot, name), { force: true });
    cleared += 1;
  }
  return cleared;
}

const isSignedFolder = (folder: string, owners: Owners): boolean => {
  const owner = owners.ofFolder(folder);
  return owner !== undefined && isSigned(owner);
};

/** A copy that is a recording's is freed by `retire`, which looks at the store first. */
function isWorthless(copy: StagedFile, owners: Owners, { clock }: LeftoverTools): boolean {
  if (isGrowing(copy.name)) return true;
  const dock = owners.dock(copy.dockId);
  return dock !== undefined && !mayGoOn(dock, clock.nowMs()) && owners.ofCopy(copy).length === 0;
}
