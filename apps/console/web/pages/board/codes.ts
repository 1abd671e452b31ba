/**
 * What typed and scanned characters mean. A bay's number selects it, a letter behind it acts: `12H`. Each such pair is a code
 * that can be printed; the serial number of a disk and the name of a bay or a car select as well, so that what is on the disk's label is enough.
 */
import { DEED_KEYS } from './deeds.ts';
import { lastPart, type Place } from './places.ts';

export type Meaning =
  | { readonly type: 'select'; readonly number: string }
  | { readonly type: 'deed'; readonly number: string; readonly key: string }
  | { readonly type: 'undo' }
  | { readonly type: 'unknown'; readonly text: string };

export const UNDO_CODE = 'UNDO';
/** Digits that follow one another within this time are one number. */
const SAME_NUMBER_MS = 1500;
const DEED_CODE = new RegExp(`^(\\d+(?:\\.\\d+)?)([${DEED_KEYS.join('')}])$`);

export function meaningOfCode(scanned: string, places: readonly Place[]): Meaning {
  const text = scanned.trim();
  const upper = text.toUpperCase();
  if (upper === UNDO_CODE) return { type: 'undo' };
  const [, number = '', key = ''] = DEED_CODE.exec(upper) ?? [];
  if (places.some((place) => place.number === number)) return { type: 'deed', number, key };
  const found = places.filter(
    (place) =>
      place.number === text ||
      [place.bay, place.name, place.disk?.serial, lastPart(place.path), ...place.vehicleIds].some(
        (name) => name?.toUpperCase() === upper,
      ),
  );
  // Two disks of one car: the code does not say which.
  const [one, ...others] = found;
  return one && others.length === 0 ? { type: 'select', number: one.number } : { type: 'unknown', text };
}

export interface Typed {
  readonly digits: string;
  readonly atMs: number;
}

/**
 * The number that stands there after another digit: a longer one where there is such a bay, else a new one.
 * @param key a digit or a point
 */
export function typedAfter(before: Typed, key: string, atMs: number, numbers: readonly string[]): Typed {
  const longer = before.digits + key;
  const goesOn = atMs - before.atMs <= SAME_NUMBER_MS && numbers.some((number) => number.startsWith(longer));
  return { digits: goesOn ? longer : key, atMs };
}
