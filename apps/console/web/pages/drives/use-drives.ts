/** The list of drives as it is shown: page by page, and alive: events of the node ask for the shown rows again. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { listen } from '../../kit/live.ts';
import { get, pathWith } from '../../kit/node-api.ts';
import { PAGE_ROWS } from './drive-filters.ts';
import { type DrivePage, newsOf, renewed, withMore } from './drive-rows.ts';

/** The most that the node gives in one answer. */
const RENEWED_ROWS_MAX = 2_000;
/** Events in a row ask once. */
const TOGETHER_MS = 1_000;
/** Drives of other garages say nothing here. */
const ROUND_MS = 60_000;

export interface Drives {
  /** Undefined before the first answer. With other filters the rows before stay until there are new ones. */
  readonly page: DrivePage | undefined;
  readonly fault: Error | undefined;
  /** Whether the rows are those of other filters. */
  readonly isOld: boolean;
  readonly isLoadingMore: boolean;
  /** To be read out. */
  readonly news: string;
  readonly renew: () => void;
  readonly loadMore: () => void;
}

interface State {
  readonly page?: DrivePage;
  /** Filters of the page, as one text. */
  readonly of?: string;
  readonly fault?: Error;
  readonly isLoadingMore?: boolean;
  readonly news?: string;
}

/** @param query filters as the node's list spells them */
export function useDrives(query: Readonly<Record<string, string>>): Drives {
  const wanted = JSON.stringify(query);
  const [state, setState] = useState<State>({});
  const shown = useRef<State>(state);
  shown.current = state;
  const stop = useRef<AbortController | undefined>(undefined);

  const ask = useCallback(
    (isMore: boolean) => {
      stop.current?.abort();
      const mine = new AbortController();
      stop.current = mine;
      const { page: before, of } = shown.current;
      const known = of === wanted ? before : undefined;
      const rows = isMore ? PAGE_ROWS : Math.min(RENEWED_ROWS_MAX, Math.max(PAGE_ROWS, known?.drives.length ?? 0));
      const cursor = isMore ? (known?.next ?? undefined) : undefined;
      setState((now) => ({ ...now, isLoadingMore: isMore }));
      get<DrivePage>(
        pathWith('/v1/drives', { ...(JSON.parse(wanted) as object), order: 'start', limit: rows, cursor }),
        mine.signal,
      ).then(
        (answer) => {
          if (mine.signal.aborted) return;
          const page = !known ? answer : isMore ? withMore(known.drives, answer) : renewed(known, answer);
          const news = known && !isMore ? newsOf(known.drives, page.drives) : '';
          setState((now) => ({ page, of: wanted, news: news === '' ? (now.news ?? '') : news }));
        },
        (fault: Error) => mine.signal.aborted || setState((now) => ({ ...now, fault, isLoadingMore: false })),
      );
    },
    [wanted],
  );

  useEffect(() => {
    ask(false);
    return whenStirred(() => ask(false));
  }, [ask]);
  useEffect(() => () => stop.current?.abort(), []);

  return {
    page: state.page,
    fault: state.fault,
    isOld: state.page !== undefined && state.of !== wanted,
    isLoadingMore: state.isLoadingMore ?? false,
    news: state.news ?? '',
    renew: () => ask(false),
    loadMore: () => ask(true),
  };
}

/** Calls after events that move drives, and once in a while; the answer ends it. */
function whenStirred(renew: () => void): () => void {
  let due: ReturnType<typeof setTimeout> | undefined;
  const soon = () => {
    due ??= setTimeout(() => {
      due = undefined;
      renew();
    }, TOGETHER_MS);
  };
  const leave = listen(({ type }) => ['drive', 'done', 'failed', 'reset'].includes(type) && soon());
  const rounds = setInterval(() => document.hidden || soon(), ROUND_MS);
  const seen = () => document.hidden || soon();
  document.addEventListener('visibilitychange', seen);
  return () => {
    leave();
    clearTimeout(due);
    clearInterval(rounds);
    document.removeEventListener('visibilitychange', seen);
  };
}
