import { memoryLog } from '@pitlane/base/telemetry';
import { describe, expect, it } from 'vitest';
import { SpoolSpace } from './spool-space.ts';

const TOTAL = 1000;

function spaceWith(freeBytes: number) {
  const disk = { freeBytes, totalBytes: TOTAL };
  const telemetry = memoryLog();
  const space = new SpoolSpace({ spool: { disk: async () => disk }, warnPercent: 80, pausePercent: 95, telemetry });
  return { disk, telemetry, space };
}

describe("the room on the spool's disk", () => {
  it('is reserved before it is used, by all together, and never beyond the mark at which intake pauses', async () => {
    const { space } = spaceWith(500);
    const first = await space.reserve(300);
    expect(first).toBeDefined();
    expect(await space.reserve(151)).toBeUndefined();
    const second = await space.reserve(150);
    expect(await space.status()).toMatchObject({ reservedBytes: 450, usedPercent: 95, state: 'filling' });
    second?.[Symbol.dispose]();
    expect(await space.reserve(151)).toBeUndefined();
    first?.[Symbol.dispose]();
    expect(await space.status()).toMatchObject({ reservedBytes: 0, usedPercent: 50, state: 'ok' });
  });

  it('is given back as it is written, which the disk tells of by itself, and never twice', async () => {
    const { space, disk } = spaceWith(500);
    const room = await space.reserve(200);
    room?.wrote(120);
    disk.freeBytes -= 120;
    expect(await space.status()).toMatchObject({ reservedBytes: 80, usedPercent: 70 });
    room?.wrote(500);
    room?.[Symbol.dispose]();
    expect(await space.status()).toMatchObject({ reservedBytes: 0 });
  });

  it('is warned of once when it gets short, once more when intake pauses, and again after it was not', async () => {
    const { space, disk, telemetry } = spaceWith(500);
    for (const freeBytes of [199, 150, 49, 30, 500, 130]) {
      disk.freeBytes = freeBytes;
      await space.status();
    }
    expect(telemetry.events.map(({ event }) => event)).toEqual(['spool.filling', 'spool.paused', 'spool.filling']);
  });

  it('is full before it is full: an eighth of a small disk, and 64 MiB of any other, are not for what is cut', async () => {
    expect([await spaceWith(125).space.isFull(), await spaceWith(124).space.isFull()]).toEqual([false, true]);
    const { space, disk } = spaceWith(50);
    disk.totalBytes = 1e12;
    for (const [freeBytes, isFull] of [
      [64 * 1024 * 1024, false],
      [64 * 1024 * 1024 - 1, true],
    ] as const) {
      disk.freeBytes = freeBytes;
      expect(await space.isFull()).toBe(isFull);
    }
  });

  it('is nearly full when others filled it', async () => {
    expect(await spaceWith(126).space.isNearlyFull()).toBe(false);
    expect(await spaceWith(124).space.isNearlyFull()).toBe(true);
  });
});
