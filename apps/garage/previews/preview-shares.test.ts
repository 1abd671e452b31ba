import { MIB } from '@pitlane/base/bytes';
import { describe, expect, it } from 'vitest';
import type { InspectedFile } from '../drive-identity.ts';
import { previewPlan } from './preview-shares.ts';

const bounds = { previewMaxBytes: 16 * MIB, previewReadMaxBytes: 128 * MIB };

/** Logs of this size, one after another in time. */
const logs = (count: number, bytes: number): InspectedFile[] =>
  Array.from({ length: count }, (_, at) => {
    const file = { path: `${count - at}.mcap`, bytes, mtimeMs: 0 };
    return { file, format: {}, inspection: { startTimeNs: BigInt(at) } } as unknown as InspectedFile;
  });

describe('what may be read of a drive for its previews', () => {
  it('is a part of it, but some of a small one and never more than the setting', () => {
    const readOf = (count: number, bytes: number): number => previewPlan(logs(count, bytes), bounds).readBytesMax;
    expect(readOf(1, MIB)).toBe(8 * MIB);
    expect(readOf(2, 400 * MIB)).toBe(100 * MIB);
    expect(readOf(50, 2000 * MIB)).toBe(128 * MIB);
  });

  it('is shared by all logs of a drive of few, and leaves out what is none', () => {
    const note = { ...logs(1, 10)[0], format: undefined } as InspectedFile;
    const plan = previewPlan([...logs(3, 400 * MIB), note], bounds);
    expect([plan.files.length, plan.passedOver]).toEqual([3, []]);
    expect(plan.bytesMax).toBe(Math.floor((16 * MIB) / 3));
  });

  it('goes to logs spread over a drive of many, each with enough to be worth it', () => {
    const plan = previewPlan(logs(1000, 100 * MIB), bounds);
    expect([plan.files.length, plan.passedOver.length]).toEqual([32, 968]);
    const places = plan.files.map(({ inspection }) => Number(inspection?.startTimeNs));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(Math.max(...places.slice(1).map((place, i) => place - (places[i] as number)))).toBeLessThan(40);
    expect(plan.readBytesMax / plan.files.length).toBeGreaterThanOrEqual(4 * MIB);
  });

  it('is of every log where they are small', () => {
    expect(previewPlan(logs(1000, 5000), bounds).passedOver).toEqual([]);
  });
});
