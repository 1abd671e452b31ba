/** The bay watch where a place is more than a path: drives that were uploaded, and disks that say who they are. */
import { silentLog } from '@pitlane/base/telemetry';
import type { DriveSource } from '@pitlane/ports/drive-source';
import type { DiskEntry } from '@pitlane/ports/journal';
import { beforeEach, expect, it } from 'vitest';
import type { DockEvent, DockRequest, DriveResult } from '../dock-result.ts';
import type { Arrival } from '../uploads/uploads.ts';
import type { Bay } from './bay.ts';
import { CHANGING_MAX_MS, STILL_MS } from './disk.ts';
import { DiskIdentities } from './identity/disk-identities.ts';
import { unknownHealth } from './identity/smart-verdict.ts';
import { uploadsBay } from './uploads-bay.ts';
import { BayWatch } from './watch-bays.ts';

const ROOT = '/srv/uploads/drives';
const UPLOADS = uploadsBay(ROOT);

let nowMs: number;
/** Paths of folders that hold a file each. */
let disks: Set<string>;
/** Of the disks at these paths. */
let serials: Map<string, string>;
let arrival: Arrival;
let docked: DockRequest[];
let ends: ((event: DockEvent) => void)[];
let known: Map<string, DiskEntry>;

beforeEach(() => {
  nowMs = 1_000_000;
  [disks, serials, known] = [new Set(), new Map(), new Map()];
  arrival = 'unknown';
  [docked, ends] = [[], []];
});

const source = {
  list: async (root: string) => (disks.has(root) ? [{ path: 'a.mcap', bytes: 1, mtimeMs: 7 }] : []),
  async folders(root: string) {
    const below = [...disks].filter((path) => path.startsWith(`${root}/`)).map((path) => path.slice(root.length + 1));
    return [...new Set(below.map((path) => path.split('/')[0] as string))];
  },
} as unknown as DriveSource;

const deviceAt = (path: string) => {
  const serial = serials.get(path);
  return serial === undefined
    ? undefined
    : { device: `/dev/${serial}`, model: 'SSD', serial, bytes: 2e12, transport: 'sata' };
};

const watchOf = (...bays: Bay[]): BayWatch =>
  new BayWatch({
    bays,
    source,
    clock: { nowMs: () => nowMs, monotonicMs: () => nowMs },
    wait: async () => {},
    notify: () => ({ [Symbol.dispose]: () => {} }),
    telemetry: silentLog,
    async *dock(request) {
      docked.push(request);
      yield await new Promise<DockEvent>((resolve) => ends.push(resolve));
    },
    arrival: async () => arrival,
    identities: new DiskIdentities({
      probe: {
        device: async (path) => deviceAt(path),
        smart: async () => ({ health: unknownHealth('it is a test'), model: null, serial: null }),
      },
      journal: { putDisk: (disk) => void known.set(disk.serial, disk), disk: (serial) => known.get(serial) },
      ownPaths: ['/'],
      clock: { nowMs: () => nowMs, monotonicMs: () => nowMs },
      telemetry: silentLog,
    }),
    docks: () => [],
  });

async function lookAfter(watch: BayWatch, ms: number) {
  nowMs += ms;
  await watch.look();
  await new Promise((resolve) => setImmediate(resolve));
  return watch.status()[0]?.disks[0];
}

async function end(vehicleId: string): Promise<void> {
  const drive = { driveId: 'drive-1', vehicleId, receiptId: 'r', skipped: [], loss: [] } as unknown as DriveResult;
  ends.at(-1)?.({ type: 'done', dockId: 'dock-1', drives: [drive] });
  await new Promise((resolve) => setImmediate(resolve));
}

it('an uploaded drive waits for what is on its way, is docked at once when it is whole, and nobody pulls it', async () => {
  const watch = watchOf(UPLOADS);
  expect(watch.status()).toEqual([]);
  disks.add(`${ROOT}/car-47/run-1`);
  arrival = 'under-way';
  await lookAfter(watch, 0);
  expect(await lookAfter(watch, STILL_MS + CHANGING_MAX_MS)).toMatchObject({
    state: 'settling',
    text: expect.stringMatching(/more of it is being uploaded/) as string,
  });
  expect(docked).toEqual([]);
  arrival = 'complete';
  expect(await lookAfter(watch, 0)).toMatchObject({
    state: 'docking',
    text: expect.stringMatching(/the laptop may go/) as string,
  });
  expect(docked).toMatchObject([{ path: `${ROOT}/car-47/run-1`, vehicleId: 'car-47' }]);
  await end('car-47');
  expect(watch.status()).toMatchObject([
    {
      bay: 'uploads',
      disks: [
        {
          state: 'done',
          safeToPull: false,
          safeToWipe: false,
          safeToPullAtMs: null,
          text: 'in the store and signed for: `pitlane retire drive-1` frees what was uploaded',
        },
      ],
    },
  ]);
  disks.clear();
  await lookAfter(watch, 0);
  expect(watch.status()).toEqual([]);
});

it('an uploaded drive of which nothing is known is docked when it has stood still', async () => {
  const watch = watchOf(UPLOADS);
  disks.add(`${ROOT}/car-1/run-1`);
  await lookAfter(watch, 0);
  await lookAfter(watch, STILL_MS - 1);
  expect(docked).toEqual([]);
  await lookAfter(watch, 1);
  expect(docked.length).toBe(1);
});

it('a disk is told with its hardware and the car that it was of last, and a bay of another car warns', async () => {
  const first = watchOf({ id: 'bay-1', path: '/media/bay-1', vehicleId: 'car-47' });
  disks.add('/media/bay-1');
  serials.set('/media/bay-1', 'S3Z9');
  await lookAfter(first, 0);
  await lookAfter(first, STILL_MS);
  await end('car-47');
  expect(await lookAfter(first, 0)).toMatchObject({
    device: '/dev/S3Z9',
    serial: 'S3Z9',
    health: { verdict: 'unknown' },
    lastVehicleIds: ['car-47'],
    warning: null,
  });
  const second = watchOf({ id: 'bay-2', path: '/media/bay-2', vehicleId: 'car-9' });
  disks.add('/media/bay-2');
  serials.set('/media/bay-2', 'S3Z9');
  expect(await lookAfter(second, 0)).toMatchObject({
    warning: 'disk S3Z9 was last of car-47, and is docked for car-9: check that it is in the right bay',
  });
});

it('a disk that says nothing of itself is docked all the same', async () => {
  const watch = watchOf({ id: 'bay-1', path: '/media/bay-1' });
  disks.add('/media/bay-1');
  await lookAfter(watch, 0);
  expect(await lookAfter(watch, STILL_MS)).toMatchObject({ state: 'docking', device: null, health: null });
});
