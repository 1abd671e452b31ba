import { PitlaneError } from '@pitlane/base/errors';
import { silentLog } from '@pitlane/base/telemetry';
import type { DockEntry } from '@pitlane/ports/journal';
import type { DriveSource, SourceFile } from '@pitlane/ports/drive-source';
import { beforeEach, expect, it } from 'vitest';
import type { DockEvent, DockRequest, DriveResult } from '../dock-result.ts';
import type { Bay, DiskStatus } from './bay.ts';
import { AGAIN_MS, CHANGING_MAX_MS, STILL_MS } from './disk.ts';
import { DiskIdentities } from './identity/disk-identities.ts';
import { BayWatch, type Notify } from './watch-bays.ts';

const YEARS_MS = 10 * 365 * 86_400_000;
const BAY: Bay = { id: 'bay-1', path: '/media/bay-1' };

/** By path of the disk, its files with their sizes, below 0 for a link; nothing there where it is absent. */
let disks: Map<string, Record<string, number>>;
let nowMs: number;
/** What the wall clock was set ahead by. */
let aheadMs: number;
/** What looking at any disk fails with. */
let trouble: PitlaneError | undefined;
let docked: DockRequest[];
let journal: DockEntry[];
/** Answers of the garage, one a dock; each event is told when it is let go. */
let ends: ((event: DockEvent) => void)[];

beforeEach(() => {
  disks = new Map();
  [nowMs, aheadMs] = [1_000_000, 0];
  trouble = undefined;
  docked = [];
  journal = [];
  ends = [];
});

const source = {
  async list(root: string): Promise<readonly SourceFile[]> {
    if (trouble) throw trouble;
    const files = disks.get(root);
    if (!files) throw new PitlaneError('not-found', `there is no ${root}`);
    return Object.entries(files).map(([path, bytes]) => ({
      path,
      bytes,
      mtimeMs: 7,
      ...(bytes < 0 && { skipped: 'a link' }),
    }));
  },
  async folders(root: string): Promise<readonly string[]> {
    return [...disks.keys()].filter((path) => path.startsWith(`${root}/`)).map((path) => path.slice(root.length + 1));
  },
} as DriveSource;

async function* dock(request: DockRequest): AsyncGenerator<DockEvent> {
  docked.push(request);
  yield await new Promise<DockEvent>((resolve) => ends.push(resolve));
}

/** How often it was told that the bays have changed. */
let changes = 0;
const quiet: Notify = () => ({ [Symbol.dispose]: () => {} });

/** On which no hardware shows. */
const identities = new DiskIdentities({
  probe: { device: async () => undefined, smart: () => expect.fail('there is nothing to ask') },
  journal: { putDisk: () => {}, disk: () => undefined },
  ownPaths: [],
  clock: { nowMs: () => nowMs, monotonicMs: () => nowMs },
  telemetry: silentLog,
});

const watchOf = (bays: readonly Bay[] = [BAY]): BayWatch =>
  new BayWatch({
    identities,
    bays,
    source,
    clock: { nowMs: () => nowMs + aheadMs, monotonicMs: () => nowMs },
    wait: async () => {},
    notify: quiet,
    telemetry: silentLog,
    dock,
    docks: () => journal,
    onChanged: () => (changes += 1),
  });

const diskIn = (watch: BayWatch): DiskStatus | undefined => watch.status()[0]?.disks[0];

async function lookAfter(watch: BayWatch, ms: number): Promise<DiskStatus | undefined> {
  nowMs += ms;
  await watch.look();
  return diskIn(watch);
}

const result = (more: Partial<DriveResult> = {}): DriveResult =>
  ({ driveId: 'drive-1', receiptId: 'r', skipped: [], loss: [], ...more }) as unknown as DriveResult;

/** Ends the newest dock, and lets the watch hear of it. */
async function end(event: DockEvent): Promise<void> {
  ends.at(-1)?.(event);
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

const done = (...drives: DriveResult[]): DockEvent => ({ type: 'done', dockId: 'dock-1', drives });
const failed: DockEvent = { type: 'failed', dockId: 'dock-1', code: 'unavailable', message: 'the store is away' };

it('a bay without a disk is empty, and nothing is docked', async () => {
  const watch = watchOf();
  expect(await lookAfter(watch, STILL_MS)).toBeUndefined();
  disks.set(BAY.path, {});
  expect(await lookAfter(watch, STILL_MS)).toBeUndefined();
  expect(docked).toEqual([]);
});

it('a disk is docked when it has stood still for its time, and not before', async () => {
  const watch = watchOf([{ ...BAY, vehicleId: 'car-47' }]);
  disks.set(BAY.path, { 'a.mcap': 1 });
  expect(await lookAfter(watch, 0)).toMatchObject({ state: 'settling', files: 1, bytes: 1, safeToPull: false });
  disks.set(BAY.path, { 'a.mcap': 2 });
  await lookAfter(watch, STILL_MS - 1);
  expect(await lookAfter(watch, STILL_MS - 1)).toMatchObject({ state: 'settling' });
  expect(docked).toEqual([]);
  expect(await lookAfter(watch, 1)).toMatchObject({
    state: 'docking',
    text: expect.stringMatching(/leave it in/) as string,
  });
  expect(docked).toMatchObject([{ path: BAY.path, vehicleId: 'car-47', listing: expect.any(String) as string }]);
  await lookAfter(watch, STILL_MS);
  expect(docked.length).toBe(1);
});

it.each([-YEARS_MS, YEARS_MS])('a clock that is set by %i ms takes no disk sooner or later', async (setMs) => {
  const watch = watchOf();
  disks.set(BAY.path, { 'a.mcap': 1 });
  await lookAfter(watch, 0);
  aheadMs = setMs;
  expect(await lookAfter(watch, STILL_MS - 1)).toMatchObject({ state: 'settling' });
  expect(await lookAfter(watch, 1)).toMatchObject({ state: 'docking', sinceMs: nowMs + setMs });
  await end(failed);
  aheadMs = 0;
  expect(await lookAfter(watch, AGAIN_MS - 1)).toMatchObject({ state: 'failed' });
  expect(await lookAfter(watch, 1)).toMatchObject({ state: 'docking' });
});

it('a disk that never stands still is docked all the same after a while', async () => {
  const watch = watchOf();
  for (let bytes = 1; docked.length === 0; bytes += 1) {
    disks.set(BAY.path, { 'growing.mcap': bytes });
    await lookAfter(watch, STILL_MS / 2);
    expect(nowMs).toBeLessThan(1_000_000 + CHANGING_MAX_MS + 2 * STILL_MS);
  }
  expect(nowMs).toBeGreaterThanOrEqual(1_000_000 + CHANGING_MAX_MS);
});

it('a disk that is signed for is safe to pull, and safe to wipe unless something on it was passed over', async () => {
  const watch = watchOf();
  disks.set(BAY.path, { 'a.mcap': 1, 'a-link': -1 });
  await lookAfter(watch, 0);
  await lookAfter(watch, STILL_MS);
  await end(done(result()));
  expect(diskIn(watch)).toMatchObject({ state: 'done', driveIds: ['drive-1'], safeToPull: true, safeToWipe: false });
  disks.set(BAY.path, { 'a.mcap': 1, 'b.mcap': 1 });
  expect(await lookAfter(watch, 0)).toMatchObject({ state: 'settling', driveIds: [], safeToPull: false });
  await lookAfter(watch, STILL_MS);
  await end(done(result()));
  expect(diskIn(watch)).toMatchObject({ state: 'done', safeToPull: true, safeToWipe: true });
  await lookAfter(watch, STILL_MS);
  expect(docked.length).toBe(2);
});

it('a disk that failed is tried again while it is there, and at once when it changed', async () => {
  const watch = watchOf();
  disks.set(BAY.path, { 'a.mcap': 1 });
  await lookAfter(watch, 0);
  await lookAfter(watch, STILL_MS);
  await end(failed);
  expect(diskIn(watch)).toMatchObject({
    state: 'failed',
    safeToPull: false,
    text: expect.stringMatching(/^the store is away; tried again in 300 s$/) as string,
  });
  await lookAfter(watch, AGAIN_MS - 1);
  expect(docked.length).toBe(1);
  await lookAfter(watch, 1);
  expect(docked.length).toBe(2);
  await end(failed);
  disks.set(BAY.path, { 'a.mcap': 5 });
  expect(await lookAfter(watch, 0)).toMatchObject({ state: 'settling' });
});

it('a disk that is pulled early says so, and is docked again when it is back', async () => {
  const watch = watchOf();
  disks.set(BAY.path, { 'a.mcap': 1 });
  await lookAfter(watch, 0);
  await lookAfter(watch, STILL_MS);
  const files = disks.get(BAY.path) as Record<string, number>;
  disks.delete(BAY.path);
  expect(await lookAfter(watch, 1000)).toMatchObject({ state: 'pulled', safeToPull: false });
  await end(failed);
  expect(await lookAfter(watch, 1000)).toMatchObject({
    state: 'pulled',
    text: expect.stringMatching(/put it back/) as string,
  });
  disks.set(BAY.path, files);
  expect(await lookAfter(watch, 1000)).toMatchObject({ state: 'settling' });
  await lookAfter(watch, STILL_MS);
  expect(docked.length).toBe(2);
});

it('a disk whose docking fails because it was pulled was pulled early, whoever sees that first', async () => {
  const watch = watchOf();
  disks.set(BAY.path, { 'a.mcap': 1 });
  await lookAfter(watch, 0);
  await lookAfter(watch, STILL_MS);
  disks.delete(BAY.path);
  await end(failed);
  expect(await lookAfter(watch, 1000)).toMatchObject({ state: 'pulled', safeToPull: false });
});

const staged = (safeToPull: boolean): DockEvent => ({
  type: 'staged',
  dockId: 'dock-1',
  path: BAY.path,
  safeToPull,
  text: '1 file, 4.0 GB copied and read back',
});

it('a disk that leaves when it is copied was not pulled early, and its bay is free', async () => {
  const watch = watchOf();
  disks.set(BAY.path, { 'a.mcap': 1 });
  await lookAfter(watch, 0);
  await lookAfter(watch, STILL_MS);
  await end(staged(true));
  disks.delete(BAY.path);
  expect(await lookAfter(watch, 1000)).toBeUndefined();
  disks.set(BAY.path, { 'other.mcap': 2 });
  await lookAfter(watch, 1000);
  expect(await lookAfter(watch, STILL_MS)).toMatchObject({ state: 'docking' });
  expect(docked.length).toBe(2);
});

it('a bay that cannot be looked into says why, and what was in it has not left', async () => {
  const watch = watchOf();
  disks.set(BAY.path, { 'a.mcap': 1 });
  await lookAfter(watch, 0);
  await lookAfter(watch, STILL_MS);
  trouble = new PitlaneError('unavailable', 'EIO');
  expect(await lookAfter(watch, 1000)).toMatchObject({ state: 'docking' });
  expect(watch.status()[0]?.fault).toBe('EIO');
  trouble = undefined;
  await lookAfter(watch, 1000);
  expect(watch.status()[0]?.fault).toBeNull();
});

it('a disk that left when it was done is forgotten, and another takes its place', async () => {
  const watch = watchOf();
  disks.set(BAY.path, { 'a.mcap': 1 });
  await lookAfter(watch, 0);
  await lookAfter(watch, STILL_MS);
  await end(done(result()));
  disks.delete(BAY.path);
  expect(await lookAfter(watch, 1000)).toBeUndefined();
  disks.set(BAY.path, { 'other.mcap': 1 });
  expect(await lookAfter(watch, 1000)).toMatchObject({ state: 'settling' });
});

it('a disk that the journal knows as done is not docked again after a restart, and what changed on it is', async () => {
  const before = watchOf();
  disks.set(BAY.path, { 'a.mcap': 1 });
  await lookAfter(before, 0);
  await lookAfter(before, STILL_MS);
  const { listing } = docked[0] as DockRequest;
  journal = [
    { path: BAY.path, listing, state: 'done', dockId: 'dock-1', driveIds: ['drive-1'] } as unknown as DockEntry,
  ];
  const after = watchOf();
  expect(await lookAfter(after, 0)).toMatchObject({
    state: 'done',
    driveIds: ['drive-1'],
    safeToPull: true,
    safeToWipe: true,
  });
  await lookAfter(after, STILL_MS);
  expect(docked.length).toBe(1);
  disks.set(BAY.path, { 'a.mcap': 9 });
  expect(await lookAfter(after, 0)).toMatchObject({ state: 'settling' });
});

it('each folder of a bay with a star is a disk, and one that cannot be read holds up none', async () => {
  const star: Bay = { id: 'dock', path: '/media/dock/*' };
  const watch = watchOf([BAY, star]);
  disks.set('/media/dock/one', { a: 1 });
  disks.set('/media/dock/two', { b: 1 });
  const { list } = source;
  source.list = async (root) => {
    if (root === BAY.path) throw new PitlaneError('limit-exceeded', 'too many files');
    return list(root);
  };
  await lookAfter(watch, 0);
  await lookAfter(watch, STILL_MS);
  source.list = list;
  expect(watch.status().map(({ bay, disks: within }) => [bay, within.map(({ path, state }) => [path, state])])).toEqual(
    [
      ['bay-1', []],
      [
        'dock',
        [
          ['/media/dock/one', 'docking'],
          ['/media/dock/two', 'docking'],
        ],
      ],
    ],
  );
});

it('a look follows a notification soon, however many come, and the watch ends with its signal', async () => {
  let notify = (): void => {};
  let disposed = 0;
  const stop = new AbortController();
  const waits: number[] = [];
  const watch = new BayWatch({
    bays: [BAY],
    source,
    clock: { nowMs: () => nowMs + aheadMs, monotonicMs: () => nowMs },
    wait: async (ms, signal) => {
      waits.push(ms);
      if (waits.length === 2) {
        disks.set(BAY.path, { a: 1 });
        for (let times = 0; times < 100; times += 1) notify();
        expect(signal.aborted).toBe(true);
      } else if (waits.length === 4) stop.abort();
    },
    notify: (folder, onChange) => {
      expect(folder).toBe(BAY.path);
      notify = onChange;
      return { [Symbol.dispose]: () => (disposed += 1) };
    },
    telemetry: silentLog,
    identities,
    dock,
    docks: () => [],
  });
  await watch.run(stop.signal);
  expect([waits, disposed, diskIn(watch)?.state]).toEqual([[1000, 30_000, 1000, 30_000], 1, 'settling']);
});

it('tells when something has changed in the bays, and not while all goes on as it did', async () => {
  const watch = watchOf();
  await watch.look();
  let before = changes;
  const told = (): number => changes - before;
  await lookAfter(watch, 1);
  expect(told()).toBe(0);
  disks.set(BAY.path, { 'a.mcap': 1 });
  await lookAfter(watch, 1);
  expect(told()).toBe(1);
  await lookAfter(watch, STILL_MS);
  expect(diskIn(watch)?.state).toBe('docking');
  expect(told()).toBeGreaterThan(1);
  before = changes;
  await lookAfter(watch, 1);
  expect(told()).toBe(0);
  await end(done(result()));
  expect(told()).toBeGreaterThan(0);
  before = changes;
  watch.named('dock-1', 'car-7');
  expect(diskIn(watch)?.vehicleIds).toEqual(['car-7']);
  expect(told()).toBe(1);
});
