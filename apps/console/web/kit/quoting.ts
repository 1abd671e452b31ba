/** Values of people and logs inside lines that are copied: nothing in them may end a shell's word or a text of SQL. */

export type SqlEngine = 'duckdb' | 'bigquery';

/** Moves a cursor, breaks a line, or turns the order of what is read. */
export const UNSEEN = String.raw`\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069`;
const NO_LITERAL = new RegExp(String.raw`(['\\${UNSEEN}])`);

/** For a POSIX shell: as it stands where it can mean nothing else. */
export const shellText = (text: string): string =>
  /^[A-Za-z0-9_./:@%+=-]+$/.test(text) && !text.startsWith('-') ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** For both engines, which read backslashes and doubled quotes differently: neither stands in a literal. */
export function sqlText(text: string): string {
  const parts = text.split(NO_LITERAL).filter((part) => part !== '');
  const quoted = parts.map((part) => (NO_LITERAL.test(part) ? `CHR(${part.charCodeAt(0)})` : `'${part}'`));
  return quoted.length === 0 ? "''" : quoted.join(' || ');
}
