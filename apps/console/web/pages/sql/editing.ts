/** What keys do to the text of the editor, as text in and text out. */

export interface Edited {
  readonly text: string;
  /** The selection behind it: characters [from, to). */
  readonly from: number;
  readonly to: number;
}

const INDENT = '  ';

/** Two spaces in, or all selected lines in by two. */
export function indent({ text, from, to }: Edited): Edited {
  if (!text.slice(from, to).includes('\n')) return inserted({ text, from, to }, INDENT);
  const start = lineStart(text, from);
  const lines = text.slice(start, to).split('\n');
  const changed = lines.map((line) => (line === '' ? line : INDENT + line)).join('\n');
  return {
    text: text.slice(0, start) + changed + text.slice(to),
    from: from + INDENT.length,
    to: start + changed.length,
  };
}

/** All selected lines out by up to two spaces. */
export function outdent({ text, from, to }: Edited): Edited {
  const start = lineStart(text, from);
  const lines = text.slice(start, to).split('\n');
  const rest = text.slice(to);
  const changed = lines.map((line) => line.replace(/^ {1,2}|^\t/, ''));
  const first = (lines[0] ?? '').length - (changed[0] ?? '').length;
  const joined = changed.join('\n');
  return { text: text.slice(0, start) + joined + rest, from: Math.max(start, from - first), to: start + joined.length };
}

/** In the place of the selection. */
export function inserted({ text, from, to }: Edited, what: string): Edited {
  const at = from + what.length;
  return { text: text.slice(0, from) + what + text.slice(to), from: at, to: at };
}

/** A name beside what stands there: with the space, or the comma and space, that it needs. */
export function insertedName(edited: Edited, name: string): Edited {
  const before = edited.text.slice(0, edited.from);
  const after = edited.text.slice(edited.to);
  const lead = before === '' || /[\s(.,]$/.test(before) ? '' : ' ';
  return inserted(edited, `${lead}${name}${after === '' || /^[\s),;]/.test(after) ? '' : ' '}`);
}

const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1;
