/** Reads a field of a decoded message by its path, as a number or a word. */
import type { Combination, SignalSource } from '@pitlane/contracts/signals';
import type { Decoded } from '@pitlane/formats/decode';

/** A finite number, or text; undefined where the message does not have it, or has no number there. */
export type ReadField = (message: Decoded) => number | string | undefined;

export function fieldReader(source: SignalSource): ReadField {
  const { field, as, scale = 1, offset = 0, words, where } = source;
  const read = as === undefined ? valueAt(pathOf(field)) : combined(as, pathOf(field));
  const isWhere = where && isOneOf(valueAt(pathOf(where.field)), where.is);
  return (message) => {
    if (isWhere && !isWhere(message)) return undefined;
    const value = plainFrom(read(message));
    if (words) return Object.hasOwn(words, String(value)) ? words[String(value)] : undefined;
    if (typeof value !== 'number') return value;
    const scaled = value * scale + offset;
    return Number.isFinite(scaled) ? scaled : undefined;
  };
}

type Path = readonly (string | number)[];

/** `a.b[2].c` as its steps. */
const pathOf = (field: string): Path =>
  field.split('.').flatMap((part) => {
    const [name = '', ...places] = part.split('[');
    return [name, ...places.map((place) => Number.parseInt(place, 10))];
  });

const valueAt =
  (path: Path) =>
  (message: Decoded): unknown => {
    let value: unknown = message;
    for (const step of path) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
      value = (value as Record<string | number, unknown>)[step];
    }
    return value;
  };

/** Booleans are 1 and 0; large whole numbers lose what a double cannot hold. */
function plainFrom(value: unknown): number | string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'string' && value.length <= WORD_CHARACTERS_MAX ? value : undefined;
}
/** A signal is a word, no report. */
const WORD_CHARACTERS_MAX = 200;

function isOneOf(read: (message: Decoded) => unknown, values: readonly unknown[]): (message: Decoded) => boolean {
  const wanted = new Set(values);
  return (message) => {
    const value = read(message);
    return wanted.has(typeof value === 'bigint' ? Number(value) : value);
  };
}

function combined(as: Combination, path: Path): (message: Decoded) => number | undefined {
  const parts = (names: readonly string[]) => names.map((name) => valueAt([...path, name]));
  const numbers = (message: Decoded, reads: readonly ((message: Decoded) => unknown)[]): number[] =>
    reads.map((read) => Number(read(message)));
  if (as === 'norm') {
    const [x, y, z] = parts(['x', 'y', 'z']) as [Part, Part, Part];
    return (message) => Math.hypot(...numbers(message, [x, y]), Number(z(message) ?? 0));
  }
  const quaternion = parts(['x', 'y', 'z', 'w']);
  return (message) => {
    const [x = 0, y = 0, z = 0, w = 0] = numbers(message, quaternion);
    const yawRad = Math.atan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z));
    // A quaternion of zeros is no turn: writers leave it so when they know none.
    if (x === 0 && y === 0 && z === 0 && w === 0) return undefined;
    return as === 'yaw' ? yawRad : (450 - (yawRad * 180) / Math.PI) % 360;
  };
}
type Part = (message: Decoded) => unknown;
