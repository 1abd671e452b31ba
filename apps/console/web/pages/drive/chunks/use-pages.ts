/** A list of the node page by page: the next is read when somebody comes near the end of what is here. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { get, pathWith } from '../../../kit/node-api.ts';

const PAGE_ROWS = 200;

export interface Pages<Row> {
  readonly rows: readonly Row[];
  readonly hasMore: boolean;
  readonly isWaiting: boolean;
  readonly fault: Error | undefined;
  /** Reads the next page, or the one that could not be read once more. */
  readonly more: () => void;
}

/** @param path with its filters; another one begins anew */
export function usePages<Row>(path: string, plural: string): Pages<Row> {
  const [state, setState] = useState<{ path: string; rows: readonly Row[]; next: string | null; fault?: Error }>();
  const [isWaiting, setIsWaiting] = useState(true);
  const stop = useRef<AbortController | undefined>(undefined);
  const read = useCallback(
    async (before: readonly Row[], cursor: string | null) => {
      stop.current?.abort();
      const mine = new AbortController();
      stop.current = mine;
      setIsWaiting(true);
      const [place = '', query] = path.split('?');
      const asked = {
        ...Object.fromEntries(new URLSearchParams(query)),
        limit: PAGE_ROWS,
        cursor: cursor ?? undefined,
      };
      try {
        const answer = await get<{ next: string | null; [list: string]: unknown }>(pathWith(place, asked), mine.signal);
        setState({ path, rows: [...before, ...((answer[plural] ?? []) as Row[])], next: answer.next });
      } catch (error) {
        if (mine.signal.aborted) return;
        setState({ path, rows: before, next: cursor, fault: error as Error });
      }
      setIsWaiting(false);
    },
    [path, plural],
  );
  useEffect(() => {
    void read([], null);
    return () => stop.current?.abort();
  }, [read]);
  const mine = state?.path === path ? state : undefined;
  const more = useCallback(() => void read(mine?.rows ?? [], mine?.next ?? null), [read, mine]);
  return { rows: mine?.rows ?? [], hasMore: (mine?.next ?? null) !== null, isWaiting, fault: mine?.fault, more };
}
