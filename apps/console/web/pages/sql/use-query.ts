/** A query of a person: under way, answered, or refused; it can be stopped, and what it would cost is asked before. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { counted } from '../../kit/figures.ts';
import { post } from '../../kit/node-api.ts';
import { askSql, askSqlFile, type FileKind, save, type SqlAnswer, type SqlEstimate, type SqlFile } from './ask-sql.ts';

/** Typing pauses so long before a price is asked. */
const PAUSE_MS = 800;

export interface Query {
  readonly answer: SqlAnswer | undefined;
  /** The SQL that gave the answer, or the fault. */
  readonly of: string;
  readonly tookMs: number;
  readonly fault: Error | undefined;
  /** What was saved last. */
  readonly saved: string;
  /** What is under way: `rows`, a kind of file, or nothing. */
  readonly underWay: 'rows' | FileKind | undefined;
  readonly run: (sql: string) => Promise<boolean>;
  readonly saveAs: (sql: string, kind: FileKind) => Promise<void>;
  readonly stop: () => void;
}

type State = Pick<Query, 'answer' | 'of' | 'tookMs' | 'fault' | 'saved' | 'underWay'>;
const NOTHING: State = { answer: undefined, of: '', tookMs: 0, fault: undefined, saved: '', underWay: undefined };

export function useQuery(): Query {
  const [state, setState] = useState<State>(NOTHING);
  const stopper = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => stopper.current?.abort(), []);

  /** The newest asking counts; what was stopped says nothing. */
  async function ask<Value>(
    underWay: 'rows' | FileKind,
    sql: string,
    work: (signal: AbortSignal) => Promise<Value>,
  ): Promise<Value | undefined> {
    stopper.current?.abort();
    const mine = new AbortController();
    stopper.current = mine;
    setState((now) => ({ ...now, fault: undefined, saved: '', underWay }));
    try {
      const value = await work(mine.signal);
      return mine.signal.aborted ? undefined : value;
    } catch (error) {
      const fault = error instanceof Error ? error : new Error(String(error));
      if (!mine.signal.aborted) setState((now) => ({ ...now, fault, of: sql }));
      return undefined;
    } finally {
      if (stopper.current === mine) setState((now) => ({ ...now, underWay: undefined }));
    }
  }

  return {
    ...state,
    async run(sql) {
      const startedMs = performance.now();
      const answer = await ask('rows', sql, (signal) => askSql(sql, signal));
      if (answer) setState((now) => ({ ...now, answer, of: sql, tookMs: performance.now() - startedMs }));
      return answer !== undefined;
    },
    async saveAs(sql, kind) {
      const given = await ask(kind, sql, (signal) => askSqlFile(sql, kind, signal));
      if (!given) return;
      const name = `pitlane-query.${kind}`;
      save(given.file, name);
      setState((now) => ({ ...now, saved: savedText(name, given) }));
    },
    stop: () => stopper.current?.abort(),
  };
}

function savedText(name: string, { rows, isCut }: SqlFile): string {
  const told = rows === undefined ? name : `${name}: ${counted(rows, 'row')}`;
  return `Saved ${told}${isCut ? ', and more that are cut off: ask for less' : ''}.`;
}

/** What the SQL would cost, asked when typing pauses; undefined where it is not known, or not asked. */
export function useEstimate(sql: string, isAsked: boolean): SqlEstimate | Error | undefined {
  const [estimate, setEstimate] = useState<{ of: string; value: SqlEstimate | Error } | undefined>();
  useEffect(() => {
    if (!isAsked || sql.trim() === '') return undefined;
    const stop = new AbortController();
    const ask = () =>
      post<SqlEstimate>('/v1/sql/estimate', { sql }, stop.signal).then(
        (value) => setEstimate({ of: sql, value }),
        (value: Error) => stop.signal.aborted || setEstimate({ of: sql, value }),
      );
    const due = setTimeout(() => void ask(), PAUSE_MS);
    return () => {
      clearTimeout(due);
      stop.abort();
    };
  }, [sql, isAsked]);
  return estimate?.of === sql ? estimate.value : undefined;
}
