import { describe, expect, it } from 'vitest';
import { type Drive, newsOf, ratioOf, renewed, withMore } from './drive-rows.ts';

const drive = (driveId: string, changes: Partial<Drive> = {}): Drive => ({
  driveId,
  vehicleId: 'car-1',
  tenant: 'default',
  state: 'indexed',
  startTime: null,
  endTime: null,
  recordings: 1,
  chunks: 1,
  messages: 1,
  bytesIn: 1000,
  bytesLanded: 400,
  bytesLost: 0,
  receiptId: null,
  ...changes,
});
const idsOf = ({ drives }: { drives: readonly Drive[] }) => drives.map(({ driveId }) => driveId).join('');

describe('rows of drives', () => {
  it('go on behind a page, each drive once', () => {
    const more = withMore([drive('a'), drive('b')], { drives: [drive('b'), drive('c')], next: 'n' });
    expect([idsOf(more), more.next]).toEqual(['abc', 'n']);
  });

  it('are renewed from the first on, and keep what one answer does not hold', () => {
    const before = { drives: ['a', 'b', 'c', 'd'].map((id) => drive(id)), next: 'far' };
    const after = renewed(before, { drives: [drive('new'), drive('a')], next: 'near' });
    expect([idsOf(after), after.next]).toEqual(['newacd', 'far']);
    expect(renewed(before, { drives: [drive('a')], next: null })).toEqual({ drives: [drive('a')], next: null });
  });

  it('tell what moved and what came, and count what would be too much to hear', () => {
    const before = [drive('a', { state: 'chunked' }), drive('b')];
    expect(newsOf(before, [drive('a'), drive('b')])).toBe('car-1: drive a is indexed.');
    expect(newsOf(before, before)).toBe('');
    expect(
      newsOf(
        [],
        ['a', 'b', 'c', 'd', 'e'].map((id) => drive(id)),
      ),
    ).toMatch(/drive c is indexed\. And 2 more\.$/);
  });

  it('give a ratio only of what has landed whole', () => {
    expect(ratioOf(drive('a'))).toBe('2.50 : 1');
    expect(ratioOf(drive('a', { bytesLanded: 1, bytesIn: 123_456 }))).toBe('123,456 : 1');
    expect(ratioOf(drive('a', { state: 'shipped' }))).toBe('');
    expect(ratioOf(drive('a', { bytesLanded: 0 }))).toBe('');
  });
});
