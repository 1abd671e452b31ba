/** Makes the folder of a home. Step by step, because `mkdir` with `recursive` never returns on some file systems. */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf, PitlaneError } from '@pitlane/base/errors';

/** @param home absolute. Throws `bad-settings` when there can be no such folder. */
export function makeHome(home: string): void {
  const missing: string[] = [];
  for (let folder = home; !existsSync(folder) && folder !== dirname(folder); folder = dirname(folder)) {
    missing.unshift(folder);
  }
  try {
    for (const folder of missing) mkdirSync(folder);
  } catch (cause) {
    if (!existsSync(home)) throw noHome(home, messageOf(cause), cause);
  }
  if (!statSync(home).isDirectory()) throw noHome(home, 'it is no folder');
}

const noHome = (home: string, reason: string, cause?: unknown): PitlaneError =>
  new PitlaneError('bad-settings', `${home} cannot be the home (${reason}): choose another folder with --home`, {
    cause,
  });
