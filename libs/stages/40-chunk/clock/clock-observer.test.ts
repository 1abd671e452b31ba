import { bytesFromUtf8 } from '@pitlane/base/bytes';
import { type ClockSegment, utcNsFromLogTime } from '@pitlane/contracts/clock';
import type { Channel, RecordingEvent } from '@pitlane/formats/recording';
import { event as openpilotEvent } from '../../../../test/support/write-openpilot.ts';
import { describe, expect, it } from 'vitest';
import {
  channelOf,
  DOCKED_AT_MS,
  type LogClock,
  logOf,
  type LogOptions,
  reportOf,
  S,
  TRUE_START_NS,
} from './clock-log.fixture.ts';

const segmentsOf = (clock: LogClock, options: LogOptions, dockedAtMs?: number | null): readonly ClockSegment[] =>
  reportOf(logOf(clock, options), dockedAtMs).facts?.segments ?? [];

const right: LogClock = (sinceNs) => TRUE_START_NS + sinceNs;
const sinceBoot: LogClock = (sinceNs) => sinceNs + 5n * S;
/** How far the overlay is from true time, at so many seconds from the start. */
const errorNs = (segment: ClockSegment | undefined, clock: LogClock, second: number): number => {
  const sinceNs = BigInt(second) * S;
  if (!segment) return Number.NaN;
  return Number((utcNsFromLogTime(segment, clock(sinceNs)) ?? 0n) - TRUE_START_NS - sinceNs);
};

describe('a clock that GNSS confirms', () => {
  it('is believed as it is, though the receiver answers late', () => {
    const [segment, ...more] = segmentsOf(right, { seconds: 120, latencyNs: () => 200_000_000n });
    expect(more).toEqual([]);
    expect(segment).toMatchObject({ source: 'gnss', quality: 'good', applied: false, pairs: 120, stepNs: null });
    expect(segment?.text).toBe(
      'GNSS agrees within 0.200 s (120 times, scattered by 0 s); its times are taken as they are',
    );
  });

  it('and that drifts is told of', () => {
    const drifting: LogClock = (sinceNs) => TRUE_START_NS + sinceNs - (sinceNs * 150n) / 1_000_000n;
    const [segment] = segmentsOf(drifting, { seconds: 1200 });
    expect(segment).toMatchObject({ applied: false, quality: 'good' });
    expect(segment?.driftPpb).toBeCloseTo(150_022, -2);
    expect(segment?.text).toContain('drifting 150.0 ppm');
  });
});

describe('a log that starts in 1970', () => {
  it('gets its offset from GNSS, from the first message on', () => {
    const [segment, ...more] = segmentsOf(sinceBoot, { seconds: 120, hasGnss: (second) => second > 30 });
    expect(more).toEqual([]);
    expect(segment).toMatchObject({ source: 'gnss', quality: 'good', applied: true, startTime: String(5n * S) });
    expect(errorNs(segment, sinceBoot, 0)).toBe(0);
    expect(segment?.text).toBe(
      'started in 1970; GNSS says 2026-07-01T20:21:23Z (89 times, scattered by 0 s); offset +1782937278.0 s from log time 1970-01-01T00:00:05Z on; queries by UTC use it',
    );
  });

  it('and is set while it runs has two segments, and the first follows from the step', () => {
    const setAt = 40n * S;
    const clock: LogClock = (sinceNs) => (sinceNs < setAt ? sinceBoot(sinceNs) : right(sinceNs));
    for (const hasGnss of [() => false, (second: number) => second > 50]) {
      const [first, second, ...more] = segmentsOf(clock, { seconds: 120, hasGnss });
      expect(more).toEqual([]);
      expect(first).toMatchObject({
        source: 'step',
        quality: 'rough',
        applied: true,
        endTime: String(sinceBoot(setAt - S / 10n)),
      });
      // Between the last message before the step and the first behind it a tenth of a second went by.
      expect(Math.abs(errorNs(first, clock, 0))).toBeLessThanOrEqual(1e8);
      expect(second).toMatchObject({ applied: false, startTime: String(right(setAt)) });
      expect(second?.text).toMatch(/^leapt ahead by 17829372\d\d\.. s at log time 2026-07-01T20:22:03Z; /);
    }
  });

  it('takes the wall clock of its device as it was after it was set', () => {
    const clocks: Channel = {
      ...channelOf(0, '/clocks', 'capnp'),
      metadata: new Map([
        ['schema', 'cereal/log.capnp'],
        ['member', 'clocks'],
        ['discriminant', '34'],
      ]),
    };
    const events = Array.from({ length: 60 }, (_, second): RecordingEvent => {
      const logTimeNs = BigInt(second + 5) * S;
      const wallNs = TRUE_START_NS + BigInt(second) * S - (second < 20 ? 90n * S : 0n);
      const data = openpilotEvent({ timeNs: logTimeNs, member: 34, content: [0n, 0n, 0n, wallNs] });
      const message = { channel: clocks, sequence: 0, logTimeNs, publishTimeNs: logTimeNs, data };
      return { kind: 'message', message: { ...message, sourceOffset: second } };
    });
    const segments = reportOf(events).facts?.segments;
    expect(segments).toMatchObject([{ source: 'reference', offsetNs: String(TRUE_START_NS - 5n * S), pairs: 40 }]);
  });

  it('and has nothing that tells UTC is bound by its docking, or unknown without one', () => {
    const options = { seconds: 60, hasGnss: () => false };
    const [segment] = segmentsOf(sinceBoot, options);
    expect(segment).toMatchObject({ source: 'docking', quality: 'bound', applied: true });
    const end = utcNsFromLogTime(segment as ClockSegment, BigInt(segment?.endTime ?? 0));
    expect(end).toBe(BigInt(DOCKED_AT_MS) * 1_000_000n);
    const [unknown] = segmentsOf(sinceBoot, options, null);
    expect(unknown).toMatchObject({ source: 'none', quality: 'unknown', applied: false, offsetNs: null });
    expect(unknown?.text).toBe('started in 1970; nothing in the log tells UTC');
  });

  it('takes the stamps of sensors, or times of publishing, where no receiver speaks', () => {
    const imu = channelOf(0, '/imu', 'cdr', 'sensor_msgs/msg/Imu');
    const withStamps = stamped(imu, 100, (i) => [BigInt(i) * (S / 10n), TRUE_START_NS + BigInt(i) * (S / 10n)]);
    expect(reportOf(withStamps).facts?.segments[0]).toMatchObject({
      source: 'header',
      quality: 'rough',
      applied: true,
    });
    const plain = channelOf(0, '/x', 'json');
    const published = stamped(plain, 100, (i) => [BigInt(i) * (S / 10n), 0n]).map((event) =>
      event.kind === 'message'
        ? { ...event, message: { ...event.message, publishTimeNs: TRUE_START_NS + event.message.logTimeNs } }
        : event,
    );
    expect(reportOf(published).facts?.segments[0]).toMatchObject({
      source: 'publish',
      offsetNs: String(TRUE_START_NS),
    });
  });
});

describe('steps', () => {
  it('back are found by the order of the file alone, and times before follow those behind', () => {
    const clock: LogClock = (sinceNs) => right(sinceNs) + (sinceNs < 30n * S ? 4n * S : 0n);
    const [before, behind, ...more] = segmentsOf(clock, { seconds: 60, hasGnss: () => false });
    expect(more).toEqual([]);
    expect(before).toMatchObject({ source: 'step', applied: true, quality: 'rough' });
    expect(Math.abs(errorNs(before, clock, 10))).toBeLessThanOrEqual(1e8);
    expect(behind).toMatchObject({ source: 'log', applied: false });
    expect(Number(behind?.stepNs)).toBeCloseTo(-3.9e9, -8);
    expect(before?.sourceEnd).toBeLessThanOrEqual(behind?.sourceStart ?? 0);
    expect(behind?.text).toMatch(/^was set back by 3\.900 s at log time /);
  });

  it('ahead by some seconds are found by GNSS', () => {
    const clock: LogClock = (sinceNs) => right(sinceNs) + (sinceNs < 30n * S ? 0n : 7n * S);
    const [before, behind, ...more] = segmentsOf(clock, { seconds: 60 });
    expect(more).toEqual([]);
    expect(before).toMatchObject({ source: 'gnss', applied: false });
    expect(behind).toMatchObject({ source: 'gnss', applied: true, stepNs: String(7n * S), offsetNs: String(-7n * S) });
    expect(behind?.text).toContain('was set ahead by 7.000 s');
  });

  it('are none where the recording pauses and GNSS says the same on both sides', () => {
    const events = [...logOf(right, { seconds: 7200 })].filter((event) => {
      const at = event.kind === 'message' ? event.message.logTimeNs - TRUE_START_NS : 0n;
      return at < 100n * S || at > 7000n * S;
    });
    expect(reportOf(events).facts?.segments).toMatchObject([{ source: 'gnss', applied: false }]);
  });

  it('are none where messages come late, one has no time, or topics follow one another in the file', () => {
    const late = [...logOf(right, { seconds: 60, hasGnss: () => false })];
    const [one] = late.splice(200, 1);
    late.splice(400, 0, one as RecordingEvent);
    const zero = late[100];
    if (zero?.kind === 'message') late[100] = { kind: 'message', message: { ...zero.message, logTimeNs: 0n } };
    const report = reportOf(late);
    expect(report.facts?.segments.map(({ source }) => source)).toEqual(['log']);
    expect(report.notes).toEqual(['2 messages with log times that fit none around them']);
    const events = [...logOf(right, { seconds: 60 })];
    const topic = (event: RecordingEvent) => (event.kind === 'message' ? event.message.channel.index : 0);
    const sorted = events.toSorted((a, b) => topic(b) - topic(a));
    expect(reportOf(sorted).facts?.segments.map(({ source }) => source)).toEqual(['gnss']);
  });

  it('of a clock that loses its battery carry what was known before to 1970', () => {
    const clock: LogClock = (sinceNs) => (sinceNs < 30n * S ? right(sinceNs) : sinceNs - 30n * S);
    const [before, behind] = segmentsOf(clock, { seconds: 60, hasGnss: () => false });
    expect(before).toMatchObject({ source: 'log', applied: false });
    expect(behind).toMatchObject({ source: 'step', applied: true });
    expect(Math.abs(errorNs(behind, clock, 50))).toBeLessThanOrEqual(1e8);
  });

  it('are none where one channel alone goes back', () => {
    const channel = channelOf(2, '/odd', 'json');
    const odd = [...logOf(right, { seconds: 60, hasGnss: (second) => second % 2 === 0 })].map(
      (event): RecordingEvent => {
        if (event.kind !== 'message' || event.message.channel.index !== 0) return event;
        const { logTimeNs } = event.message;
        const isEarly = logTimeNs < TRUE_START_NS + 20n * S;
        const atNs = isEarly ? logTimeNs + 15n * S : logTimeNs;
        return { kind: 'message', message: { ...event.message, channel, logTimeNs: atNs } };
      },
    );
    expect(reportOf(odd).facts?.segments.length).toBe(1);
  });

  it('beyond number end in a note, and memory does not grow with them', () => {
    const clock: LogClock = (sinceNs) => right(sinceNs) + BigInt(Number(sinceNs / S) % 2) * 7200n * S;
    const { facts, notes } = reportOf(logOf(clock, { seconds: 400, hasGnss: () => false }));
    expect(facts?.segments.length).toBe(64);
    expect(notes).toEqual(['its times jump about: only the first 64 steps are told']);
  });
});

describe('a receiver', () => {
  it('that lost 1024 weeks is put right where the log says otherwise by just that', () => {
    const weeksNs = 1024n * 7n * 86_400n * S;
    const ahead: LogClock = (sinceNs) => right(sinceNs) + weeksNs;
    const docked = DOCKED_AT_MS + Number(weeksNs / 1_000_000n);
    const [segment] = segmentsOf(ahead, { seconds: 60 }, docked);
    expect(segment).toMatchObject({ source: 'gnss', applied: false, offsetNs: '0' });
    expect(segment?.text).toContain('once 1024 weeks are added');
  });

  it('whose first answers are wrong is outvoted by those behind', () => {
    const wrongNs = (second: number): bigint => (second < 2 ? 50n * S : 0n);
    const [segment, ...more] = segmentsOf(right, { seconds: 60, wrongNs });
    expect(more).toEqual([]);
    expect(segment).toMatchObject({ source: 'gnss', offsetNs: '0' });
  });

  it('that runs at another speed than the log is no clock for it', () => {
    const replayed: LogClock = (sinceNs) => TRUE_START_NS + sinceNs * 2n;
    const sources = segmentsOf(replayed, { seconds: 60 }).map(({ source }) => source);
    expect(new Set(sources)).toEqual(new Set(['log']));
  });
});

describe('sensors', () => {
  const topics = ['/lidar', '/imu', '/camera', '/radar'].map((topic, i) =>
    channelOf(i, topic, 'cdr', 'sensor_msgs/msg/Imu'),
  );
  const events = (skewNs: (topic: string) => bigint): RecordingEvent[] =>
    topics.flatMap((channel) =>
      stamped(channel, 50, (i) => {
        const atNs = TRUE_START_NS + BigInt(i) * (S / 10n);
        return [atNs, atNs + skewNs(channel.topic) + BigInt((i % 3) - 1) * 1_000_000n];
      }),
    );

  it('whose stamps differ from those of the others are named, with how far', () => {
    const { skews } = reportOf(events((topic) => (topic === '/radar' ? -2n * S : -20_000_000n))).facts ?? { skews: [] };
    expect(skews).toMatchObject([{ topic: '/radar', offsetNs: '-2000000000', spreadNs: '1000000', pairs: 50 }]);
    expect(skews[0]?.text).toBe(
      "stamps of /radar are -2.000 s from the time of the log, and those of the other topics -0.020 s: its sensor's clock is set otherwise",
    );
  });

  it('that are late by a sweep, which is stamped at its beginning, are said to be so, and by more to have another clock', () => {
    const said = (lidarNs: bigint): string | undefined =>
      reportOf(events((topic) => (topic === '/lidar' ? lidarNs : 0n))).facts?.skews[0]?.text;
    const stamps = (offset: string): string =>
      `stamps of /lidar are ${offset} from the time of the log, and those of the other topics 0 s: `;
    const sweep =
      "that is within about a period of it (0.100 s), as its sensor's latency is, or a sweep or an exposure that is stamped at its beginning";
    expect(said(-110_000_000n)).toBe(`${stamps('-0.110 s')}${sweep}`);
    expect(said(-149_000_000n)).toBe(`${stamps('-0.149 s')}${sweep}`);
    for (const [offsetNs, offset] of [
      [-151_000_000n, '-0.151 s'],
      [110_000_000n, '+0.110 s'],
    ] as const) {
      expect(said(offsetNs)).toBe(`${stamps(offset)}its sensor's clock is set otherwise`);
    }
  });

  it('that are late alike are not, and if they all run on another clock one note says so', () => {
    expect(reportOf(events(() => -80_000_000n))).toMatchObject({ facts: { skews: [] }, notes: [] });
    const { facts, notes } = reportOf(events(() => -1000n * S));
    expect(facts?.skews).toEqual([]);
    expect(notes).toEqual(["the sensors' stamps are on another clock than the log's times: -1000.0 s from them"]);
  });
});

describe('hostile logs', () => {
  it('with times of all sizes give facts within bounds, and the same ones twice', () => {
    const rmc = channelOf(0, '/nmea/GPRMC', 'nmea');
    const times = [0n, 1n, (1n << 64n) - 1n, 1n << 63n, (1n << 63n) - 1n, TRUE_START_NS];
    const data = bytesFromUtf8('$GPRMC,202123.25,A,4807.038,N,01131.0,E,0,0,010726,,*6A');
    const hostile = Array.from({ length: 5000 }, (_, i): RecordingEvent => {
      const logTimeNs = times[(i * 7 + (i >> 4)) % times.length] as bigint;
      return {
        kind: 'message',
        message: { channel: rmc, sequence: i, logTimeNs, publishTimeNs: 0n, data, sourceOffset: i },
      };
    });
    const report = reportOf(hostile);
    expect(report.facts?.segments.length).toBeLessThanOrEqual(64);
    for (const segment of report.facts?.segments ?? []) {
      if (segment.applied) expect(utcNsFromLogTime(segment, BigInt(segment.endTime))).toBeLessThan(1n << 63n);
    }
    expect(reportOf(hostile)).toEqual(report);
  });

  it('without messages have no clock', () => {
    expect(reportOf([])).toEqual({ facts: undefined, notes: [] });
  });
});

/** Messages with a ROS 2 header; `times` gives log time and stamp. */
function stamped(channel: Channel, count: number, times: (i: number) => readonly [bigint, bigint]): RecordingEvent[] {
  return Array.from({ length: count }, (_, i) => {
    const [logTimeNs, stampNs] = times(i);
    const data = Buffer.alloc(20);
    data.writeUInt32LE(0x100, 0);
    data.writeInt32LE(Number(stampNs / S), 4);
    data.writeUInt32LE(Number(stampNs % S), 8);
    return {
      kind: 'message',
      message: { channel, sequence: i, logTimeNs, publishTimeNs: logTimeNs, data, sourceOffset: i },
    };
  });
}
