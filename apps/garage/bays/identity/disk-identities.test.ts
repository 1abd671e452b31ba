import { memoryLog } from '@pitlane/base/telemetry';
import type { DiskEntry } from '@pitlane/ports/journal';
import { beforeEach, expect, it } from 'vitest';
import type { BlockDevice } from './block-device.ts';
import { DiskIdentities, SMART_EVERY_MS, UNIDENTIFIED } from './disk-identities.ts';
import { type SmartReport, smartReportFrom } from './smart-verdict.ts';
import { ataAnswer } from './smartctl-output.fixture.ts';

const PATH = '/media/bay-1';
const DEVICE: BlockDevice = { device: '/dev/sdb', model: 'bridge', serial: 'BRIDGE', bytes: 1, transport: 'usb' };

let device: BlockDevice | undefined;
/** The machine's. */
let own: BlockDevice | undefined;
let smartAsked: number;
let answer: () => Promise<SmartReport>;
let nowMs: number;
let known: Map<string, DiskEntry>;
let log: ReturnType<typeof memoryLog>;
let identities: DiskIdentities;

beforeEach(() => {
  device = DEVICE;
  own = undefined;
  smartAsked = 0;
  answer = async () => smartReportFrom(ataAnswer());
  nowMs = 0;
  known = new Map();
  log = memoryLog();
  identities = new DiskIdentities({
    probe: {
      device: async (path) => (path === '/' ? own : device),
      smart: () => {
        smartAsked += 1;
        return answer();
      },
    },
    journal: { putDisk: (disk) => void known.set(disk.serial, disk), disk: (serial) => known.get(serial) },
    ownPaths: ['/'],
    clock: { nowMs: () => nowMs, monotonicMs: () => nowMs },
    telemetry: log,
  });
});

it('a disk is known by its own serial rather than that of a bridge, and asked for its health now and then alone', async () => {
  expect(identities.of(PATH, undefined)).toBe(UNIDENTIFIED);
  for (let look = 0; look < 5; look += 1) await identities.look(PATH);
  expect(smartAsked).toBe(1);
  expect(identities.of(PATH, undefined)).toMatchObject({
    device: '/dev/sdb',
    serial: 'S3Z9NB0K123456A',
    model: 'Samsung SSD 870 EVO 2TB',
    health: { verdict: 'healthy' },
  });
  nowMs = SMART_EVERY_MS;
  await identities.look(PATH);
  expect(smartAsked).toBe(2);
});

it('another disk in its place is another disk, and one that left is forgotten', async () => {
  await identities.look(PATH);
  device = { ...DEVICE, serial: 'OTHER' };
  answer = async () => ({ ...smartReportFrom({}), serial: null });
  await identities.look(PATH);
  expect([smartAsked, identities.of(PATH, undefined).serial]).toEqual([2, 'OTHER']);
  device = undefined;
  await identities.look(PATH);
  expect(identities.of(PATH, undefined)).toBe(UNIDENTIFIED);
});

it('a disk that hangs holds up nobody, and is asked once until it answers', async () => {
  let release = (): void => {};
  answer = () => new Promise((resolve) => (release = () => resolve(smartReportFrom(ataAnswer()))));
  const looks = [identities.look(PATH), identities.look(PATH)];
  await new Promise((resolve) => setImmediate(resolve));
  expect(identities.of(PATH, undefined)).toMatchObject({ serial: 'BRIDGE', health: null });
  expect(smartAsked).toBe(1);
  release();
  await Promise.all(looks);
  expect(identities.of(PATH, undefined).health).toMatchObject({ verdict: 'healthy' });
});

it('a disk is remembered with the cars of its last drives, and warned of in the bay of another', async () => {
  await identities.look(PATH);
  identities.docking(PATH)(['car-47', 'car-47', 'unknown']);
  expect([...known.values()]).toEqual([
    { serial: 'S3Z9NB0K123456A', model: 'Samsung SSD 870 EVO 2TB', vehicleIds: ['car-47'], dockedAtMs: 0 },
  ]);
  expect(identities.of(PATH, 'car-47')).toMatchObject({ lastVehicleIds: ['car-47'], warning: null });
  expect(identities.of(PATH, undefined)).toMatchObject({ warning: null });
  expect(identities.of(PATH, 'car-9').warning).toMatch(/was last of car-47, and is docked for car-9/);
  identities.docking(PATH)(['car-9']);
  expect(identities.of(PATH, undefined)).toMatchObject({ lastVehicleIds: ['car-9'] });
  expect(identities.of(PATH, undefined).warning).toMatch(/was last of car-47, and is docked for car-9/);
  expect(log.events.map(({ event }) => event)).toEqual(['disk.of-another-vehicle']);
});

it('a disk that left as soon as it might is remembered when its drives are done', async () => {
  await identities.look(PATH);
  const remember = identities.docking(PATH);
  identities.left(PATH);
  device = { ...DEVICE, serial: 'OTHER' };
  answer = async () => smartReportFrom({});
  await identities.look(PATH);
  remember(['car-47']);
  expect([...known.keys()]).toEqual(['S3Z9NB0K123456A']);
  expect(identities.of(PATH, 'car-9').warning).toBeNull();
});

it("the machine's own disk, and one on which several bays lie, is of no car", async () => {
  own = DEVICE;
  await identities.look(PATH);
  identities.docking(PATH)(['car-47']);
  expect([known.size, identities.of(PATH, 'car-9')]).toMatchObject([0, { serial: 'S3Z9NB0K123456A', warning: null }]);
  own = undefined;
  identities.left(PATH);
  for (const path of [PATH, '/media/bay-2']) await identities.look(path);
  identities.docking(PATH)(['car-47']);
  expect(known.size).toBe(0);
});

it('a disk that is no hardware is not asked, and a machine that tells nothing is told of once a look', async () => {
  device = { ...DEVICE, transport: null };
  await identities.look(PATH);
  expect([smartAsked, identities.of(PATH, undefined).health]).toEqual([0, null]);
  const silent = new DiskIdentities({
    probe: { device: () => Promise.reject(new Error('no such table')), smart: answer },
    journal: { putDisk: () => expect.fail('nothing is known of it'), disk: () => undefined },
    ownPaths: [],
    clock: { nowMs: () => 0, monotonicMs: () => 0 },
    telemetry: log,
  });
  await silent.look(PATH);
  silent.docking(PATH)(['car-1']);
  expect(silent.of(PATH, 'car-1')).toBe(UNIDENTIFIED);
});

it('a disk that fails is told of when it is seen', async () => {
  answer = async () => smartReportFrom(ataAnswer({ reallocated: 12 }));
  await identities.look(PATH);
  expect(log.events).toMatchObject([{ level: 'warn', event: 'disk.failing' }]);
});
