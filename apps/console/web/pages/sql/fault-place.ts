/** Where in the SQL a fault lies, from what the engine says of it: a line and a column, or a name that it quotes. */

export interface FaultPlace {
  /** Characters [from, to) of the SQL. */
  readonly from: number;
  readonly to: number;
  /** From 1, as editors count. */
  readonly line: number;
  readonly column: number;
}

export function placeOfFault(message: string, sql: string): FaultPlace | undefined {
  const [, line, column] = /\[(\d+):(\d+)\]/.exec(message) ?? [];
  if (line !== undefined && column !== undefined) {
    const from = offsetOf(sql, Number(line), Number(column));
    return from === undefined ? undefined : placeAt(sql, from);
  }
  if (/at end of input/i.test(message)) return placeAt(sql, sql.trimEnd().length);
  for (const [, name = ''] of message.matchAll(/["`']([^"`']{1,200})["`']|with name (\w+) does not exist/g)) {
    const from = wordIn(sql, name);
    if (from !== undefined) return placeAt(sql, from, name.length);
  }
  const [, name = ''] = /(?:with name|function) (\w+)/i.exec(message) ?? [];
  const from = wordIn(sql, name);
  return from === undefined ? undefined : placeAt(sql, from, name.length);
}

/** The last place where it stands as a word of its own: engines read from the start, and stop where they fail. */
function wordIn(sql: string, word: string): number | undefined {
  if (word === '') return undefined;
  const escaped = word.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const found = [...sql.matchAll(new RegExp(`(?<![\\w.])${escaped}(?!\\w)`, 'gi'))];
  return found.at(-1)?.index;
}

function offsetOf(sql: string, line: number, column: number): number | undefined {
  const lines = sql.split('\n');
  const text = lines[line - 1];
  if (text === undefined) return undefined;
  const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  return before + Math.min(column - 1, text.length);
}

function placeAt(sql: string, from: number, length?: number): FaultPlace {
  const word = /^\w+|^\S/.exec(sql.slice(from))?.[0] ?? '';
  const before = sql.slice(0, from).split('\n');
  return { from, to: from + (length ?? word.length), line: before.length, column: (before.at(-1) ?? '').length + 1 };
}
