/** Which drive this is: the vehicle, when, how far it has come, and its figures. */
import { counted, NONE, nsFrom, textFromBytes, textFromCount, textFromTime } from '../../kit/figures.ts';
import { StateMark } from '../../kit/state-mark.tsx';
import { Facts } from './facts.tsx';
import type { DriveRow } from './rows.ts';
import { lengthText } from './timeline/ticks.ts';

export function DriveHead({ driveId, drive }: { readonly driveId: string; readonly drive: DriveRow | undefined }) {
  return (
    <header class="drive-head">
      <p class="small">
        <a href="/">Drives</a> / <span class="muted">{drive?.vehicleId ?? NONE}</span>
      </p>
      <div class="drive-title">
        <h1>{driveId}</h1>
        {drive ? <StateMark state={drive.state} /> : null}
      </div>
      {drive ? <Figures drive={drive} /> : <div class="drive-figures-room" />}
    </header>
  );
}

function Figures({ drive }: { readonly drive: DriveRow }) {
  const [start, end] = [nsFrom(drive.startTime), nsFrom(drive.endTime)];
  const length = start === undefined || end === undefined ? NONE : lengthText(end - start);
  const labels = Object.entries(drive.labels ?? {});
  return (
    <>
      <div class="drive-figures">
        <Facts
          facts={[
            ['Vehicle', drive.vehicleId],
            ['Started', start === undefined ? 'at no known time' : textFromTime(drive.startTime)],
            ['Length', length],
            [
              'Docked',
              `${dockedText(drive.dockedAt)}${drive.garages.length > 0 ? `, ${drive.garages.join(', ')}` : ''}`,
            ],
            ['Recordings', `${textFromCount(drive.recordings)} (${textFromBytes(drive.bytesIn)})`],
            ['Stored', `${counted(drive.chunks, 'chunk')}, ${textFromBytes(drive.bytesLanded)}`],
            ['Messages', textFromCount(drive.messages)],
            ['Lost', drive.bytesLost > 0 ? <b class="bad">▲ {textFromBytes(drive.bytesLost)}</b> : 'nothing'],
          ]}
        />
      </div>
      {labels.length > 0 || clockWords(drive) !== undefined ? (
        <ul class="labels" aria-label="Labels">
          {clockWords(drive) === undefined ? null : <li class="label label-warn">{clockWords(drive)}</li>}
          {labels.map(([name, value]) => (
            <li key={name} class="label">
              <span class="muted">{name}</span> {typeof value === 'string' ? value : JSON.stringify(value)}
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
}

/** Nanoseconds, or RFC 3339 from before they were. */
function dockedText(time: string | null): string {
  if (time === null) return NONE;
  return nsFrom(time) === undefined ? time.slice(0, 19).replace('T', ' ') : textFromTime(time);
}

const CLOCKS: Readonly<Record<string, string>> = {
  corrected: '▲ its clock was wrong, and is known by how much',
  docking: '▲ its clock was wrong: only the docking bounds its times',
  unknown: '▲ its clock is not known',
  'beyond-2^63': '▲ some times are beyond what the catalog holds',
  none: '▲ no message has a time',
};

const clockWords = ({ timeQuality }: DriveRow): string | undefined => CLOCKS[timeQuality ?? ''];
