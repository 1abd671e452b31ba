/** Where a recording may be written: its path is a label from a log, so every part of it is made harmless first. */
import { constants, type FileHandle, lstat, mkdir, open, realpath } from 'node:fs/promises';
import path from 'node:path';
import { isPitlaneError, PitlaneError } from '@pitlane/base/errors';

/** Most file systems take 255 bytes a name; endings of ours (`~` and digits, `.pitlane-partial`) must fit too. */
const NAME_BYTES_MAX = 220;

/** Names that are devices on Windows, with any ending. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

type System = NodeJS.Platform;

const partsOf = (label: string, system: System): string[] =>
  label.split(system === 'win32' ? /[/\\]+/ : '/').filter((part) => part !== '' && part !== '.');

/** Parts of a relative path below the output folder, whatever the label says: names that are legal here are kept. */
export function safeParts(label: string, system: System = process.platform): string[] {
  const parts = partsOf(label, system).map((part) => safeName(part, system));
  return parts.length > 0 ? parts : ['recording'];
}

/** Whether a recording comes back under another path than its label says. */
export const isRenamed = (label: string, relative: string): boolean =>
  partsOf(label, process.platform).join('/') !== relative;

function safeName(part: string, system: System): string {
  let name = part.replace(/[\u0000-\u001f\u007f]/g, '_');
  if (name === '..') name = '__';
  if (system === 'win32') name = windowsName(name);
  while (Buffer.byteLength(name) > NAME_BYTES_MAX) name = name.slice(0, -8);
  return name;
}

/** What Windows forbids in names, ends that it cuts off, and names of devices. */
function windowsName(part: string): string {
  const name = part.replace(/[<>:"|?*]/g, '_').replace(/[. ]+$/, (end) => '_'.repeat(end.length));
  return DEVICE.test(name) ? `_${name}` : name;
}

/** A path for each label, all different, no file where another needs a folder; letters that differ in case count as equal. */
export function distinctPaths(labels: readonly { readonly label: string; readonly id: string }[]): string[] {
  const files = new Set<string>();
  const folders = new Set<string>();
  return labels.map(({ label, id }) => {
    const parts = safeParts(label);
    const last = parts.length - 1;
    for (let i = 0; i < last; i += 1) {
      if (files.has(keyOf(parts.slice(0, i + 1)))) parts[i] = `${parts[i]}~${id.slice(0, 8)}`;
    }
    for (let length = 8; files.has(keyOf(parts)) || folders.has(keyOf(parts)); length += 8) {
      const name = parts[last] as string;
      const ending = path.extname(name);
      parts[last] = `${name.slice(0, name.length - ending.length)}~${id.slice(0, length)}${ending}`;
    }
    files.add(keyOf(parts));
    for (let i = 1; i <= last; i += 1) folders.add(keyOf(parts.slice(0, i)));
    return parts.join('/');
  });
}

const keyOf = (parts: readonly string[]): string => parts.join('/').toLowerCase();

/** Makes the folders of `relative` below `root` one by one and gives the full path; a link among them is refused. */
export async function placeBelow(root: string, relative: string): Promise<string> {
  await mkdir(root, { recursive: true });
  const parts = relative.split('/');
  let at = await realpath(root);
  for (const part of parts.slice(0, -1)) {
    at = path.join(at, part);
    await mkdir(at).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    const found = await lstat(at);
    if (!found.isDirectory()) {
      throw new PitlaneError(
        'refused',
        `${at} is no folder of its own (a file or a link): nothing is written through it`,
      );
    }
  }
  return path.join(at, parts.at(-1) as string);
}

/** Opens a file that must not be there yet, and never through a link. */
export const createFile = (file: string): Promise<FileHandle> =>
  open(file, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | constants.O_NOFOLLOW, 0o644);

/** Whether something stands at `file`; `refused` unless it is a plain file. */
export async function plainFileAt(file: string): Promise<{ size: number } | undefined> {
  try {
    const found = await lstat(file);
    if (found.isFile()) return { size: found.size };
    throw new PitlaneError('refused', `${file} is no plain file: nothing is written over it`);
  } catch (error) {
    if (isPitlaneError(error)) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
