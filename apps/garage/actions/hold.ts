/** Holding drives and releasing them: no chunk of a held drive is sent, while it is read and cut to its end. */
import { PitlaneError } from '@pitlane/base/errors';
import { counted, textFromBytes } from '@pitlane/base/units';
import { driveKeyOf } from '../handlings.ts';
import type { ActionTools, Kind } from './action-kinds.ts';
import { drivesOf, type NamedDrive } from './action-target.ts';
import { namesOf, refuseUnnamed } from './drive-words.ts';

export const hold: Kind = {
  say(_, target, tools) {
    const drives = unlanded(drivesOf(target, tools), 'there is nothing to hold');
    if (drives.every((drive) => isHeld(drive, tools))) {
      throw new PitlaneError('refused', `${namesOf(drives)} is held already: release it to send it`);
    }
    const waits = waitingText(drives, tools);
    return `sends no more chunks of ${namesOf(drives)} until it is released; it is read and cut meanwhile${waits}`;
  },
  carryOut: (action, tools) => setHeld(drivesOf(action, tools), true, tools),
};

export const release: Kind = {
  say(_, target, tools) {
    const drives = refuseUnnamed(drivesOf(target, tools)).filter((drive) => isHeld(drive, tools));
    if (drives.length === 0) throw new PitlaneError('refused', 'it is not held: it is sent in its turn');
    return `sends ${namesOf(drives)} again, in its turn${waitingText(drives, tools)}`;
  },
  carryOut: (action, tools) => setHeld(drivesOf(action, tools), false, tools),
};

/** Those of which something is yet to be sent. */
export function unlanded(drives: readonly NamedDrive[], otherwise: string): NamedDrive[] {
  const left = refuseUnnamed(drives).filter(({ isLanded }) => !isLanded);
  if (left.length > 0) return left;
  throw new PitlaneError('refused', `all of ${namesOf(drives)} is in the store and signed for: ${otherwise}`);
}

const isHeld = (drive: NamedDrive, { handlings }: ActionTools): boolean => handlings.isHeld(driveKeyOf(drive));

function setHeld(drives: readonly NamedDrive[], wanted: boolean, { handlings, queue }: ActionTools): object {
  const changed = drives.filter(({ isLanded }) => !isLanded || !wanted);
  handlings.put(changed.map((drive) => ({ ...handlings.of(drive), isHeld: wanted })));
  for (const drive of changed) queue.moved(driveKeyOf(drive));
  return {};
}

/** `; 12 chunks (1.20 GB) of it wait in the spool` */
function waitingText(drives: readonly NamedDrive[], { queue }: ActionTools): string {
  const keys = new Set(drives.map(driveKeyOf));
  const waiting = queue.status().filter(({ drive }) => keys.has(drive));
  const chunks = waiting.reduce((sum, one) => sum + one.chunks, 0);
  const bytes = waiting.reduce((sum, one) => sum + one.bytes, 0);
  return chunks === 0 ? '' : `; ${counted(chunks, 'chunk')} (${textFromBytes(bytes)}) of it wait in the spool`;
}
