/** The views and their columns beside the editor: found by a word, put into the SQL by a press. */
import { useState } from 'preact/hooks';
import { Shown } from '../../kit/quiet.tsx';
import type { Answer } from '../../kit/use-answer.ts';
import { type CatalogSchema, foundViews } from './found-views.ts';

interface SchemaBarProps {
  readonly schema: Answer<CatalogSchema>;
  readonly onInsert: (name: string) => void;
}

export function SchemaBar({ schema, onInsert }: SchemaBarProps) {
  const [sought, seek] = useState('');
  return (
    <aside class="sql-schema" aria-label="Views of the catalog">
      <input
        type="search"
        aria-label="Find a view or column"
        placeholder="Find a view or column"
        value={sought}
        onInput={({ currentTarget }) => seek(currentTarget.value)}
      />
      <Shown answer={schema} what="the schema">
        {(known) => <Views schema={known} sought={sought.trim().toLowerCase()} onInsert={onInsert} />}
      </Shown>
    </aside>
  );
}

interface ViewsProps {
  readonly schema: CatalogSchema;
  readonly sought: string;
  readonly onInsert: (name: string) => void;
}

function Views({ schema, sought, onInsert }: ViewsProps) {
  const found = foundViews(schema.views, sought);
  if (found.length === 0) return <p class="muted">No view and no column is called like that.</p>;
  return (
    <ul class="sql-views">
      {found.map(({ name, about, columns }) => (
        <li key={name}>
          <details open={sought !== '' && found.length <= 6}>
            <summary>
              <code>{name}</code>
            </summary>
            <p class="small muted">{about}</p>
            <button type="button" class="sql-name" onClick={() => onInsert(name)}>
              <code>{name}</code> <span class="small muted">insert the view</span>
            </button>
            <ul>
              {columns.map((column) => (
                <li key={column.name}>
                  <button type="button" class="sql-name" title={column.about} onClick={() => onInsert(column.name)}>
                    <code>{column.name}</code> <span class="small muted">{column.type}</span>
                  </button>
                </li>
              ))}
            </ul>
          </details>
        </li>
      ))}
    </ul>
  );
}
