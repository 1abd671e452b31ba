import { describe, expect, it } from 'vitest';
import { type GivenMessage } from '../../../../test/support/landed-drive.ts';
import { HandClock, landed, messagesOf, MS, replayOf, SECOND, START, told } from './replayed-drive.fixture.ts';
import type { Replay, ReplayEvent } from './replay.ts';

/** All of a replay, each with the wall time at which it came. */
async function played(replay: Replay, clock: HandClock, onEvent: (event: ReplayEvent) => void = () => {}) {
  const lines: string[] = [];
  for await (const event of replay.events()) {
    for (const line of told(event)) lines.push(`${Math.round(clock.ms)} ${line}`);
    onEvent(event);
  }
  return lines;
}

const at = (second: number, channel = 0): GivenMessage => {
  return { channel, logTimeNs: START + BigInt(second) * SECOND, sequence: second, data: Buffer.from('x') };
};

describe('a replay', () => {
  it('hands out each message when its time has come, at the speed that is asked for', async () => {
    const clock = new HandClock();
    const replay = await replayOf(await landed(messagesOf(6)), clock, { speed: 2 });
    expect(await played(replay, clock)).toEqual([
      '0 /cam@0',
      '0 /gps@0',
      '0 /imu@0',
      '50 /gps@100',
      '100 /cam@200',
      '150 /imu@300',
      '200 /gps@400',
      '250 /cam@500',
    ]);
    const { messages, playedNs, wallMs, rate, lateness, slippedMs } = replay.stats();
    expect({ messages, playedNs, wallMs, slippedMs }).toEqual({
      messages: 8,
      playedNs: 500n * MS,
      wallMs: 250,
      slippedMs: 0,
    });
    expect(rate).toBeCloseTo(2);
    expect(lateness).toEqual({ medianMs: 0, p99Ms: 0, maxMs: 0 });
  });

  it('waits for nothing as fast as possible, and tells the rate', async () => {
    const clock = new HandClock();
    const replay = await replayOf(await landed(messagesOf(300)), clock, { speed: Number.POSITIVE_INFINITY });
    const lines = await played(replay, clock);
    expect(lines).toHaveLength(360);
    expect(clock.ms).toBe(0);
    expect(replay.stats()).toMatchObject({ messages: 360, playedNs: 29_900n * MS, lateness: { maxMs: 0 } });
  });

  it('stops the one clock for all topics while its consumer lags, and makes up for nothing in a burst', async () => {
    const clock = new HandClock();
    const replay = await replayOf(await landed(messagesOf(8)), clock);
    let stalled = false;
    const lines = await played(replay, clock, (event) => {
      if (stalled || !told(event).includes('/cam@200')) return;
      stalled = true;
      clock.ms += 5000;
    });
    expect(lines.slice(3)).toEqual([
      '100 /gps@100',
      '200 /cam@200',
      '5200 /imu@300',
      '5300 /gps@400',
      '5400 /cam@500',
      '5500 /imu@600',
      '5600 /gps@700',
    ]);
    expect(replay.stats().slippedMs).toBe(4900);
    expect(replay.stats().lateness).toMatchObject({ medianMs: 0, maxMs: 4900 });
  });

  it('hands out what is a little late at once, and counts by how much', async () => {
    const clock = new HandClock();
    const replay = await replayOf(await landed(messagesOf(6)), clock);
    const lines = await played(replay, clock, (event) => {
      if (told(event).includes('/gps@100')) clock.ms += 140;
    });
    expect(lines.slice(3)).toEqual(['100 /gps@100', '240 /cam@200', '300 /imu@300', '400 /gps@400', '500 /cam@500']);
    expect(replay.stats()).toMatchObject({ slippedMs: 0, lateness: { maxMs: 40 } });
  });

  it('pauses, steps message by message and goes on where it stood', async () => {
    const clock = new HandClock();
    const replay = await replayOf(await landed(messagesOf(8)), clock);
    clock.at(250, () => replay.pause());
    clock.at(1000, () => replay.step(2));
    clock.at(2000, () => replay.resume());
    const lines = await played(replay, clock);
    expect(lines.slice(4)).toEqual([
      '200 /cam@200',
      '1000 /imu@300',
      '1000 /gps@400',
      '2100 /cam@500',
      '2200 /imu@600',
      '2300 /gps@700',
    ]);
    expect(replay.stats().wallMs).toBe(250 + 300);
  });

  it('goes on from the moment between two messages at which it was paused', async () => {
    const clock = new HandClock();
    const replay = await replayOf(await landed(messagesOf(6)), clock);
    clock.at(230, () => replay.pause());
    clock.at(1000, () => replay.resume());
    expect((await played(replay, clock)).slice(5)).toEqual(['1070 /imu@300', '1170 /gps@400', '1270 /cam@500']);
  });

  it('seeks back and forward, and tells that it jumped', async () => {
    const clock = new HandClock();
    const replay = await replayOf(await landed(messagesOf(60), { chunkMessages: 7, innerMessages: 3 }), clock);
    clock.at(150, () => replay.seek(START + 5650n * MS));
    clock.at(400, () => replay.seek(START));
    clock.at(450, () => replay.seek(START + 100n * SECOND));
    expect((await played(replay, clock)).slice(3)).toEqual([
      '100 /gps@100',
      '150 seek@5650',
      '200 /imu@5700',
      '300 /gps@5800',
      '400 seek@0',
      '400 /cam@0',
      '400 /gps@0',
      '400 /imu@0',
      '450 seek@100000',
    ]);
  });

  it('changes its speed from the moment that it is told', async () => {
    const clock = new HandClock();
    const replay = await replayOf(await landed(messagesOf(8)), clock);
    clock.at(250, () => replay.setSpeed(0.5));
    clock.at(450, () => replay.setSpeed(Number.POSITIVE_INFINITY));
    expect((await played(replay, clock)).slice(4)).toEqual([
      '200 /cam@200',
      '350 /imu@300',
      '450 /gps@400',
      '450 /cam@500',
      '450 /imu@600',
      '450 /gps@700',
    ]);
    expect(() => replay.setSpeed(0)).toThrow('above 0');
  });

  it('begins again at the end, and says so', async () => {
    const clock = new HandClock();
    const replay = await replayOf(await landed([at(0), at(1)]), clock, { loop: true });
    const lines: string[] = [];
    for await (const event of replay.events()) {
      for (const line of told(event)) lines.push(`${clock.ms} ${line}`);
      if (lines.length === 6) break;
    }
    expect(lines).toEqual([
      '0 /imu@0',
      '1000 /imu@1000',
      '1000 loop@0',
      '1000 /imu@0',
      '2000 /imu@1000',
      '2000 loop@0',
    ]);
  });

  it('stays at its end where it is told to, and goes on from a seek or from the beginning', async () => {
    const clock = new HandClock();
    const replay = await replayOf(await landed([at(0), at(1), at(2)]), clock, { stay: true });
    clock.at(5000, () => replay.seek(START + 1500n * MS));
    clock.at(9000, () => replay.resume());
    const lines: string[] = [];
    for await (const event of replay.events()) {
      for (const line of told(event)) lines.push(`${clock.ms} ${line}`);
      if (lines.length === 9) break;
      expect(replay.ended).toBe(event.type === 'end');
    }
    expect(lines.slice(2)).toEqual([
      '2000 /imu@2000',
      '2000 end',
      '5000 seek@1500',
      '5500 /imu@2000',
      '5500 end',
      '9000 seek@0',
      '9000 /imu@0',
    ]);
  });

  it('ends a loop over nothing', async () => {
    const clock = new HandClock();
    expect(await played(await replayOf(await landed([]), clock, { loop: true }), clock)).toEqual([]);
  });

  it('ticks at whole periods of log time, ahead of the messages of that time', async () => {
    const clock = new HandClock();
    const messages = [{ ...at(0), logTimeNs: START + 50n * MS }, at(1), at(2)];
    const ticking = { tickEveryNs: 500n * MS };
    const lines = await played(await replayOf(await landed(messages), clock, ticking), clock);
    expect(lines).toEqual([
      '0 /imu@50',
      '450 tick@500',
      '950 tick@1000',
      '950 /imu@1000',
      '1450 tick@1500',
      '1950 tick@2000',
      '1950 /imu@2000',
    ]);
    const fast = await replayOf(await landed(messages), clock, { ...ticking, speed: Number.POSITIVE_INFINITY });
    expect((await played(fast, clock)).map((line) => line.split(' ')[1])).toEqual(
      lines.map((line) => line.split(' ')[1]),
    );
  });

  it('jumps over a silence that nobody would wait for, and says so', async () => {
    const clock = new HandClock();
    const drive = await landed([at(0), at(1), at(3600), at(3601)]);
    expect(await played(await replayOf(drive, clock, { speed: 2 }), clock)).toEqual([
      '0 /imu@0',
      '500 /imu@1000',
      '500 gap@3600000',
      '500 /imu@3600000',
      '1000 /imu@3601000',
    ]);
  });

  it('plays a silence out where it is told to', async () => {
    const clock = new HandClock();
    const replay = await replayOf(await landed([at(0), at(3600)]), clock, { gapMaxMs: 3_600_000 });
    expect(await played(replay, clock)).toEqual(['0 /imu@0', '3600000 /imu@3600000']);
  });

  it('stops while it waits when it is told to, and reads no more', async () => {
    const clock = new HandClock();
    const stop = new AbortController();
    const replay = await replayOf(await landed(messagesOf(50)), clock, { signal: stop.signal });
    clock.at(320, () => stop.abort());
    await expect(played(replay, clock)).rejects.toThrow('aborted');
    expect(replay.stats().messages).toBe(6);
  });

  it('passes on a fault of the store midway, after all messages before it', async () => {
    const clock = new HandClock();
    const drive = await landed(messagesOf(60), { chunkMessages: 10 });
    const [last] = [...drive.store.objects.keys()].slice(-1) as [string];
    drive.store.objects.delete(last);
    const replay = await replayOf(drive, clock, { speed: Number.POSITIVE_INFINITY });
    await expect(played(replay, clock)).rejects.toMatchObject({ code: 'not-found' });
  });
});
