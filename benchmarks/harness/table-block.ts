/** Puts text between the two marker lines of a document, so that prose around the table stays as people wrote it. */

export const START = '<!-- bench:start -->';
export const END = '<!-- bench:end -->';

export const hasBlock = (document: string): boolean =>
  document.includes(START) && document.indexOf(END) > document.indexOf(START);

export function withBlock(document: string, text: string): string {
  if (!hasBlock(document)) throw new Error(`the document lacks the lines ${START} and ${END}`);
  const before = document.slice(0, document.indexOf(START) + START.length);
  const behind = document.slice(document.indexOf(END));
  return `${before}\n\n${text.trim()}\n\n${behind}`;
}

/** What stands between the markers now. */
export const blockOf = (document: string): string =>
  hasBlock(document) ? document.slice(document.indexOf(START) + START.length, document.indexOf(END)).trim() : '';
