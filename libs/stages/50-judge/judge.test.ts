import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventsOf, MS, profileOf, type Sensor, START_NS, textsOf, verdictOf } from './drive.fixture.ts';

const LIDAR = { topic: 'lidar_top', periodMs: 100 };
const IMU = { topic: '/imu', periodMs: 10 };
const MINUTE_MS = 60_000;

describe('the verdict on a drive', () => {
  it('is complete when every topic keeps its period', () => {
    const verdict = verdictOf([eventsOf([LIDAR, IMU], MINUTE_MS)]);
    expect(verdict).toMatchObject({ isComplete: true, summary: 'complete', findings: [], vehicleType: null });
    expect(verdict.notes).toEqual(['no profile for vehicle 47: only gaps, frozen cameras and GNSS are judged']);
  });

  it('says which topic fell silent, when, for how long, and what to do', () => {
    const silent = { ...LIDAR, cutOuts: [[7100, 38_000]] } as const;
    const profile = profileOf({ topic: 'lidar_*', rateHz: 10, hint: 'check the connector' }, { topic: '/imu' });
    const { findings, summary } = verdictOf([eventsOf([silent, IMU], MINUTE_MS)], { profile });
    expect(summary).toBe('1 finding');
    expect(findings).toEqual([
      {
        topic: 'lidar_top',
        kind: 'gap',
        severity: 'error',
        startTime: String(START_NS + 7000n * MS),
        endTime: String(START_NS + 38_000n * MS),
        expected: 300,
        seen: 31_000,
        unit: 'ms',
        count: 1,
        text: 'lidar_top silent from 14:22:07 for 31 s: check the connector',
      },
    ]);
  });

  it('tells a late start and an early end by those words', () => {
    const late = { topic: '/late', periodMs: 100, cutOuts: [[0, 20_000]] } as const;
    const early = { topic: '/early', periodMs: 100, cutOuts: [[40_000, 61_000]] } as const;
    expect(textsOf(verdictOf([eventsOf([late, early, IMU], MINUTE_MS)]))).toEqual([
      '/early silent from 14:22:39 to the end, 20 s',
      '/late silent until 14:22:20, the first 20 s',
    ]);
  });

  it('lets sensors start one after another', () => {
    const slow = { topic: '/slow', periodMs: 100, cutOuts: [[0, 4000]] } as const;
    expect(verdictOf([eventsOf([slow, IMU], MINUTE_MS)]).isComplete).toBe(true);
  });

  it('names what is missing first, with the hint, and passes over what may be missing', () => {
    const profile = profileOf(
      { topic: '/gps', hint: 'check the antenna' },
      { topic: '/radar', required: false },
      { topic: '/imu' },
    );
    const verdict = verdictOf([eventsOf([IMU, { ...LIDAR, cutOuts: [[3000, 4000]] }], MINUTE_MS)], { profile });
    expect(textsOf(verdict)).toEqual([
      '/gps missing: no message of it in this drive: check the antenna',
      'lidar_top silent from 14:22:02 for 1.1 s',
    ]);
    expect(verdict.findings[0]).toMatchObject({
      kind: 'missing',
      severity: 'error',
      startTime: null,
      expected: 1,
      seen: 0,
    });
  });

  it('says of no topic that it is missing while a log without an index is not read', () => {
    const given = { profile: profileOf({ topic: '/gps' }), unseen: ['run.ulg'], judgedFrom: 'index' } as const;
    const verdict = verdictOf([eventsOf([IMU], 5000)], given);
    expect(verdict).toMatchObject({ isComplete: false, findings: [], summary: 'nothing found so far' });
    expect(verdict.notes).toContain(
      'without an index, and not judged yet: run.ulg: missing topics are told when all are read',
    );
  });

  it('tells from when to when a rate dropped', () => {
    const slowed: Sensor = { topic: '/camera', periodMs: 50, cutOuts: [] };
    const full = eventsOf([slowed], 20_000);
    const half = eventsOf([{ ...slowed, periodMs: 100 }], 20_000, START_NS + 20_050n * MS);
    const again = eventsOf([slowed], 20_000, START_NS + 40_100n * MS);
    const profile = profileOf({ topic: '/camera', rateHz: 20, hint: 'look at its temperature' });
    const { findings } = verdictOf([[...full, ...half, ...again]], { profile });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ kind: 'rate', severity: 'error', expected: 20_000, unit: 'mHz' });
    expect(findings[0]?.text).toMatch(
      /^\/camera at (9.\d*|10|10.\d) Hz from 14:22:2[01] to 14:22:[34]\d, expected 20 Hz: look at its temperature$/,
    );
  });

  it('tells a low rate of a drive that is too short for spans', () => {
    const profile = profileOf({ topic: '/imu', rateHz: 200 });
    expect(textsOf(verdictOf([eventsOf([IMU], 900)], { profile }))).toEqual([
      '/imu at 100 Hz from 14:22:00 to 14:22:00, expected 200 Hz',
    ]);
  });

  it('tells a few gaps of a topic and counts the others', () => {
    const cutOuts = Array.from({ length: 417 }, (_, i) => [i * 1500 + 500, i * 1500 + 750] as const);
    const texts = textsOf(verdictOf([eventsOf([{ ...LIDAR, cutOuts }, IMU], 630_000)]));
    expect(texts).toHaveLength(6);
    expect(texts.at(-1)).toMatch(/^lidar_top and (about )?412 more gaps, none longer than 0.40 s$/);
  });

  it('counts more gaps than it holds to within the scale of its intervals', () => {
    const cutOuts = Array.from({ length: 1000 }, (_, i) => [i * 1500 + 500, i * 1500 + 750] as const);
    const last = textsOf(verdictOf([eventsOf([{ ...LIDAR, cutOuts }, IMU], 1_505_000)])).at(-1);
    expect(last).toBe('lidar_top and about 995 more gaps, none longer than 0.40 s');
  });

  it('tells once that everything was silent', () => {
    const cutOuts = [[10_000, 25_000]] as const;
    expect(
      textsOf(
        verdictOf([
          eventsOf(
            [
              { ...LIDAR, cutOuts },
              { ...IMU, cutOuts },
            ],
            MINUTE_MS,
          ),
        ]),
      ),
    ).toEqual(['everything silent from 14:22:09 for 15 s: nothing was recorded']);
  });

  it('has neither gaps nor rates of what comes by events', () => {
    const random = [0, 100, 4000, 4010, 4020, 9000, 30_000, 30_001, 30_500, 59_000];
    const events = random.flatMap((atMs) =>
      eventsOf([{ topic: '/events', periodMs: 1000 }], 0, START_NS + BigInt(atMs) * MS),
    );
    const imu = eventsOf([IMU], MINUTE_MS);
    expect(verdictOf([events, imu]).isComplete).toBe(true);
    const latched = eventsOf([{ topic: '/tf_static', periodMs: 1e9 }], 0);
    const profile = profileOf(
      { topic: '/tf_static', periodic: false },
      { topic: '/events', periodic: false },
      { topic: '/imu' },
    );
    expect(verdictOf([latched, events, imu], { profile }).isComplete).toBe(true);
  });

  it('finds the gap between two files of one drive, and none where a copy has the messages', () => {
    const [first, second] = [eventsOf([LIDAR], 20_000), eventsOf([LIDAR], 20_000, START_NS + 30_000n * MS)];
    const whole = eventsOf([IMU], 50_000);
    expect(textsOf(verdictOf([second, whole, first]))).toEqual(['lidar_top silent from 14:22:20 for 10 s']);
    const between = eventsOf([LIDAR], 10_000, START_NS + 20_000n * MS);
    expect(verdictOf([second, whole, first, between]).isComplete).toBe(true);
  });

  it('judges each side of a clock that jumps by itself', () => {
    const at1970 = eventsOf([LIDAR, IMU], 10_000, 0n);
    const silent = eventsOf([{ ...LIDAR, cutOuts: [[5000, 8000]] }, IMU], 10_000);
    const verdict = verdictOf([[...at1970, ...silent]]);
    expect(textsOf(verdict)).toEqual(['lidar_top silent from 14:22:04 for 3.1 s']);
    expect(verdict.notes.join()).toMatch(/its times jump by \d+ h \d\d min: each part is judged by itself/);
  });

  it('compares no topic with those of a log that runs on another clock', () => {
    const [canTopic, radar, diagnostics] = ['/can', '/radar', '/diagnostics'].map((topic) => ({ topic, periodMs: 50 }));
    const fromBoot = [canTopic, radar, diagnostics] as Sensor[];
    const onUtc = [LIDAR, IMU, diagnostics] as Sensor[];
    const twoClocks = verdictOf([eventsOf(fromBoot, 20_000, 3000n * MS), eventsOf(onUtc, 20_000)]);
    expect(textsOf(twoClocks)).toEqual([]);
    expect(twoClocks).toMatchObject({ isComplete: true, summary: 'complete' });
    expect(twoClocks.notes.join()).toContain(
      'its logs run on 2 clocks, hours apart: topics are compared with those on their own',
    );
    const cut = [{ ...canTopic, cutOuts: [[5000, 8000]] }, radar, diagnostics] as Sensor[];
    const withGap = verdictOf([eventsOf(cut, 20_000, 3000n * MS), eventsOf(onUtc, 20_000)]);
    expect(textsOf(withGap)).toEqual(['/can silent from 00:00:07 for 3 s']);
  });

  it('still tells of a sensor that is silent since the vehicle was parked', () => {
    const camera = { topic: '/camera', periodMs: 100 };
    const later = START_NS + 3n * 3_600_000n * MS;
    const verdict = verdictOf([eventsOf([LIDAR, IMU, camera], 20_000), eventsOf([LIDAR, IMU], 20_000, later)]);
    expect(textsOf(verdict)).toEqual(['/camera silent from 17:22:00 for 20 s']);
  });

  it('finds exactly the gap that was cut out, whatever the periods, the order of messages and of files', () => {
    const sensors = fc.array(fc.record({ periodMs: fc.integer({ min: 5, max: 500 }) }), { minLength: 2, maxLength: 6 });
    const drive = fc.record({
      sensors,
      silent: fc.nat(),
      fromMs: fc.integer({ min: 10_000, max: 30_000 }),
      lastsMs: fc.integer({ min: 2500, max: 20_000 }),
      shuffle: fc.array(fc.nat(), { minLength: 8, maxLength: 8 }),
    });
    fc.assert(
      fc.property(drive, ({ sensors: drawn, silent, fromMs, lastsMs, shuffle }) => {
        const which = silent % drawn.length;
        const cutOuts = [[fromMs, fromMs + lastsMs]] as const;
        const all = drawn.map(({ periodMs }, i) => ({ topic: `/t${i}`, periodMs, ...(i === which && { cutOuts }) }));
        const events = eventsOf(all, MINUTE_MS);
        // Pieces of a recording, as chunks that lie in another order than their times.
        const pieces = shuffle.map((key, i) => ({
          key,
          part: events.slice((i * events.length) / 8, ((i + 1) * events.length) / 8),
        }));
        const { findings } = verdictOf([pieces.sort((a, b) => a.key - b.key).flatMap(({ part }) => part)]);
        const periodMs = all[which]?.periodMs ?? 0;
        const lastBefore = Math.ceil(fromMs / periodMs - 1) * periodMs;
        const firstAfter = Math.ceil((fromMs + lastsMs) / periodMs) * periodMs;
        expect(findings.map(({ topic, kind, startTime, endTime }) => [topic, kind, startTime, endTime])).toEqual([
          [`/t${which}`, 'gap', String(START_NS + BigInt(lastBefore) * MS), String(START_NS + BigInt(firstAfter) * MS)],
        ]);
      }),
      { numRuns: 60 },
    );
  });
});
