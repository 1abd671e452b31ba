/**
 * Opens a page in the browser of this machine. Everybody here can read what a program was started with, so the address,
 * which has a code in it, goes through a file that only its owner can read.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf, PitlaneError } from '@pitlane/base/errors';

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, string>>> = { darwin: 'open' };

/** @param opener a program that opens a page; that of this system unless said */
export async function openPage(
  url: string,
  home: string,
  opener = OPENERS[process.platform] ?? 'xdg-open',
): Promise<void> {
  const file = join(home, 'board.html');
  // The code in the one before was used, or has ended.
  await rm(file, { force: true });
  const target = url.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  await writeFile(file, `<!doctype html><meta http-equiv="refresh" content="0;url=${target}">\n`, {
    mode: 0o600,
    flag: 'wx',
  });
  const child = spawn(opener, [pathToFileURL(file).href], { stdio: 'ignore', detached: true });
  try {
    await once(child, 'spawn');
    child.unref();
  } catch (cause) {
    throw new PitlaneError('unavailable', `no browser could be opened (${messageOf(cause)}): follow the link by hand`, {
      cause,
    });
  }
}
