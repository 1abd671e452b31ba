/**
 * Column names from the text of a CREATE TABLE statement, and texts in the encoding of the database. It is no parser of
 * SQL: it splits the list in brackets at its commas and takes the first word of each part.
 */
import { utf8FromBytes } from '@pitlane/base/bytes';

export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** The encoding by the first text of the schema table, which is a plain word: `table` or `index`. */
export function encodingOf(word: Uint8Array): TextEncoding {
  if (word.byteLength >= 2 && word[0] === 0) return 'utf-16be';
  return word.byteLength >= 2 && word[1] === 0 ? 'utf-16le' : 'utf-8';
}

const decoders = { 'utf-16le': new TextDecoder('utf-16le'), 'utf-16be': new TextDecoder('utf-16be') };

export const textFrom = (bytes: Uint8Array, encoding: TextEncoding): string =>
  encoding === 'utf-8' ? utf8FromBytes(bytes) : decoders[encoding].decode(bytes);

const CONSTRAINTS = new Set(['constraint', 'primary', 'unique', 'check', 'foreign']);
const COLUMNS_MAX = 64;

export function columnsFrom(sql: string): string[] {
  const columns: string[] = [];
  let depth = 0;
  let part = '';
  for (const character of sql.slice(sql.indexOf('(') + 1)) {
    if (columns.length >= COLUMNS_MAX) break;
    if (character === ')' && depth === 0) break;
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (character === ',' && depth === 0) {
      pushName(columns, part);
      part = '';
    } else if (part.length < 200) {
      part += character;
    }
  }
  pushName(columns, part);
  return columns;
}

function pushName(columns: string[], part: string): void {
  const [, quoted, plain] = /^\s*(?:["'`[]([^"'`\]]*)["'`\]]|([^\s"'`[]+))/.exec(part) ?? [];
  const name = (quoted ?? plain ?? '').toLowerCase();
  if (name !== '' && !(quoted === undefined && CONSTRAINTS.has(name))) columns.push(name);
}
