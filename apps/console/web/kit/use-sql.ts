/** Rows of a query that a page asks by itself; people's own queries stand on the SQL page. */
import { useEffect, useState } from 'preact/hooks';
import { post } from './node-api.ts';
import type { Answer } from './use-answer.ts';

export type SqlRow = Readonly<Record<string, unknown>>;

interface State {
  readonly of?: string;
  readonly value?: readonly SqlRow[];
  readonly fault?: Error;
}

/** @param sql undefined asks nothing */
export function useSql(sql: string | undefined): Answer<readonly SqlRow[]> {
  const [state, setState] = useState<State>({});
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (sql === undefined) return undefined;
    const stop = new AbortController();
    post<{ rows: readonly SqlRow[] }>('/v1/sql', { sql }, stop.signal).then(
      ({ rows }) => setState({ of: sql, value: rows }),
      (fault: Error) => stop.signal.aborted || setState({ of: sql, fault }),
    );
    return () => stop.abort();
  }, [sql, round]);
  const { value, fault } = state.of === sql ? state : {};
  return { value, fault, isWaiting: !value && !fault, renew: () => setRound((before) => before + 1) };
}

/** A whole number of SQL, which comes as text where it is great; 0 for NULL. */
export const numberFrom = (value: unknown): number => Number(value ?? 0) || 0;
export const textFrom = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? ''));
