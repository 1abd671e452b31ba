/** Writes openpilot's events for tests, from the words of Cap'n Proto's encoding. */
import { concatCopy } from '@pitlane/base/bytes';

export interface FixtureEvent {
  readonly timeNs: bigint;
  readonly member: number;
  /** What it holds: a struct with this data section, in words. */
  readonly content?: readonly bigint[];
  /** Texts that the struct points at, by pointer. */
  readonly texts?: Readonly<Record<number, string>>;
}

const WORD = 8;

export const words = (...values: readonly bigint[]): Uint8Array => {
  const bytes = Buffer.alloc(values.length * WORD);
  for (const [i, value] of values.entries()) bytes.writeBigUInt64LE(BigInt.asUintN(64, value), i * WORD);
  return new Uint8Array(bytes);
};

/** A pointer to a struct so many words behind it. */
export const structPointer = (offsetWords: number, dataWords: number, pointerWords: number): bigint =>
  (BigInt(pointerWords) << 48n) | (BigInt(dataWords) << 32n) | (BigInt.asUintN(30, BigInt(offsetWords)) << 2n);

export const farPointer = (segment: number, word: number, isDouble = false): bigint =>
  (BigInt(segment) << 32n) | (BigInt(word) << 3n) | (isDouble ? 6n : 2n);

const textPointer = (offsetWords: number, bytes: number): bigint =>
  (BigInt(bytes) << 35n) | (2n << 32n) | (BigInt(offsetWords) << 2n) | 1n;

/** Segments with their table in front. */
export function framed(...segments: readonly Uint8Array[]): Uint8Array {
  const table = Buffer.alloc(Math.ceil((4 + 4 * segments.length) / WORD) * WORD);
  table.writeUInt32LE(segments.length - 1);
  for (const [i, { byteLength }] of segments.entries()) table.writeUInt32LE(byteLength / WORD, 4 + 4 * i);
  return concatCopy([table, ...segments]);
}

/** The root struct of an event with a pointer in its place. */
export const root = ({ timeNs, member }: FixtureEvent, pointer: bigint): Uint8Array =>
  words(timeNs, BigInt(member), pointer);

export function contentOf({ content = [], texts = {} }: FixtureEvent): Uint8Array {
  const pointers = Math.max(-1, ...Object.keys(texts).map(Number)) + 1;
  const parts: Uint8Array[] = [];
  let at = 0;
  const places = Array.from({ length: pointers }, (_, pointer) => {
    const text = texts[pointer];
    if (text === undefined) return 0n;
    const bytes = Buffer.from(`${text}\0`);
    const room = new Uint8Array(Math.ceil(bytes.byteLength / WORD) * WORD);
    room.set(bytes);
    parts.push(room);
    const place = textPointer(pointers - pointer - 1 + at, bytes.byteLength);
    at += room.byteLength / WORD;
    return place;
  });
  return concatCopy([words(...content), words(...places), ...parts]);
}

const pointersIn = ({ texts = {} }: FixtureEvent): number => Math.max(-1, ...Object.keys(texts).map(Number)) + 1;

/** An event in one segment, as openpilot writes most of them. */
export function event(from: FixtureEvent): Uint8Array {
  const pointer = structPointer(0, from.content?.length ?? 0, pointersIn(from));
  return framed(concatCopy([words(structPointer(0, 2, 1)), root(from, pointer), contentOf(from)]));
}

/** The same in three segments: what it holds lies in the second behind a far pointer, the third is of no use. */
export function eventInSegments(from: FixtureEvent): Uint8Array {
  const landing = structPointer(0, from.content?.length ?? 0, pointersIn(from));
  const first = concatCopy([words(structPointer(0, 2, 1)), root(from, farPointer(1, 0))]);
  return framed(first, concatCopy([words(landing), contentOf(from)]), words(7n));
}

/** The same with the root struct itself in another segment, behind one far pointer or a double one. */
export function eventFarAway(from: FixtureEvent, isDouble: boolean): Uint8Array {
  const held = concatCopy([root(from, structPointer(0, from.content?.length ?? 0, pointersIn(from))), contentOf(from)]);
  if (!isDouble) return framed(words(farPointer(1, 1)), concatCopy([words(0n), words(structPointer(0, 2, 1)), held]));
  const pad = words(farPointer(2, 1), structPointer(0, 2, 1));
  return framed(words(farPointer(1, 0, true)), pad, concatCopy([words(0n), held]));
}

/** Events 10 ms apart, of some members in turn, each of another size. */
export const someEvents = (count: number, firstTimeNs = 40_000_000_000n): Uint8Array[] =>
  Array.from({ length: count }, (_, i) =>
    event({
      timeNs: firstTimeNs + BigInt(i) * 10_000_000n,
      member: [21, 6, 34, 73][i % 4] as number,
      content: Array.from({ length: (i % 7) + 1 }, (__, word) => BigInt(i * 1000 + word) * 0x9e3779b97f4an),
    }),
  );
