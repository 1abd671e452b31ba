import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { driveEventsFrom } from './drive-events.ts';

const AT = '2026-01-01T00:00:00Z';
const AT_NS = '1767225600000000000';

describe('events of a sidecar', () => {
  it('are taken in order of time, by RFC 3339 or nanoseconds', () => {
    const later = { time: '1767225600000000001', kind: 'hard-brake', note: 'at the bridge' };
    expect(driveEventsFrom([later, { time: AT, kind: 'incident' }])).toEqual({
      events: [
        { time: AT_NS, kind: 'incident', note: null },
        { time: '1767225600000000001', kind: 'hard-brake', note: 'at the bridge' },
      ],
      notes: [],
    });
    expect(driveEventsFrom(undefined)).toEqual({ events: [], notes: [] });
  });

  it.each([
    ['a list', { time: AT, kind: 'x' }, /^events was not heeded: it is no list$/],
    ['objects', [7], /^events\[0\] was not heeded: it is no object$/],
    ['times that are text', [{ time: 1767225600000000000, kind: 'x' }], /its time is no text/],
    ['times that are times', [{ time: 'yesterday', kind: 'x' }], /"yesterday" is no time/],
    ['times within 64 bits', [{ time: '99999999999999999999', kind: 'x' }], /is no time/],
    ['kinds', [{ time: AT }], /its kind is no word/],
    ['kinds without slashes', [{ time: AT, kind: '../x' }], /its kind is no word/],
    ['notes that are text', [{ time: AT, kind: 'x', note: {} }], /its note is no text/],
    ['notes that are short', [{ time: AT, kind: 'x', note: 'x'.repeat(501) }], /its note is no text/],
  ])('must be %s, else that is noted', (_what, value, note) => {
    const { events, notes } = driveEventsFrom(value);
    expect(events).toEqual([]);
    expect(notes).toEqual([expect.stringMatching(note)]);
  });

  it('are a thousand at most, and of their faults the first few are told', () => {
    const many = driveEventsFrom(Array.from({ length: 3000 }, () => ({ time: AT, kind: 'x' })));
    expect(many.events.length).toBe(1000);
    expect(many.notes).toEqual(['of its 3000 events the first 1000 were heeded']);
    const wrong = driveEventsFrom(Array.from({ length: 50 }, () => null));
    expect(wrong.notes.length).toBe(11);
    expect(wrong.notes.at(-1)).toBe('40 more of its events were not heeded');
  });

  it('are never obeyed beyond that, whatever stands in them', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const { events, notes } = driveEventsFrom(value);
        expect(events.length).toBeLessThanOrEqual(1000);
        expect(notes.length).toBeLessThanOrEqual(12);
        for (const { time, kind } of events) expect(`${BigInt(time)}${kind}`).toMatch(/^\d+[\w.-]+$/);
      }),
    );
  });
});
