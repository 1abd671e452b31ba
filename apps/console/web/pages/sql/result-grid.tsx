/** Rows of a result: all of them can be scrolled to, and only those in sight are in the document. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { CopyButton } from '../../kit/copyable.tsx';
import { counted } from '../../kit/figures.ts';
import type { SqlAnswer, SqlColumn } from './ask-sql.ts';
import { cellText, isNumeric, readableTime, ROW_PX, type Row, rowsInSight, textOf, widthsOf } from './grid.ts';

const HEIGHT_PX = 600;

interface Picked {
  readonly row: number;
  readonly column: SqlColumn;
}

export function ResultGrid({ answer: { columns, rows, truncated } }: { readonly answer: SqlAnswer }) {
  const frame = useRef<HTMLDivElement>(null);
  const [topPx, setTopPx] = useState(0);
  const [picked, pick] = useState<Picked | undefined>();
  useEffect(() => {
    pick(undefined);
    setTopPx(0);
    if (frame.current) frame.current.scrollTop = 0;
  }, [rows]);
  const { from, to } = rowsInSight(topPx, HEIGHT_PX, rows.length);
  const widths = widthsOf(columns, rows);
  return (
    <div class="sql-result">
      <p class="small muted">
        {counted(rows.length, 'row')}
        {truncated ? ', and more: the rest is cut off. Ask for less, or for sums.' : ''}
      </p>
      <div
        class="sql-frame"
        ref={frame}
        role="region"
        aria-label="Rows"
        tabIndex={0}
        onScroll={({ currentTarget }) => setTopPx(currentTarget.scrollTop)}
      >
        <table class="sql-grid" aria-rowcount={rows.length + 1}>
          <colgroup>
            {columns.map(({ name }, at) => (
              <col key={name} style={{ width: `calc(${widths[at] ?? 0}ch + 25px)` }} />
            ))}
          </colgroup>
          <thead>
            <tr aria-rowindex={1}>
              {columns.map((column) => (
                <th key={column.name} scope="col" class={isNumeric(column) ? 'number' : undefined}>
                  {column.name}
                  <span class="sql-type">{column.type}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <Filler rows={from} />
            {rows.slice(from, to).map((row, at) => (
              <GridRow key={from + at} number={from + at} row={row} columns={columns} onPick={pick} />
            ))}
            <Filler rows={rows.length - to} />
          </tbody>
        </table>
      </div>
      <Whole picked={picked} row={picked ? rows[picked.row] : undefined} />
    </div>
  );
}

/** Keeps the place of rows that are not drawn. */
const Filler = ({ rows }: { readonly rows: number }) =>
  rows > 0 ? <tr aria-hidden="true" style={{ height: `${rows * ROW_PX}px` }} /> : null;

interface GridRowProps {
  readonly number: number;
  readonly row: Row;
  readonly columns: readonly SqlColumn[];
  readonly onPick: (picked: Picked) => void;
}

const GridRow = ({ number, row, columns, onPick }: GridRowProps) => (
  <tr aria-rowindex={number + 2} style={{ height: `${ROW_PX}px` }}>
    {columns.map((column) => (
      <td
        key={column.name}
        class={isNumeric(column) ? 'number' : undefined}
        onDblClick={() => onPick({ row: number, column })}
      >
        <Value column={column} value={row[column.name]} />
      </td>
    ))}
  </tr>
);

function Value({ column, value }: { readonly column: SqlColumn; readonly value: unknown }) {
  if (value === null || value === undefined) return <span class="sql-null">NULL</span>;
  const time = readableTime(column, value);
  return (
    <>
      {cellText(value)}
      {time === undefined ? null : <span class="sql-readable">{time}</span>}
    </>
  );
}

/** A value that did not fit, whole. */
function Whole({ picked, row }: { readonly picked: Picked | undefined; readonly row: Row | undefined }) {
  if (!picked || !row) return <p class="small muted">A double click on a value shows it whole.</p>;
  const text = textOf(row[picked.column.name]);
  return (
    <div class="sql-whole" aria-live="polite">
      <p class="small muted">
        Row {picked.row + 1}, {picked.column.name} <CopyButton what="value" text={text} />
      </p>
      <pre role="region" aria-label="Value" tabIndex={0}>
        {text}
      </pre>
    </div>
  );
}
