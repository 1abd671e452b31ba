/**
 * What an openpilot log says of wall time. Its own times count from the start of the device; `initData`, `boot` and `clocks` say
 * at which wall time they were written, where the device knew it. Nothing is corrected with it here.
 */
import { u64 } from './capnp-message.ts';
import { type EventHead, heldStruct } from './event.ts';
import { BOOT, CLOCKS, INIT_DATA } from './member-names.ts';

/** The word of the member's struct that holds `wallTimeNanos`. */
const WALL_TIME_WORD: Readonly<Record<number, number>> = { [INIT_DATA]: 1, [BOOT]: 0, [CLOCKS]: 3 };
/** Texts of `initData` by their pointer. */
const INIT_TEXTS: Readonly<Record<string, number>> = {
  version: 3,
  git_commit: 8,
  git_branch: 9,
  git_remote: 10,
  dongle_id: 2,
  os_version: 15,
};
const WORD_BYTES = 8;
const TEXT_BYTES_MAX = 1024;

/** The wall time that an event says, in nanoseconds since 1970; undefined where it says none. */
export function wallTimeNs(event: Uint8Array, member: number): bigint | undefined {
  const word = WALL_TIME_WORD[member];
  const held = word === undefined ? undefined : heldStruct(event);
  if (word === undefined || held === undefined || held.place.dataWords <= word) return undefined;
  const timeNs = u64(event, held.place.dataAt + word * WORD_BYTES);
  return timeNs === 0n ? undefined : timeNs;
}

/** What `initData` says of the software that wrote the log. */
export function initTexts(event: Uint8Array): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const held = heldStruct(event);
  if (held === undefined) return texts;
  const { view, place } = held;
  for (const [name, pointer] of Object.entries(INIT_TEXTS)) {
    if (pointer >= place.pointerWords) continue;
    const text = view.textAt(place.segment, place.pointersAt + pointer * WORD_BYTES);
    if (typeof text === 'string' || text.bytes === 0 || text.bytes > TEXT_BYTES_MAX) continue;
    texts.set(name, Buffer.from(event.buffer, event.byteOffset + text.at, text.bytes).toString('utf8'));
  }
  return texts;
}

/** The first and the last pair of device time and wall time of a log. */
export class WallTimes {
  #pairs = 0;
  #first: readonly [bigint, bigint] | undefined;
  #last: readonly [bigint, bigint] | undefined;

  see(event: Uint8Array, { member, logMonoTimeNs }: EventHead): void {
    const timeNs = wallTimeNs(event, member);
    if (timeNs === undefined) return;
    this.#pairs += 1;
    this.#first ??= [logMonoTimeNs, timeNs];
    this.#last = [logMonoTimeNs, timeNs];
  }

  /** Undefined where the log never says what time it is. */
  entries(): ReadonlyMap<string, string> | undefined {
    if (this.#first === undefined || this.#last === undefined) return undefined;
    return new Map([
      ['pairs', `${this.#pairs}`],
      ['first_log_mono_time_ns', `${this.#first[0]}`],
      ['first_wall_time_ns', `${this.#first[1]}`],
      ['last_log_mono_time_ns', `${this.#last[0]}`],
      ['last_wall_time_ns', `${this.#last[1]}`],
    ]);
  }
}
