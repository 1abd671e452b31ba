/** What tables share. Laid out as cards, a table is one no more to a screen reader unless it says so itself. */
import type { ComponentChildren } from 'preact';
import './table.css';

const AS_TABLE = { role: 'table' } as const;
const AS_GROUP = { role: 'rowgroup' } as const;
export const AS_ROW = { role: 'row' } as const;
export const AS_CELL = { role: 'cell' } as const;
const AS_HEAD = { role: 'columnheader', scope: 'col' } as const;
export const AS_ROW_HEAD = { role: 'rowheader', scope: 'row' } as const;

interface TableProps {
  /** What is in it, for those who do not see it. */
  readonly label: string;
  /** Each with its class, such as `number`. */
  readonly columns: readonly (readonly [title: string, look?: string])[];
  /** Whether it may become cards; else it scrolls sideways where it must. */
  readonly isCards?: boolean;
  readonly children: ComponentChildren;
}

export const Table = ({ label, columns, isCards = false, children }: TableProps) => (
  <div class="table-frame" {...(isCards ? {} : { role: 'region', 'aria-label': `${label}, its rows`, tabIndex: 0 })}>
    <table class={isCards ? 'table cards' : 'table'} aria-label={label} {...AS_TABLE}>
      <thead {...AS_GROUP}>
        <tr {...AS_ROW}>
          {columns.map(([title, look]) => (
            <th key={title} class={look} {...AS_HEAD}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody {...AS_GROUP}>{children}</tbody>
    </table>
  </div>
);

/** A long name that is cut before its last letters, since those tell it from its neighbours. */
export function CutName({ name, tailLength = 9 }: { readonly name: string; readonly tailLength?: number }) {
  const letters = Array.from(name);
  return (
    <span class="id cut" title={name}>
      <span>{letters.slice(0, -tailLength).join('')}</span>
      <span>{letters.slice(-tailLength).join('')}</span>
    </span>
  );
}
