/** A whole list of the node, page after page up to a bound: what is there is shown while the rest is on its way. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { type LiveType, listen } from '../../kit/live.ts';
import { get, pathWith } from '../../kit/node-api.ts';

const PAGE_ROWS = 2000;
const ROWS_MAX = 40_000;
/** Events in a row ask once. */
const TOGETHER_MS = 2000;

export interface Rows<Row> {
  readonly rows: readonly Row[];
  /** All of them are here; false while reading, and where there are more than are shown. */
  readonly isWhole: boolean;
  readonly isWaiting: boolean;
  readonly fault: Error | undefined;
  readonly renew: () => void;
}

/**
 * @param path such as `/v1/coverage`, whose answers have the list under its last word
 * @param driveId of which drive
 * @param renewOn events of this drive that make what was read old
 */
export function useRows<Row>(path: string, driveId: string, renewOn: readonly LiveType[] = []): Rows<Row> {
  const [state, setState] = useState<Omit<Rows<Row>, 'renew'> & { of: string }>(EMPTY);
  const stop = useRef<AbortController | undefined>(undefined);
  const of = `${path} ${driveId}`;
  const renew = useCallback(() => {
    stop.current?.abort();
    const mine = new AbortController();
    stop.current = mine;
    void readAll<Row>(path, driveId, mine.signal, (read) =>
      setState((before) => {
        // What was whole stays until what is newer is whole, too.
        const isOlder = before.of === of && before.isWhole && !read.isWhole;
        return isOlder ? { ...before, isWaiting: read.isWaiting, fault: read.fault } : { ...read, of };
      }),
    );
  }, [path, driveId, of]);
  const kinds = [...renewOn, 'reset'].join(' ');
  useEffect(() => {
    renew();
    let due: ReturnType<typeof setTimeout> | undefined;
    const leave = listen((event) => {
      const isOurs = event.type === 'reset' || (kinds.split(' ').includes(event.type) && event['driveId'] === driveId);
      if (isOurs) due ??= setTimeout(() => ((due = undefined), renew()), TOGETHER_MS);
    });
    return () => {
      leave();
      clearTimeout(due);
      stop.current?.abort();
    };
  }, [renew, kinds, driveId]);
  return { ...(state.of === of ? state : EMPTY), renew };
}

const EMPTY = { of: '', rows: [], isWhole: false, isWaiting: true, fault: undefined };

async function readAll<Row>(
  path: string,
  driveId: string,
  signal: AbortSignal,
  tell: (read: Omit<Rows<Row>, 'renew'>) => void,
): Promise<void> {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const rows: Row[] = [];
  let cursor: string | undefined;
  try {
    do {
      const asked = pathWith(path, { drive: driveId, limit: PAGE_ROWS, cursor });
      const answer = await get<{ readonly next: string | null; readonly [list: string]: unknown }>(asked, signal);
      rows.push(...((answer[name] as readonly Row[] | undefined) ?? []));
      cursor = answer.next ?? undefined;
      const isLast = cursor === undefined || rows.length >= ROWS_MAX;
      tell({ rows: [...rows], isWhole: cursor === undefined, isWaiting: !isLast, fault: undefined });
    } while (cursor !== undefined && rows.length < ROWS_MAX);
  } catch (error) {
    if (!signal.aborted) tell({ rows, isWhole: false, isWaiting: false, fault: error as Error });
  }
}
