import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { profileFromText } from '@pitlane/contracts/profile';
import type { RecordingEvent } from '@pitlane/formats/recording';
import { channelOf, eventsOf, profileOf, START_NS, verdictOf } from './drive.fixture.ts';
import { MessageObserver } from './index.ts';

const NOTHING = new Uint8Array(0);

function messagesAt(times: readonly bigint[], topic = '/t', index = 0): RecordingEvent[] {
  const channel = channelOf(index, { topic, periodMs: 1 });
  return times.map((logTimeNs, sequence) => {
    const message = { channel, sequence, logTimeNs, publishTimeNs: logTimeNs, data: NOTHING, sourceOffset: 0 };
    return { kind: 'message', message };
  });
}

describe('a log that was made to hurt', () => {
  it('with 100,000 channels has the first of them judged, and the others counted', () => {
    const observer = new MessageObserver();
    for (let index = 0; index < 100_000; index += 1)
      observer.observe(messagesAt([START_NS, START_NS + 5n], `/topic/${index}`, index));
    const { topics, topicsLeftOut } = observer.evidence();
    expect([topics.length, topicsLeftOut]).toEqual([1000, 99_000]);
  });

  it('with times that jump about keeps its evidence small, and is judged in an instant', () => {
    const random = (i: number): bigint => (BigInt(i) * 0x9e37_79b9_7f4a_7c15n) & ((1n << 64n) - 1n);
    const events = messagesAt(Array.from({ length: 50_000 }, (_, i) => random(i)));
    const observer = new MessageObserver();
    observer.observe(events);
    expect(JSON.stringify(observer.evidence()).length).toBeLessThan(30_000);
    expect(verdictOf([events]).findings.length).toBeLessThanOrEqual(200);
  });

  it('with silences without number keeps its evidence small', () => {
    const times = Array.from(
      { length: 50_000 },
      (_, i) => START_NS + BigInt(i) * 1_000_000_000n + BigInt((i * 7919) % 1000) * 400_000n,
    );
    const observer = new MessageObserver();
    observer.observe(messagesAt(times));
    const [topic] = observer.evidence().topics;
    expect(topic?.runs.length).toBeLessThanOrEqual(65);
    expect(topic?.rates.rows.flat().length).toBeLessThan(600);
  });

  it('under an absurd profile is judged all the same', () => {
    const topics = Array.from({ length: 2000 }, (_, i) => ({
      topic: `${'*a'.repeat(200)}${i}`,
      rateHz: 100_000,
      tolerance: 0,
      gapMs: 0.001,
    }));
    const profile = profileFromText(JSON.stringify({ profileVersion: 1, vehicleType: 'x', topics }), 'a profile');
    const sensors = Array.from({ length: 50 }, (_, i) => ({ topic: `/${'a'.repeat(200)}${i}`, periodMs: 100 }));
    const verdict = verdictOf([eventsOf(sensors, 2000)], { profile });
    expect(verdict.findings).toHaveLength(200);
    expect(verdict.notes).toContain('and 1800 more findings');
    const fast = verdictOf([eventsOf([{ topic: '/imu', periodMs: 10 }], 5000)], {
      profile: profileOf({ topic: '/imu', gapMs: 0.001 }),
    });
    expect(fast.isComplete).toBe(true);
  });

  it('has one line for each finding, whatever its topics are called', () => {
    const name = `/evil\n\u001B[31m\u0000${'x'.repeat(900)}`;
    const verdict = verdictOf([
      [
        ...eventsOf([{ topic: name, periodMs: 100, cutOuts: [[8000, 12_000]] }], 20_000),
        ...eventsOf([{ topic: '/imu', periodMs: 10 }], 20_000).map((event) => {
          if (event.kind !== 'message') return event;
          return {
            kind: 'message',
            message: { ...event.message, channel: channelOf(1, { topic: '/imu', periodMs: 10 }) },
          } as const;
        }),
      ],
    ]);
    expect(verdict.findings).toHaveLength(1);
    expect(verdict.findings[0]?.text).toMatch(/^\/evil\?\?\[31m\?x+… silent from 14:22:07 for 4.1 s$/);
  });

  it('never makes the judgement fail, whatever times it has', () => {
    const times = fc.array(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), { maxLength: 200 });
    fc.assert(
      fc.property(fc.array(times, { maxLength: 4 }), (topics) => {
        const events = topics.flatMap((own, index) => messagesAt(own, `/t${index}`, index));
        const profile = profileOf(
          { topic: '/t0', rateHz: 10 },
          { topic: '/t1', periodic: true },
          { topic: '/t*', gapMs: 100 },
        );
        const verdict = verdictOf([events], { profile });
        for (const { expected, seen, startTime, endTime } of verdict.findings) {
          expect([expected, seen].every((value) => value === null || Number.isSafeInteger(value))).toBe(true);
          if (startTime !== null && endTime !== null) expect(BigInt(startTime)).toBeLessThanOrEqual(BigInt(endTime));
        }
      }),
    );
  });
});
