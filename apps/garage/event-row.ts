/**
 * Events in the order in which they came, numbered, of which some are worth only their newest: a dock's progress takes the
 * place of its earlier progress. So a row holds little, however fast it is told, and dropping its oldest is rarely needed.
 */
import type { GarageEvent } from './garage-event.ts';

export interface NumberedEvent {
  readonly number: number;
  readonly event: GarageEvent;
}

export class EventRow {
  readonly #events = new Map<string, NumberedEvent>();

  get length(): number {
    return this.#events.size;
  }

  push(numbered: NumberedEvent): void {
    const key = keyOf(numbered);
    this.#events.delete(key);
    this.#events.set(key, numbered);
  }

  /** Takes out the oldest. */
  shift(): NumberedEvent | undefined {
    const [first] = this.#events;
    if (first) this.#events.delete(first[0]);
    return first?.[1];
  }

  /** Those that came after this one, in order. */
  *after(number: number): Generator<NumberedEvent> {
    for (const one of this.#events.values()) if (one.number > number) yield one;
  }
}

function keyOf({ event, number }: NumberedEvent): string {
  if (event.type === 'progress') return `progress ${event.dockId}`;
  return event.type === 'bays' ? event.type : String(number);
}
