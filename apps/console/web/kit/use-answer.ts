/** What a path of the node answers, as a page shows it: waiting, an answer (kept while a newer one is asked for), or a fault. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { type LiveType, listen } from './live.ts';
import { get } from './node-api.ts';

/** Events in a row ask once. */
const TOGETHER_MS = 1000;

export interface Answer<Value> {
  readonly value: Value | undefined;
  readonly fault: Error | undefined;
  readonly isWaiting: boolean;
  /** Asks again now. */
  readonly renew: () => void;
}

export interface AnswerOptions {
  /** Events of the node that make what was answered old. `reset` always does. */
  readonly renewOn?: readonly LiveType[];
  /** Asked again after so long in any case. */
  readonly everyMs?: number;
}

/** @param path undefined asks nothing yet */
export function useAnswer<Value>(
  path: string | undefined,
  { renewOn = [], everyMs }: AnswerOptions = {},
): Answer<Value> {
  const [state, setState] = useState<{ path?: string; value?: Value; fault?: Error; isWaiting: boolean }>({
    isWaiting: true,
  });
  const stop = useRef<AbortController | undefined>(undefined);
  const renew = useCallback(() => {
    stop.current?.abort();
    if (path === undefined) return;
    const mine = new AbortController();
    stop.current = mine;
    setState(({ path: before, value }) =>
      before === path && value !== undefined ? { path, value, isWaiting: true } : { path, isWaiting: true },
    );
    get<Value>(path, mine.signal).then(
      (value) => mine.signal.aborted || setState({ path, value, isWaiting: false }),
      (fault: Error) =>
        mine.signal.aborted ||
        setState(({ value }) => ({ path, ...(value === undefined ? {} : { value }), fault, isWaiting: false })),
    );
  }, [path]);
  const kinds = [...renewOn, 'reset'].join(' ');
  useEffect(() => {
    renew();
    let due: ReturnType<typeof setTimeout> | undefined;
    const leave = listen(({ type }) => {
      if (!kinds.split(' ').includes(type) || due !== undefined) return;
      due = setTimeout(() => {
        due = undefined;
        renew();
      }, TOGETHER_MS);
    });
    const rounds = everyMs === undefined ? undefined : setInterval(renew, everyMs);
    return () => {
      leave();
      clearTimeout(due);
      clearInterval(rounds);
      stop.current?.abort();
    };
  }, [renew, kinds, everyMs]);
  const { value, fault, isWaiting } =
    state.path === path ? state : { value: undefined, fault: undefined, isWaiting: true };
  return { value, fault, isWaiting, renew };
}
