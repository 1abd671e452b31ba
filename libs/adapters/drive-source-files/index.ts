/**
 * The drive source over a mounted folder. Discovery walks it, the chunker reads it. It opens regular files only, without
 * following links, so that a disk prepared by somebody else cannot lead the node to files of its own.
 */
import { isUtf8 } from 'node:buffer';
import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, relative, resolve } from 'node:path';
import { bytePath, labelOf, locate } from './byte-paths.ts';
import { cloneOf } from './clone.ts';
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import type { CloneKind, DriveSource, OpenSourceFile, SourceFile } from '@pitlane/ports/drive-source';

/** Entries taken below one docked folder; more, and somebody points at the wrong folder. */
const FILES_MAX = 200_000;

export const fileDriveSource: DriveSource = {
  async list(root) {
    // The root itself is its mounter's word, so a link to a folder is taken; nothing below it is.
    const info = await stat(root).catch((cause: unknown) => {
      throw new PitlaneError('not-found', `there is no ${root}: check the path, and that the disk is mounted`, {
        cause,
      });
    });
    if (!info.isDirectory()) return [describe(basename(root), await lstat(root))];
    const files: SourceFile[] = [];
    await walk(Buffer.from(root), '', files, Buffer.byteLength(root) + 1);
    return files.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
  },
  async folders(root) {
    const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
    return entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  },
  open: openFile,
  clone: cloneFile,
  device: async (root) => (await stat(root)).dev,
};

/** Names are bytes on the disk: as text alone, those that are no UTF-8 would not be found again. */
async function walk(folder: Buffer, below: string, files: SourceFile[], rootBytes: number): Promise<void> {
  const reading = readdir(folder, { withFileTypes: true, encoding: 'buffer' });
  const entries = await reading.catch((error: unknown) => messageOf(error));
  if (typeof entries === 'string') return void files.push(unread(below, entries));
  for (const entry of entries) {
    const path = below === '' ? labelOf(entry.name) : `${below}/${labelOf(entry.name)}`;
    const place = bytePath(folder, entry.name);
    if (entry.isDirectory()) await walk(place, path, files, rootBytes);
    else {
      const looked = await lstat(place).catch((error: unknown) => messageOf(error));
      if (typeof looked === 'string') files.push(unread(path, looked));
      else files.push({ ...describe(path, looked), ...noteOf(place.subarray(rootBytes)) });
    }
    if (files.length > FILES_MAX) {
      throw new PitlaneError(
        'limit-exceeded',
        `more than ${FILES_MAX} files lie below ${folder.toString()}: name the drive's own folder`,
      );
    }
  }
}

const noteOf = (below: Buffer): Pick<SourceFile, 'note'> =>
  isUtf8(below) ? {} : { note: `its path on the disk is not valid UTF-8; in hex it is ${below.toString('hex')}` };

/** What is there and cannot be looked at is said, never left out: a folder of somebody else. */
const unread = (path: string, why: string): SourceFile => ({
  path,
  bytes: 0,
  mtimeMs: 0,
  skipped: `cannot be read: ${why}`,
});

function describe(
  path: string,
  info: { isFile(): boolean; isSymbolicLink(): boolean; size: number; mtimeMs: number },
): SourceFile {
  const file = { path, bytes: info.size, mtimeMs: info.mtimeMs };
  if (info.isSymbolicLink()) return { ...file, skipped: 'a link: links are not followed' };
  return info.isFile() ? file : { ...file, skipped: 'no regular file' };
}

async function openPlace(root: string, path: string) {
  const rootInfo = await stat(root).catch(() => undefined);
  const folder = resolve(rootInfo?.isDirectory() ? root : dirname(root));
  const absolute = resolve(folder, path);
  const refuse = (why: string): never => {
    throw new PitlaneError('refused', `${JSON.stringify(path)} ${why} ${folder}`);
  };
  if (!isWithin(absolute, folder)) refuse('leads out of');
  const place = await locate(folder, relative(folder, absolute)).catch(() => Buffer.from(absolute));
  const handle = await openRegular(place, folder).catch((cause: unknown) => {
    throw new PitlaneError('unavailable', `${absolute} cannot be opened: ${messageOf(cause)}`, {
      cause,
      retryable: true,
    });
  });
  return { absolute, place, handle: handle ?? refuse('is a link, or no regular file, below') };
}

async function cloneFile(root: string, path: string, target: string, kind: CloneKind): Promise<boolean> {
  const { place, handle } = await openPlace(root, path);
  try {
    return await cloneOf(handle, place, target, kind);
  } finally {
    await handle.close();
  }
}

async function openFile(root: string, path: string): Promise<OpenSourceFile> {
  const { absolute, place, handle } = await openPlace(root, path);
  const opened = await handle.stat();
  return {
    name: path,
    sizeBytes: opened.size,
    version: `${opened.dev}-${opened.ino}-${opened.size}-${opened.mtimeMs}`,
    async read(offset, into) {
      let got = 0;
      const wanted = Math.max(0, Math.min(into.byteLength, opened.size - offset));
      while (got < wanted) {
        const { bytesRead } = await handle.read(into, got, wanted - got, offset + got).catch((cause: unknown) => {
          throw new PitlaneError(
            'unavailable',
            `${absolute} cannot be read at byte ${offset + got}: ${messageOf(cause)}`,
            {
              cause,
              retryable: true,
              details: { isBadPlace: (cause as NodeJS.ErrnoException).code === 'EIO' },
            },
          );
        });
        if (bytesRead === 0) break;
        got += bytesRead;
      }
      return got;
    },
    async unchanged() {
      const now = await stat(place).catch(() => undefined);
      return now?.size === opened.size && now.mtimeMs === opened.mtimeMs && now.ino === opened.ino;
    },
    close: () => handle.close(),
  };
}

/** The open file, or undefined for what must not be opened. Without waiting: a pipe would wait for its writer. */
async function openRegular(place: Buffer, folder: string): Promise<FileHandle | undefined> {
  // One byte, one character: paths are compared, whether they are text or not.
  const realPath = async (path: Buffer | string) => (await realpath(path, { encoding: 'buffer' })).toString('latin1');
  const parent = place.subarray(0, Math.max(1, place.lastIndexOf('/')));
  if (!isWithin(await realPath(parent), await realPath(folder))) return undefined;
  const handle = await open(place, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  return undefined;
}

function isWithin(path: string, folder: string): boolean {
  const below = relative(folder, path);
  return below !== '..' && !below.startsWith('../');
}
