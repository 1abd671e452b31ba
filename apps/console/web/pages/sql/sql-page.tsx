/** Questions in SQL: the schema and the price at hand, the query in the address, the answer as a grid or a file. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { query as addressQuery, setQuery } from '../../kit/address.ts';
import { Copyable } from '../../kit/copyable.tsx';
import { textFromSeconds } from '../../kit/figures.ts';
import { Part } from '../../kit/part.tsx';
import { Quiet } from '../../kit/quiet.tsx';
import { shellText } from '../../kit/quoting.ts';
import { useAnswer } from '../../kit/use-answer.ts';
import { Cost } from './cost.tsx';
import { insertedName } from './editing.ts';
import { editedFrom, Editor, put } from './editor.tsx';
import { Examples, History } from './earlier.tsx';
import { type FaultPlace, placeOfFault } from './fault-place.ts';
import type { CatalogSchema } from './found-views.ts';
import { browserStorage, forgetAll, historyFrom, remember } from './query-history.ts';
import { ResultGrid } from './result-grid.tsx';
import { SchemaBar } from './schema-bar.tsx';
import './sql.css';
import { type Query, useQuery } from './use-query.ts';

/** The node reads addresses of 16 kB at most. */
const ADDRESS_LETTERS_MAX = 6_000;
const FIRST_SQL = `SELECT vehicle_id, drive_id, state, start_ns, bytes_in, bytes_landed
FROM drives
ORDER BY start_ns DESC
LIMIT 100`;

export default function SQLPage() {
  const asked = addressQuery.value.get('q');
  const [sql, setSql] = useState(asked ?? FIRST_SQL);
  const [history, setHistory] = useState(() => historyFrom(browserStorage()));
  const schema = useAnswer<CatalogSchema>('/v1/catalog/schema');
  const query = useQuery();
  const [hasRun, setHasRun] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (asked !== null) setSql(asked);
  }, [asked]);
  const place = query.fault && query.of === sql ? placeOfFault(query.fault.message, sql) : undefined;
  const run = async (): Promise<void> => {
    if (sql.trim() === '') return;
    setQuery({ q: isTooLong(sql) ? undefined : sql }, true);
    setHasRun(true);
    if (await query.run(sql)) setHistory(remember(browserStorage(), sql, Date.now()));
  };
  const insert = (name: string): void => {
    if (!field.current) return;
    put(field.current, insertedName(editedFrom(field.current), name));
    setSql(field.current.value);
  };
  return (
    <>
      <h1>SQL</h1>
      <div class="sql-page">
        <SchemaBar schema={schema} onInsert={insert} />
        <div class="sql-main">
          <Editor field={field} sql={sql} place={place} onChange={setSql} onRun={() => void run()} />
          <Actions sql={sql} query={query} onRun={() => void run()} />
          <Cost sql={sql} engine={schema.value?.engine} />
          <div class="sql-mores">
            <Examples isOpen={!hasRun} onPick={setSql} />
            <History history={history} onPick={setSql} onForget={() => setHistory(forgetAll(browserStorage()))} />
            <Elsewhere sql={sql} />
          </div>
          <div class="sql-room column">
            {query.fault ? <Fault fault={query.fault} place={place} field={field.current} /> : null}
            <div
              class={query.underWay === 'rows' && query.answer ? 'asked-anew' : undefined}
              aria-busy={query.underWay === 'rows'}
            >
              <Result query={query} />
            </div>
          </div>
        </div>
      </div>
    </>
  );
}

const Elsewhere = ({ sql }: { readonly sql: string }) => (
  <details class="sql-more">
    <summary>In a terminal</summary>
    <div class="column">
      <Copyable what="command" text={`npx pitlane sql ${shellText(sql)}`} />
      {isTooLong(sql) ? (
        <p class="small muted">This query is too long for the address: whoever should have it gets the command.</p>
      ) : null}
    </div>
  </details>
);

const isTooLong = (sql: string): boolean => encodeURIComponent(sql).length > ADDRESS_LETTERS_MAX;

function Actions({ sql, query, onRun }: { readonly sql: string; readonly query: Query; readonly onRun: () => void }) {
  const { underWay, saved, saveAs, stop } = query;
  const isIdle = underWay === undefined && sql.trim() !== '';
  return (
    <div class="sql-actions">
      <button type="button" class="primary" disabled={!isIdle} onClick={onRun}>
        {underWay === 'rows' ? 'Running…' : 'Run'}
      </button>
      <button type="button" disabled={underWay === undefined} onClick={stop}>
        Stop
      </button>
      <span class="sql-spacer" />
      <button type="button" disabled={!isIdle} onClick={() => void saveAs(sql, 'csv')}>
        {underWay === 'csv' ? 'Writing…' : 'Export CSV'}
      </button>
      <button type="button" disabled={!isIdle} onClick={() => void saveAs(sql, 'parquet')}>
        {underWay === 'parquet' ? 'Writing…' : 'Export Parquet'}
      </button>
      <p class="small muted sql-keys" id="editor-keys">
        Ctrl+Enter runs it. Tab indents; Esc, then Tab leaves the editor.
      </p>
      <p class="small sql-saved" aria-live="polite">
        {saved}
      </p>
    </div>
  );
}

interface FaultProps {
  readonly fault: Error;
  readonly place: FaultPlace | undefined;
  readonly field: HTMLTextAreaElement | null;
}

function Fault({ fault, place, field }: FaultProps) {
  const show = (): void => {
    if (!place) return;
    field?.focus();
    field?.setSelectionRange(place.from, place.to);
  };
  return (
    <Quiet isBad>
      <p>{fault.message}</p>
      {place ? (
        <p>
          <button type="button" onClick={show}>
            Line {place.line}, column {place.column}
          </button>
        </p>
      ) : null}
    </Quiet>
  );
}

function Result({ query: { answer, underWay, tookMs } }: { readonly query: Query }) {
  if (answer && answer.columns.length > 0) {
    return (
      <Part title="Result" aside={<span class="beside-title">in {textFromSeconds(tookMs / 1000)}</span>}>
        {answer.rows.length > 0 ? <ResultGrid answer={answer} /> : <Quiet>No row is like that.</Quiet>}
      </Part>
    );
  }
  return (
    <Quiet>
      {underWay === 'rows'
        ? 'The catalog is asked…'
        : 'The answer stands here. The catalog can only be read: nothing that is asked changes it.'}
    </Quiet>
  );
}
