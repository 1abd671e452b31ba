/** Plain tables: columns aligned, numbers to the right, two spaces between, nothing that breaks a copy. */
import type { Terminal } from './terminal.ts';
import { shown } from './terminal.ts';

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string;
  readonly align?: 'left' | 'right';
}

export function tableText<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  terminal: Pick<Terminal, 'bold'>,
): string {
  const cells = rows.map((row) => columns.map((column) => shown(column.value(row))));
  const widths = columns.map(({ title }, at) => Math.max(title.length, ...cells.map((line) => line[at]?.length ?? 0)));
  const lineOf = (texts: readonly string[]): string =>
    texts
      .map((text, at) => {
        const width = widths[at] ?? 0;
        return columns[at]?.align === 'right' ? text.padStart(width) : text.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [terminal.bold(lineOf(columns.map(({ title }) => title))), ...cells.map(lineOf)].join('\n');
}
