/** Logs whose clock is known: true time goes on, and what the log says of it is told by a function. */
import { bytesFromUtf8 } from '@pitlane/base/bytes';
import type { Channel, RecordingEvent } from '@pitlane/formats/recording';
import { type ClockReport, ClockObserver } from './index.ts';

/** 2026-07-01T20:21:23Z. */
export const TRUE_START_NS = 1_782_937_283_000_000_000n;
export const DOCKED_AT_MS = Date.parse('2026-07-02T06:00:00Z');
export const S = 1_000_000_000n;

export const channelOf = (index: number, topic: string, messageEncoding: string, type?: string): Channel => ({
  index,
  topic,
  messageEncoding,
  metadata: new Map(),
  schema: type === undefined ? undefined : { name: type, encoding: '', data: new Uint8Array(0) },
});

const GNSS = channelOf(0, '/nmea/GPRMC', 'nmea');
const CAN = channelOf(1, '/can', 'can');

/** The clock of the log: the log time at so many nanoseconds after the true start. */
export type LogClock = (sinceStartNs: bigint) => bigint;

export interface LogOptions {
  readonly seconds: number;
  /** Whether the receiver has time at that second; always without it. */
  readonly hasGnss?: (second: number) => boolean;
  /** By how much the receiver's answer is late, nanoseconds. */
  readonly latencyNs?: (second: number) => bigint;
  /** By how much the receiver's time is wrong. */
  readonly wrongNs?: (second: number) => bigint;
}

/** Ten frames of a bus a second, and one sentence of the receiver. */
export function* logOf(clock: LogClock, options: LogOptions): Generator<RecordingEvent> {
  const { seconds, hasGnss = () => true, latencyNs = () => 0n, wrongNs = () => 0n } = options;
  let sourceOffset = 0;
  for (let tenth = 0; tenth < seconds * 10; tenth += 1) {
    const sinceNs = BigInt(tenth) * (S / 10n);
    const message = (channel: Channel, logTimeNs: bigint, data: Uint8Array): RecordingEvent => {
      sourceOffset += 100;
      return {
        kind: 'message',
        message: { channel, sequence: 0, logTimeNs, publishTimeNs: logTimeNs, data, sourceOffset },
      };
    };
    yield message(CAN, clock(sinceNs), new Uint8Array(8));
    const second = tenth / 10;
    if (!Number.isInteger(second) || !hasGnss(second)) continue;
    const text = sentenceAt(TRUE_START_NS + sinceNs + wrongNs(second));
    yield message(GNSS, clock(sinceNs + latencyNs(second)), bytesFromUtf8(text));
  }
}

function sentenceAt(utcNs: bigint): string {
  const iso = new Date(Number(utcNs / 1_000_000n)).toISOString();
  const [, year = '', month = '', day = '', time = ''] = /^20(..)-(..)-(..)T(.{12})Z$/.exec(iso) ?? [];
  return `$GPRMC,${time.replaceAll(':', '')},A,4807.038,N,01131.000,E,0.0,0.0,${day}${month}${year},,*00`;
}

export function reportOf(events: Iterable<RecordingEvent>, dockedAtMs: number | null = DOCKED_AT_MS): ClockReport {
  const observer = new ClockObserver(dockedAtMs ?? undefined);
  observer.take([...events]);
  return observer.finish();
}
