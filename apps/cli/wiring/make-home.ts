/** The folder of a home: whether there is one, and how it is made. */
import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { messageOf, PitlaneError } from '@pitlane/base/errors';

/** What a node makes first, and what a home has when it is put back from a copy of its objects. */
/** What a node leaves in its home, and an indexer that runs by itself in its own. */
const MARKS = ['node.lock', 'objects', 'keys'];

/** Throws `not-found` unless a node has worked in `home`: asking must leave nothing behind. @param home absolute. */
export function requireHome(home: string): void {
  if (MARKS.some((mark) => existsSync(join(home, mark)))) return;
  throw new PitlaneError(
    'not-found',
    `there is no Pitlane home at ${home}: \`npx pitlane ingest PATH\` makes one, --home or PITLANE_HOME names another`,
  );
}

/**
 * Step by step, because `mkdir` with `recursive` never returns on some file systems.
 * @param home absolute. Throws `bad-settings` when there can be no such folder, or when nothing can be written there.
 */
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
  requireWritable(home);
  for (const mark of MARKS.map((name) => join(home, name))) if (existsSync(mark)) requireWritable(mark);
}

/** Every command writes below the home: its lock at least. */
function requireWritable(path: string): void {
  try {
    accessSync(path, constants.W_OK);
  } catch (cause) {
    throw notWritable(path, cause);
  }
}

export const notWritable = (path: string, cause: unknown): PitlaneError =>
  new PitlaneError(
    'bad-settings',
    `${path} is not writable for this user (${messageOf(cause)}): make it writable, or name another home with --home`,
    { cause, details: { path } },
  );

const noHome = (home: string, reason: string, cause?: unknown): PitlaneError =>
  new PitlaneError('bad-settings', `${home} cannot be the home (${reason}): choose another folder with --home`, {
    cause,
  });
