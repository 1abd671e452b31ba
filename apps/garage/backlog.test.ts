import { beforeEach, describe, expect, it } from 'vitest';
import { Backlog } from './backlog.ts';

let nowMs: number;
let backlog: Backlog;
beforeEach(() => {
  nowMs = 5_000;
  backlog = new Backlog({ monotonicMs: () => nowMs });
});

describe('the backlog of a garage', () => {
  it('is nothing, and clear, when nothing is docked', () => {
    expect(backlog.status(0)).toEqual({ backlogBytes: 0, bytesPerSecond: 0, clearsInSeconds: 0 });
  });

  it('counts what docks have yet to cut and what has not landed, and says when that is through', () => {
    backlog.told('a', { doneBytes: 0, totalBytes: 10_000 });
    expect(backlog.status(500)).toEqual({ backlogBytes: 10_500, bytesPerSecond: 0, clearsInSeconds: null });
    backlog.told('a', { doneBytes: 1_000, totalBytes: 10_000 });
    nowMs += 10_000;
    backlog.told('a', { doneBytes: 4_000, totalBytes: 10_000 });
    backlog.told('b', { doneBytes: 1_000, totalBytes: 2_000 });
    expect(backlog.status(500)).toEqual({ backlogBytes: 7_500, bytesPerSecond: 500, clearsInSeconds: 15 });
    backlog.ended('b');
    expect(backlog.status(0).backlogBytes).toBe(6_000);
  });

  it('forgets how fast it was a minute ago', () => {
    backlog.told('a', { doneBytes: 4_000, totalBytes: 10_000 });
    nowMs += 60_001;
    expect(backlog.status(0)).toMatchObject({ bytesPerSecond: 0, clearsInSeconds: null });
  });
});
