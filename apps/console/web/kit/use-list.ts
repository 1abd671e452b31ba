/** A list of the node, page by page. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { get, pathWith } from './node-api.ts';
import type { Answer } from './use-answer.ts';

export interface List<Row> extends Answer<readonly Row[]> {
  /** Absent where there is no more, or the next page is under way. */
  readonly loadMore: (() => void) | undefined;
}

interface State<Row> {
  readonly of?: string;
  readonly rows?: readonly Row[];
  readonly next?: string | null;
  readonly fault?: Error;
  readonly isWaiting: boolean;
}

/** @param name the plural noun, which is the key of the answer @param path with its filters; undefined asks nothing yet */
export function useList<Row>(name: string, path: string | undefined): List<Row> {
  const [state, setState] = useState<State<Row>>({ isWaiting: true });
  const stop = useRef<AbortController | undefined>(undefined);
  const ask = useCallback(
    (cursor?: string) => {
      stop.current?.abort();
      if (path === undefined) return;
      const mine = new AbortController();
      stop.current = mine;
      setState((before) => ({ ...(before.of === path ? before : { of: path }), isWaiting: true }));
      const [place = '', query = ''] = path.split('?');
      const asked = pathWith(place, { ...Object.fromEntries(new URLSearchParams(query)), cursor });
      get<Readonly<Record<string, unknown>>>(asked, mine.signal).then(
        (answer) => {
          const rows = answer[name] as readonly Row[];
          const next = (answer['next'] as string | null | undefined) ?? null;
          setState(({ rows: before = [] }) => ({
            of: path,
            rows: cursor === undefined ? rows : [...before, ...rows],
            next,
            isWaiting: false,
          }));
        },
        (fault: Error) => mine.signal.aborted || setState((before) => ({ ...before, fault, isWaiting: false })),
      );
    },
    [name, path],
  );
  useEffect(() => {
    ask();
    return () => stop.current?.abort();
  }, [ask]);
  const { rows, next, fault, isWaiting } = state.of === path ? state : { isWaiting: true };
  return {
    value: rows,
    fault,
    isWaiting,
    renew: () => ask(),
    loadMore: next && !isWaiting ? () => ask(next) : undefined,
  };
}
