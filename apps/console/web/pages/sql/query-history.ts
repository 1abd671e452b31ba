/** The queries that ran before, newest first, in this browser alone: few, short, and none that looks like it holds a secret. */

export interface Remembered {
  readonly sql: string;
  readonly atMs: number;
}

export const HISTORY_MAX = 50;
/** Longer ones are files of their own. */
export const SQL_LETTERS_MAX = 8_000;
const KEY = 'pitlane.sql.history';
const SECRET = /(password|passwd|secret|token|bearer|api[_-]?key|private[_-]?key|credential)/i;

type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** What is kept may have been changed by anybody: what is no history is none. */
export function historyFrom(storage: Storage | undefined): readonly Remembered[] {
  try {
    const kept: unknown = JSON.parse(storage?.getItem(KEY) ?? '[]');
    if (!Array.isArray(kept)) return [];
    return kept.filter(isRemembered).slice(0, HISTORY_MAX);
  } catch {
    return [];
  }
}

/** Each query once, at its newest. A browser that keeps nothing, or has no room, forgets. */
export function remember(storage: Storage | undefined, sql: string, atMs: number): readonly Remembered[] {
  const before = historyFrom(storage);
  const text = sql.trim();
  if (text === '' || text.length > SQL_LETTERS_MAX || SECRET.test(text)) return before;
  const after = [{ sql: text, atMs }, ...before.filter((one) => one.sql !== text)].slice(0, HISTORY_MAX);
  try {
    storage?.setItem(KEY, JSON.stringify(after));
  } catch {
    return after;
  }
  return after;
}

export function forgetAll(storage: Storage | undefined): readonly Remembered[] {
  try {
    storage?.removeItem(KEY);
  } catch {
    // It keeps nothing then.
  }
  return [];
}

/** Undefined where the browser lets no page keep anything. */
export function browserStorage(): Storage | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}

const isRemembered = (one: unknown): one is Remembered =>
  typeof one === 'object' &&
  one !== null &&
  typeof (one as Remembered).sql === 'string' &&
  (one as Remembered).sql.length <= SQL_LETTERS_MAX &&
  typeof (one as Remembered).atMs === 'number';
