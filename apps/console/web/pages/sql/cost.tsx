/** What the query would read and cost, before it is run. */
import { textFromBytes } from '../../kit/figures.ts';
import type { SqlEngine } from '../../kit/quoting.ts';
import { costText } from './cost-text.ts';
import { useEstimate } from './use-query.ts';

export function Cost({ sql, engine }: { readonly sql: string; readonly engine: SqlEngine | undefined }) {
  const estimate = useEstimate(sql, engine === 'bigquery');
  return (
    <p class="sql-cost small muted" aria-live="polite">
      {textOf()}
    </p>
  );
  function textOf(): string {
    if (engine === undefined) return '';
    if (engine === 'duckdb') return 'This catalog is embedded (DuckDB): queries cost nothing.';
    if (estimate === undefined) return 'BigQuery: what it would cost is being asked…';
    if (estimate instanceof Error) return `BigQuery: ${estimate.message}`;
    return `BigQuery: at most ${textFromBytes(estimate.bytesProcessed)} would be read, ${costText(estimate)}.`;
  }
}
