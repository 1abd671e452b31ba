/**
 * The outbox of the journal: events that other programs are to be told of, written before anybody tells them, and each
 * receiver's delivery of each, until it has been taken. What is written here outlives the process when the call returns.
 */

/** An event as it is sent, and to whom. */
export interface OutboxEvent {
  /** The same for the same event: it is kept once, also for a while after all have it. */
  readonly eventId: string;
  readonly type: string;
  /** Events of one line go to a receiver one after another, in the order in which they were put. */
  readonly line: string;
  readonly body: string;
  readonly toldAtMs: number;
  readonly receivers: readonly string[];
}

/** How a delivery stands. Times are the wall clock's, milliseconds since the epoch. */
export interface DeliveryState {
  /** `parked` ones wait for a person, and nothing waits for them. */
  readonly state: 'waiting' | 'parked';
  /** That failed. */
  readonly tries: number;
  readonly nextAtMs: number;
  /** Of the last try; null before it. */
  readonly error: string | null;
}

export interface OutboxDelivery extends Omit<OutboxEvent, 'receivers'>, DeliveryState {
  readonly receiver: string;
}

export interface OutboxCount {
  readonly receiver: string;
  readonly waiting: number;
  readonly parked: number;
}

export interface Outbox {
  /** Each event with its deliveries, or nothing of it. Those that are known by their id are passed over. */
  put(events: readonly OutboxEvent[]): void;
  /** Of each line of a receiver the first that waits, by the time of its next try: at most `max`. */
  heads(receiver: string, max: number): readonly OutboxDelivery[];
  /** A receiver has it. After a power cut it may stand here again. */
  delivered(eventId: string, receiver: string): void;
  /** After a power cut it may stand as it did before. */
  setDelivery(eventId: string, receiver: string, state: DeliveryState): void;
  /** In the order in which they were put: all that wait or are parked, at most `max`. */
  deliveries(max: number, state?: DeliveryState['state']): readonly OutboxDelivery[];
  /** Lets parked deliveries wait again, as if never tried: those of the events named, or all; gives how many. */
  replay(eventIds?: readonly string[]): number;
  counts(): readonly OutboxCount[];
  /** Forgets all but the newest ids that nobody waits for, and all but the newest parked deliveries; gives how many of these. */
  trim(keep: { readonly ids: number; readonly parked: number }): number;
}
