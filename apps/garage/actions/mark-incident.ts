/** Marking an incident: an event of the drive for everybody, and what is around it goes before everything else. */
import { PitlaneError } from '@pitlane/base/errors';
import { textFromTimeNs, timeNsFromText } from '@pitlane/base/time';
import type { DriveEvent } from '@pitlane/contracts/manifest';
import type { ActionEntry } from '@pitlane/ports/journal';
import { driveKeyOf } from '../handlings.ts';
import type { Kind } from './action-kinds.ts';
import { drivesOf } from './action-target.ts';
import { namesOf, onlyOne } from './drive-words.ts';

const INCIDENT = 'incident';
/** A person marks a few; each may cost a pass over the recording. */
const EVENTS_MAX = 100;

export const markIncident: Kind = {
  say({ time }, target, tools) {
    if (time === undefined)
      throw new PitlaneError('bad-usage', 'say when it happened: `time`, by the clock of the log');
    const drive = onlyOne(drivesOf(target, tools));
    if (tools.handlings.of(drive).events.length >= EVENTS_MAX) {
      throw new PitlaneError('limit-exceeded', `${EVENTS_MAX} incidents are marked on ${namesOf([drive])} already`);
    }
    const marks = `marks an incident at ${textFromTimeNs(timeNsFromText(time))} on ${namesOf([drive])}`;
    return drive.isLanded ? `${marks}; all of it is in the store already` : `${marks}; what is around it is sent first`;
  },
  carryOut(action, tools) {
    const drive = onlyOne(drivesOf(action, tools));
    const event = eventOf(action);
    if (!drive.isLanded && tools.handlings.happened(drive, event)) {
      for (const one of tools.running) if (driveKeyOf(one.drive) === driveKeyOf(drive)) one.happened(event);
    }
    const { tenant, driveId, vehicleId } = drive;
    const note = {
      type: 'annotation' as const,
      eventId: action.actionId,
      kind: INCIDENT,
      startTime: event.time,
      endTime: event.time,
      note: event.note,
      labels: {},
      source: 'person' as const,
      author: action.author,
      notedAtMs: action.askedAtMs,
      isWithdrawn: false,
    };
    return { untold: [{ drive: { tenant, driveId, vehicleId }, note }] };
  },
};

function eventOf({ args }: ActionEntry): DriveEvent {
  const { time, note } = args;
  return { time: String(timeNsFromText(String(time))), kind: INCIDENT, note: typeof note === 'string' ? note : null };
}
