import { beforeEach, describe, expect, it } from 'vitest';
import { Backlog } from './backlog.ts';

let nowMs: number;
let backlog: Backlog;
beforeEach(() => {
  nowMs = 5_000;
  backlog = new Backlog({ monotonicMs: () => nowMs });
});

const toSend = (bytes: number, heldBytes = 0) => ({ bytes, chunks: bytes / 100, heldBytes });

describe('the backlog of a garage', () => {
  it('is nothing, and clear, when nothing is docked', () => {
    const none = { backlogBytes: 0, chunks: 0, bytesPerSecond: 0, linkBytesPerS: 0, clearsInSeconds: 0 };
    expect(backlog.status(toSend(0))).toEqual(none);
  });

  it('counts what docks have yet to cut and what is not in the store, and says when that is through', () => {
    backlog.told('a', { doneBytes: 0, totalBytes: 10_000 });
    expect(backlog.status(toSend(500))).toMatchObject({ backlogBytes: 10_500, chunks: 5, clearsInSeconds: null });
    backlog.told('a', { doneBytes: 1_000, totalBytes: 10_000 });
    backlog.sent(200);
    nowMs += 10_000;
    backlog.told('a', { doneBytes: 4_000, totalBytes: 10_000 });
    backlog.told('b', { doneBytes: 1_000, totalBytes: 2_000 });
    expect(backlog.status(toSend(200))).toMatchObject({
      backlogBytes: 7_200,
      bytesPerSecond: 500,
      linkBytesPerS: 20,
      clearsInSeconds: 14,
    });
    expect(backlog.status(toSend(500)).clearsInSeconds).toBe(25);
    backlog.ended('b');
    expect(backlog.status(toSend(0)).backlogBytes).toBe(6_000);
  });

  it('tells when all is cut and the link alone is waited for, and does not wait for what is held', () => {
    backlog.sent(1_000);
    nowMs += 1_000;
    expect(backlog.status(toSend(5_000)).clearsInSeconds).toBe(5);
    expect(backlog.status(toSend(5_000, 4_000))).toMatchObject({ backlogBytes: 5_000, clearsInSeconds: 1 });
  });

  it('forgets how fast it was a minute ago', () => {
    backlog.told('a', { doneBytes: 4_000, totalBytes: 10_000 });
    backlog.sent(4_000);
    nowMs += 60_001;
    expect(backlog.status(toSend(0))).toMatchObject({ bytesPerSecond: 0, linkBytesPerS: 0, clearsInSeconds: null });
  });
});
