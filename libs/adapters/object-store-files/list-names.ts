/**
 * Names below the root in the order of their UTF-8 bytes, one folder at a time: memory holds the entries of the folders
 * on the way down to the current one. Only plain files with names that `put` would take are listed.
 */
import { readdir } from 'node:fs/promises';
import { posix } from 'node:path';
import { isSegment } from './object-name.ts';
import { codeOf } from './system-errors.ts';

interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
  readonly sortKey: string;
}

export async function* listNames(root: string, prefix: string, folder = ''): AsyncGenerator<string> {
  for (const entry of await entriesOf(posix.join(root, folder))) {
    const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (!entry.isFolder) {
      if (name.startsWith(prefix)) yield name;
    } else if (`${name}/`.startsWith(prefix) || prefix.startsWith(`${name}/`)) {
      yield* listNames(root, prefix, name);
    }
  }
}

async function entriesOf(path: string): Promise<Entry[]> {
  try {
    const found = await readdir(path, { withFileTypes: true });
    return found
      .filter((entry) => (entry.isFile() || entry.isDirectory()) && isSegment(entry.name))
      .map((entry) => ({
        name: entry.name,
        isFolder: entry.isDirectory(),
        sortKey: sortKeyOf(entry.isDirectory() ? `${entry.name}/` : entry.name),
      }))
      .sort((a, b) => (a.sortKey < b.sortKey ? -1 : 1));
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return []; // removed since we saw it
    throw error;
  }
}

/** Text that sorts by its code units as `text` sorts by its UTF-8 bytes: one character a byte. */
function sortKeyOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
