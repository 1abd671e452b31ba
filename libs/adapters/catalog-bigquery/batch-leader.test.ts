import { PitlaneError } from '@pitlane/base/errors';
import { DriveBuilder } from '@pitlane/ports/catalog/contract-facts';
import { beforeEach, describe, expect, it } from 'vitest';
import { BatchLeader, BATCHES } from './batch-leader.ts';
import type { NumberedEvent } from './batch-rows.ts';
import { HandTimers } from './hand-timers.fixture.ts';
import { SeqClock } from './seq-clock.ts';

const drive = new DriveBuilder('drive-a');

describe('the leader of batches', () => {
  let timers: HandTimers;
  let batches: (readonly NumberedEvent[])[];
  let settled: string[];
  let finish: ((error?: Error) => void) | undefined;

  const leader = (settings = {}) =>
    new BatchLeader({ ...BATCHES, ...settings }, timers, new SeqClock(timers, 0), (events) => {
      batches.push(events);
      return new Promise((resolve, reject) => {
        finish = (error) => (error ? reject(error) : resolve());
      });
    });
  const append = (to: BatchLeader, name: string) =>
    to.append([drive.preview(name)]).then(
      () => settled.push(name),
      () => settled.push(`${name} failed`),
    );
  const ended = async (error?: Error) => {
    finish?.(error);
    await timers.turn(0);
  };

  beforeEach(() => {
    timers = new HandTimers();
    batches = [];
    settled = [];
  });

  it('loads what came within a second, and no more until a minute after that', async () => {
    const one = leader();
    void append(one, 'a');
    void append(one, 'b');
    await timers.turn(999);
    expect(batches.length).toBe(0);
    await timers.turn(1);
    expect(batches.map((batch) => batch.length)).toEqual([2]);
    await ended();
    void append(one, 'c');
    await timers.turn(59_999);
    expect(batches.length).toBe(1);
    await timers.turn(1);
    expect(batches.length).toBe(2);
  });

  it('loads at once when enough bytes wait', async () => {
    const one = leader({ bytesMax: JSON.stringify(drive.preview('a')).length + 1 });
    void append(one, 'a');
    void append(one, 'b');
    await timers.turn(0);
    expect(batches.map((batch) => batch.length)).toEqual([2]);
  });

  it('answers its callers only when the batch is loaded, and gathers the next meanwhile', async () => {
    const one = leader();
    void append(one, 'a');
    await timers.turn(1000);
    void append(one, 'b');
    await timers.turn(120_000);
    expect([batches.length, settled]).toEqual([1, []]);
    await ended();
    expect(settled).toEqual(['a']);
    await timers.turn(1000);
    await ended();
    expect(settled).toEqual(['a', 'b']);
  });

  it('tells every caller of a batch that failed, and goes on with the next', async () => {
    const one = leader();
    void append(one, 'a');
    void append(one, 'b');
    await timers.turn(1000);
    await ended(new PitlaneError('unavailable', 'away'));
    expect(settled).toEqual(['a failed', 'b failed']);
    void append(one, 'c');
    await timers.turn(60_000);
    await ended();
    expect(settled.at(-1)).toBe('c');
  });

  it('loads what waits when it is closed, and refuses more than may wait', async () => {
    const one = leader({ waitingBytesMax: 500 });
    void append(one, 'a');
    expect(() => one.append([drive.preview('b')])).toThrow('append later');
    const closed = one.close();
    await timers.turn(0);
    await ended();
    await closed;
    expect(settled).toEqual(['a']);
  });
});
