/** Sending a drive before others: by a priority of its own, or before a drive that waits. */
import { PitlaneError } from '@pitlane/base/errors';
import { parseDriveId } from '@pitlane/contracts/identity';
import { driveKeyOf } from '../handlings.ts';
import type { DriveOrders } from '../orders/drive-orders.ts';
import type { ActionTools, Kind } from './action-kinds.ts';
import { drivesOf, type NamedDrive } from './action-target.ts';
import { namesOf } from './drive-words.ts';
import { unlanded } from './hold.ts';

export const prioritise: Kind = {
  say({ priority, before }, target, tools) {
    const drives = unlanded(drivesOf(target, tools), 'there is nothing left to send');
    if ((priority === undefined) === (before === undefined)) {
      throw new PitlaneError(
        'bad-usage',
        'give either a priority, 0 first and 99 last, or the drive before which it goes',
      );
    }
    if (before === undefined) {
      const now = drives.map((drive) => priorityOf(drive, tools)).join(', ');
      return `sends ${namesOf(drives)} with priority ${priority} instead of ${now}: the lowest goes first, and what waits of it moves`;
    }
    const other = underWay(before, tools);
    if (drives.some(({ driveId }) => driveId === other.drive.driveId)) {
      throw new PitlaneError('bad-usage', `drive ${before} cannot go before itself`);
    }
    return `sends ${namesOf(drives)} before drive ${before} of vehicle ${other.drive.vehicleId}`;
  },
  carryOut({ args, ...action }, tools) {
    const drives = drivesOf(action, tools).filter(({ isLanded }) => !isLanded);
    if (typeof args['before'] === 'string') putBefore(drives, underWay(args['before'], tools), tools);
    else setPriority(drives, Number(args['priority']), tools);
    return {};
  },
};

function setPriority(drives: readonly NamedDrive[], priority: number, tools: ActionTools): void {
  tools.handlings.put(drives.map((drive) => ({ ...tools.handlings.of(drive), priority, rank: 0 })));
  for (const drive of drives) moved(drive, priority, tools);
}

/** They take its priority. The order is said of as few as need it: of those that come before, and of those that were put. */
function putBefore(drives: readonly NamedDrive[], before: DriveOrders, tools: ActionTools): void {
  const { handlings, running } = tools;
  const priority = before.urgencies.dockPriority;
  const keys = new Set(drives.map(driveKeyOf));
  const others = inOrder(
    [...running].filter(({ urgencies, drive }) => urgencies.dockPriority === priority && !keys.has(driveKeyOf(drive))),
    tools,
  ).map(({ drive }) => handlings.of(drive));
  const at = others.findIndex((one) => driveKeyOf(one) === driveKeyOf(before.drive));
  const put = drives.map((drive) => ({ ...handlings.of(drive), priority, rank: PUT }));
  const all = others.toSpliced(at, 0, ...put);
  const last = all.findLastIndex(({ rank }) => rank !== 0);
  const ranked = all.map((one, i) => ({ ...one, rank: i <= last ? i - last - 1 : 0 }));
  handlings.put(ranked);
  for (const drive of drives) moved(drive, priority, tools);
  for (const one of others) tools.queue.moved(driveKeyOf(one));
}

/** As they go now; those of which nothing waits come last. */
function inOrder(drives: readonly DriveOrders[], { handlings, queue }: ActionTools): DriveOrders[] {
  const keys = queue.status().map(({ drive }) => drive);
  const place = ({ drive }: DriveOrders): number => {
    const at = keys.indexOf(driveKeyOf(drive));
    return at < 0 ? keys.length : at;
  };
  const rank = ({ drive }: DriveOrders): number => handlings.rankOf(driveKeyOf(drive));
  return drives.toSorted((a, b) => rank(a) - rank(b) || place(a) - place(b));
}

function moved(drive: NamedDrive, priority: number, { running, queue }: ActionTools): void {
  for (const one of running) if (driveKeyOf(one.drive) === driveKeyOf(drive)) one.urgencies.setDockPriority(priority);
  queue.moved(driveKeyOf(drive));
}

function priorityOf(drive: NamedDrive, { running, handlings }: ActionTools): number {
  const found = [...running].find((one) => driveKeyOf(one.drive) === driveKeyOf(drive));
  return found?.urgencies.dockPriority ?? handlings.of(drive).priority ?? LAST;
}

const LAST = 99;
/** Any rank that says that somebody gave it. */
const PUT = -1;

function underWay(driveId: string, { running }: ActionTools): DriveOrders {
  const found = [...running].find(({ drive }) => drive.driveId === parseDriveId(driveId));
  if (found) return found;
  throw new PitlaneError('not-found', `drive ${driveId} is not on its way: nothing can go before it`);
}
