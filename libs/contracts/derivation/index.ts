/**
 * What is read out of a landed chunk for people who ask for values instead of messages: which deriver did it, with what
 * version of its plan, what it could not read, and what it found. Everything here can be derived again from the chunk.
 */
import type { TimeText } from '../manifest/index.ts';

export interface DerivationFacts {
  /** Who derived: `signals`, … */
  readonly deriver: string;
  /** Names the plan by which it was done; another plan has another version. */
  readonly version: string;
  /** The side object, or null where there was nothing to write. */
  readonly object: string | null;
  /** Messages that were decoded. */
  readonly messages: number;
  /** Messages that were to be decoded and could not be. */
  readonly undecoded: number;
  /** What was wrong, a sentence each, few of many. */
  readonly faults: readonly string[];
}

/** A signal of one topic in one chunk, in order of time: numbers, or texts where the signal is a word. */
export interface SignalSeries {
  readonly topic: string;
  readonly signal: string;
  /** Where several topics say the same, the lowest goes before the others. */
  readonly rank: number;
  /** `m/s`, … or "". */
  readonly unit: string;
  readonly startTime: TimeText;
  readonly endTime: TimeText;
  /** Nanoseconds since the start. */
  readonly offsetsNs: readonly number[];
  /** As many as offsets; empty where there are texts. */
  readonly values: readonly number[];
  readonly texts: readonly string[];
}
