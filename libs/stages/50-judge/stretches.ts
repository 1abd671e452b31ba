/**
 * How long something was the case, such as a picture that stays the same: the longest stretches from the first message
 * that shows it to the last, and how many there were. Messages come in about the order of their times.
 */

/** Stretches kept of one topic. */
export const STRETCHES_MAX = 64;

export class Stretches {
  readonly #leastNs: number;
  readonly #messagesMin: number;
  #longest: { start: number; end: number }[] = [];
  #open: { start: number; end: number; messages: number } | undefined;
  count = 0;
  totalNs = 0;

  /** @param leastNs shorter ones, and those of fewer messages, do not count */
  constructor(leastNs: number, messagesMin: number) {
    this.#leastNs = leastNs;
    this.#messagesMin = messagesMin;
  }

  /** The next message shows it; `sinceNs` where it began before. */
  holds(atNs: number, sinceNs = atNs): void {
    this.#open ??= { start: sinceNs, end: atNs, messages: sinceNs === atNs ? 0 : 1 };
    this.#open.start = Math.min(this.#open.start, atNs);
    this.#open.end = Math.max(this.#open.end, atNs);
    this.#open.messages += 1;
  }

  /** The next message does not. */
  ends(): void {
    const open = this.#open;
    if (!open) return;
    this.#open = undefined;
    if (open.messages >= this.#messagesMin && open.end - open.start >= this.#leastNs) this.add(open.start, open.end);
  }

  add(start: number, end: number): void {
    this.count += 1;
    this.totalNs += end - start;
    this.#keep(start, end);
  }

  /** What another part of the drive found. */
  addMany(count: number, totalNs: number, longest: readonly (readonly [start: number, end: number])[]): void {
    this.count += count;
    this.totalNs += totalNs;
    for (const [start, end] of longest) this.#keep(start, end);
  }

  /** In order of time. */
  longest(): readonly { readonly start: number; readonly end: number }[] {
    return [...this.#longest].sort((a, b) => a.start - b.start);
  }

  #keep(start: number, end: number): void {
    this.#longest.push({ start, end });
    if (this.#longest.length <= STRETCHES_MAX) return;
    const lengths = this.#longest.map((one) => one.end - one.start);
    this.#longest.splice(lengths.indexOf(Math.min(...lengths)), 1);
  }
}
