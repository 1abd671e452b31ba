/** Recordings for the tests of the judgement: topics with a period, cut-outs and content, as a reader gives them. */
import type { VehicleProfile } from '@pitlane/contracts/profile';
import { profileFromText } from '@pitlane/contracts/profile';
import type { JudgedFrom, Verdict } from '@pitlane/contracts/verdict';
import type { Channel, RecordingEvent, Schema } from '@pitlane/formats/recording';
import { addEvidence, judge, MessageObserver, TopicBook } from './index.ts';

/** 2026-03-03T14:22:00Z. */
export const START_NS = 1_772_547_720_000_000_000n;
export const MS = 1_000_000n;

export interface Sensor {
  readonly topic: string;
  readonly periodMs: number;
  readonly schema?: Schema;
  readonly messageEncoding?: string;
  /** Messages of these stretches are not there: [from, to) in ms. */
  readonly cutOuts?: readonly (readonly [fromMs: number, toMs: number])[];
  readonly data?: (atMs: number, index: number) => Uint8Array;
}

const NOTHING = new Uint8Array(0);

export function channelOf(index: number, { topic, schema, messageEncoding = 'cdr' }: Sensor): Channel {
  return { index, topic, messageEncoding, metadata: new Map(), schema };
}

/** The messages of `lastsMs`, in the order of their times. */
export function eventsOf(sensors: readonly Sensor[], lastsMs: number, startNs = START_NS): RecordingEvent[] {
  const events: { readonly atMs: number; readonly event: RecordingEvent }[] = [];
  sensors.forEach((sensor, index) => {
    const channel = channelOf(index, sensor);
    for (let i = 0, atMs = 0; atMs <= lastsMs; i += 1, atMs = i * sensor.periodMs) {
      if (sensor.cutOuts?.some(([from, to]) => atMs >= from && atMs < to)) continue;
      const logTimeNs = startNs + BigInt(Math.round(atMs * 1e6));
      const data = sensor.data?.(atMs, i) ?? NOTHING;
      const message = { channel, sequence: i, logTimeNs, publishTimeNs: logTimeNs, data, sourceOffset: 0 };
      events.push({ atMs, event: { kind: 'message', message } });
    }
  });
  return events.sort((a, b) => a.atMs - b.atMs).map(({ event }) => event);
}

export const profileOf = (...topics: readonly object[]): VehicleProfile =>
  profileFromText(JSON.stringify({ profileVersion: 1, vehicleType: 'shuttle', topics }), 'a profile');

export interface Given {
  readonly profile?: VehicleProfile;
  readonly unseen?: readonly string[];
  readonly judgedFrom?: JudgedFrom;
}

/** The verdict over recordings, each of which was observed by itself and travelled as JSON. */
export function verdictOf(recordings: readonly (readonly RecordingEvent[])[], given: Given = {}): Verdict {
  const { profile, unseen = [], judgedFrom = 'messages' } = given;
  const book = new TopicBook();
  for (const events of recordings) {
    const observer = new MessageObserver();
    observer.observe(events);
    addEvidence(book, JSON.parse(JSON.stringify(observer.evidence())) as ReturnType<MessageObserver['evidence']>);
  }
  return judge({ book, judgedFrom, vehicleId: '47', profile, unseen });
}

export const textsOf = ({ findings }: Verdict): string[] => findings.map(({ text }) => text);
