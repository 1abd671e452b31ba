import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planText } from './plan-text.ts';
import { type PlanAsked, reckon } from './reckon.ts';

const asked = fc.record({
  cars: fc.integer({ min: 1, max: 500 }),
  bytesPerCar: fc.integer({ min: 1e9, max: 1e13 }),
  linkBitsPerSecond: fc.integer({ min: 1e6, max: 1e11 }),
  hoursPerDay: fc.integer({ min: 1, max: 24 }),
  keptShare: fc.constantFrom(0.3, 0.8, 1),
  spoolBytes: fc.integer({ min: 1e9, max: 1e15 }),
});

const day: PlanAsked = {
  cars: 20,
  bytesPerCar: 500e9,
  linkBitsPerSecond: 10e9,
  hoursPerDay: 12,
  keptShare: 0.8,
  spoolBytes: 60e12,
};

describe('the plan of a link', () => {
  it('says what twenty cars mean for ten gigabits', () => {
    const plan = reckon(day);
    expect(plan.hoursNeeded).toBeCloseTo(1.89, 2);
    expect(plan).toMatchObject({ backlogBytesPerDay: 0, carsCarried: 127, daysUntilSpoolIsFull: null });
    expect(planText(plan)).toContain('backlog: none');
  });

  it('has a backlog exactly when the link carries fewer cars than come, or one that needs more hours than it has', () => {
    fc.assert(
      fc.property(asked, (given) => {
        const plan = reckon(given);
        expect(plan.backlogBytesPerDay > 0).toBe(plan.hoursNeeded > given.hoursPerDay);
        if (plan.backlogBytesPerDay > 0) expect(plan.carsCarried).toBeLessThan(given.cars);
        expect(plan.bytesToSend - plan.backlogBytesPerDay).toBeLessThanOrEqual(plan.bytesTheLinkCarries * (1 + 1e-9));
      }),
    );
  });

  it('fills the spool when the backlog of so many days is more than it has room for, and not a day before', () => {
    fc.assert(
      fc.property(asked, (given) => {
        const { daysUntilSpoolIsFull: days, backlogBytesPerDay } = reckon(given);
        if (days === null) expect(backlogBytesPerDay).toBe(0);
        if (days === null) return;
        const room = given.spoolBytes - given.cars * given.bytesPerCar * given.keptShare;
        const kept = (backlogBytesPerDay * 1448) / 1538;
        expect(Number.isInteger(days)).toBe(true);
        if (days > 0) expect(days * kept).toBeLessThanOrEqual(room * (1 + 1e-9));
        expect((days + 1) * kept).toBeGreaterThanOrEqual(Math.min(room, kept) * (1 - 1e-9));
      }),
    );
  });

  it('knows that a day has no more than 24 hours', () => {
    expect(() => reckon({ ...day, hoursPerDay: 25 })).toThrow(/24/);
  });
});
