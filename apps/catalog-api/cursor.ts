/** Cursors: where a page ended, by the values of its order, so that rows that come or go meanwhile shift nothing. */
import { PitlaneError } from '@pitlane/base/errors';

export type KeyValue = string | number | null;

export function cursorFrom(list: string, key: readonly KeyValue[]): string {
  return Buffer.from(JSON.stringify([list, ...key])).toString('base64url');
}

/** The key of the last row before the page. `bad-usage` for a cursor that is none, or another list's. */
export function keyFromCursor(list: string, cursor: string, length: number): readonly KeyValue[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    parsed = undefined;
  }
  const isKey =
    Array.isArray(parsed) &&
    parsed[0] === list &&
    parsed.length === length + 1 &&
    parsed.every((value) => ['string', 'number'].includes(typeof value));
  if (!isKey) {
    throw new PitlaneError('bad-usage', `this cursor is not one of ${list}: give "next" of the page before, unchanged`);
  }
  return (parsed as KeyValue[]).slice(1);
}
