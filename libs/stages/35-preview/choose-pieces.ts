/**
 * Which stretches of an indexed recording are read: spread evenly over its time, of each part of it the one that brings
 * most of what was seen least. It looks at the index and the limits alone, so that the same recording gives the same.
 */
import type { IndexedPiece, IndexedPieces } from '@pitlane/formats/recording';

/** So many parts of a recording give a picture of it; for each a disk that spins has to turn. */
const PARTS_MAX = 60;
/** Beyond those, pieces for topics that none of them has. */
const EXTRA_MAX = 12;

export interface ChoiceLimits {
  readonly bytesMax: number;
  readonly isWanted: (topic: string) => boolean;
}

/** In the order of the file. */
export function choosePieces({ pieces, topics }: IndexedPieces, { bytesMax, isWanted }: ChoiceLimits): IndexedPiece[] {
  const wanted = new Set([...topics].filter(([, topic]) => isWanted(topic)).map(([id]) => id));
  const useful = pieces.filter(
    ({ bytes, channels, startTimeNs, endTimeNs }) =>
      bytes > 0 && bytes <= bytesMax && startTimeNs <= endTimeNs && channels.some((id) => wanted.has(id)),
  );
  const choice = new Choice(wanted, bytesMax);
  // What is said once is mostly said first.
  choice.take(useful.slice(0, 1));
  for (const part of partsOf(useful, bytesMax)) choice.take(part);
  for (let extra = 0; extra < EXTRA_MAX; extra += 1) choice.take(useful.filter((piece) => choice.isNews(piece)));
  return [...choice.chosen].sort((a, b) => a.offset - b.offset);
}

function partsOf(pieces: readonly IndexedPiece[], bytesMax: number): IndexedPiece[][] {
  const meanBytes = pieces.reduce((sum, { bytes }) => sum + bytes, 0) / Math.max(1, pieces.length);
  const count = BigInt(Math.max(1, Math.min(PARTS_MAX, Math.floor(bytesMax / Math.max(1, meanBytes)) - 1)));
  const startNs = pieces.reduce((least, { startTimeNs }) => (startTimeNs < least ? startTimeNs : least), LAST_NS);
  const endNs = pieces.reduce((most, { startTimeNs }) => (startTimeNs > most ? startTimeNs : most), 0n);
  const parts: IndexedPiece[][] = Array.from({ length: Number(count) }, () => []);
  for (const piece of pieces) {
    parts[Number(((piece.startTimeNs - startNs) * count) / (endNs - startNs + 1n))]?.push(piece);
  }
  return parts;
}

const LAST_NS = (1n << 64n) - 1n;

class Choice {
  readonly chosen = new Set<IndexedPiece>();
  readonly #seen: Map<number, number>;
  #bytesLeft: number;

  constructor(wanted: ReadonlySet<number>, bytesMax: number) {
    this.#seen = new Map([...wanted].map((id) => [id, 0]));
    this.#bytesLeft = bytesMax;
  }

  /** One of these, if any fits. */
  take(pieces: readonly IndexedPiece[]): void {
    let best: IndexedPiece | undefined;
    let bestWorth = 0;
    for (const piece of pieces) {
      if (piece.bytes > this.#bytesLeft || this.chosen.has(piece)) continue;
      const worth = this.#worthOf(piece);
      if (worth > bestWorth) [best, bestWorth] = [piece, worth];
    }
    if (!best) return;
    this.chosen.add(best);
    this.#bytesLeft -= best.bytes;
    for (const id of best.channels) this.#seen.set(id, (this.#seen.get(id) ?? 0) + 1);
  }

  isNews({ channels }: IndexedPiece): boolean {
    return channels.some((id) => this.#seen.get(id) === 0);
  }

  /** A channel is worth less each time that it was seen. */
  #worthOf({ channels }: IndexedPiece): number {
    let worth = 0;
    for (const id of channels) {
      const seen = this.#seen.get(id);
      if (seen !== undefined) worth += 1 / (1 + seen) ** 2;
    }
    return worth;
  }
}
