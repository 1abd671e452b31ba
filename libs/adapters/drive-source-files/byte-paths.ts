/**
 * Names on a disk are bytes, the paths of the pipeline text. A name that is no UTF-8 has a label made from it, and is found
 * again by its label; all other names are their own labels.
 */
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';

const SLASH = Buffer.from('/');
const HASH_CHARACTERS = 8;

/** What stands in a text for bytes that are none. */
const REPLACEMENT = '\uFFFD';

/** A name that could be taken for a label; it has a label of its own then. */
const LIKE_A_LABEL = /\uFFFD.*~[0-9a-f]{8}/s;

export const bytePath = (folder: Buffer, name: Buffer): Buffer => Buffer.concat([folder, SLASH, name]);

/** The name as text, with a piece of its hash before the ending where the text alone would not tell it from others. */
export function labelOf(name: Buffer): string {
  const text = name.toString('utf8');
  if (isUtf8(name) && !LIKE_A_LABEL.test(text)) return text;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, HASH_CHARACTERS);
  const dot = text.lastIndexOf('.');
  return dot > 0 ? `${text.slice(0, dot)}~${hash}${text.slice(dot)}` : `${text}~${hash}`;
}

/** Where the file of this label lies; `below` has no `..` any more. */
export async function locate(folder: string, below: string): Promise<Buffer> {
  let at: Buffer = Buffer.from(folder === '/' ? '' : folder);
  for (const part of below.split('/')) {
    const names = part.includes(REPLACEMENT) ? await readdir(bytePath(at, Buffer.of()), { encoding: 'buffer' }) : [];
    at = bytePath(at, names.find((name) => labelOf(name) === part) ?? Buffer.from(part));
  }
  return at;
}
