import { describe, expect, it } from 'vitest';
import type { BacklogAnswer } from './board-answers.ts';
import { backlogGauge, linkGauge, spoolGauge, textFromRate } from './gauges.ts';

const NOW_MS = Date.UTC(2026, 2, 12, 15, 10);
const backlog = (changes: Partial<BacklogAnswer> = {}): BacklogAnswer => ({
  backlogBytes: 5.5e12,
  linkBytesPerS: 8.1e9 / 8,
  clearsInSeconds: 5400,
  capBytesPerS: 10e9 / 8,
  ...changes,
});

describe('the gauges', () => {
  it('say how fast the link goes of how much, and when all is through', () => {
    expect(linkGauge(backlog(), NOW_MS, 'UTC')).toMatchObject({ value: '8.1 of 10 Gbit/s', share: 0.81 });
    expect(backlogGauge(backlog(), NOW_MS, 'UTC')).toMatchObject({
      value: '5.50 TB to send',
      note: 'drained at 16:40',
    });
    expect(
      backlogGauge(backlog({ clearsAt: `${NOW_MS + 60_000}000000`, oldestWaitingMs: 720_000 }), NOW_MS, 'UTC').note,
    ).toBe('drained at 15:11, oldest 12 min');
  });

  it('say that the cloud is away since when, and that the garage goes on', () => {
    const away = backlog({
      isCloudAway: true,
      cloudAwaySince: `${NOW_MS - 600_000}000000`,
      linkBytesPerS: 0,
      clearsInSeconds: null,
    });
    expect(linkGauge(away, NOW_MS, 'UTC')).toMatchObject({
      value: 'Cloud away',
      note: 'since 15:00: go on docking',
      tone: 'bad',
    });
    expect(backlogGauge(away, NOW_MS, 'UTC').note).toBe('when the cloud is back');
  });

  it('say what is quiet, and what is not known', () => {
    expect(linkGauge(backlog({ linkBytesPerS: 0 }), NOW_MS).note).toBe('Nothing is being sent');
    expect(backlogGauge(backlog({ backlogBytes: 0 }), NOW_MS).value).toBe('Nothing waits');
    expect(backlogGauge(backlog({ clearsInSeconds: null }), NOW_MS).note).toBe('nothing moves');
    for (const gauge of [spoolGauge(undefined), linkGauge(undefined, NOW_MS), backlogGauge(undefined, NOW_MS)])
      expect(gauge.value).toBe('–');
  });

  it('say when the spool fills up, and when nothing is taken in', () => {
    const spool = (state: string) => spoolGauge({ usedPercent: 95.9, freeBytes: 41e9, state });
    expect(spool('ok')).toMatchObject({ value: '95 % full', note: '41.0 GB free', tone: 'going' });
    expect(spool('filling').tone).toBe('warn');
    expect(spool('paused')).toMatchObject({ note: '41.0 GB free: nothing more is taken in', tone: 'bad' });
  });

  it('give rates in the unit of the link', () => {
    expect(textFromRate(12.5e6, null)).toBe('100 Mbit/s');
    expect(textFromRate(12.5e6, 1.25e9)).toBe('0.1 of 10 Gbit/s');
    expect(textFromRate(0, null)).toBe('0 Mbit/s');
  });
});
