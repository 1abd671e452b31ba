/** What `pitlane verdict` says of a drive: its logs where they were looked at, then the verdict. */
import type { Verdict } from '@pitlane/contracts/verdict';
import { textFromTimeNs } from '@pitlane/base/time';
import { textFromBytes, textFromCount } from '@pitlane/base/units';
import type { JudgedDrive, JudgedRecording } from '../judging/judge-paths.ts';
import { type Column, tableText } from './table.ts';
import { shown, type Terminal } from './terminal.ts';
import { verdictText } from './verdict-text.ts';

export type Judged = Verdict & { readonly driveId: string | null; readonly vehicleId: string } & Partial<JudgedDrive>;

export function judgedText(judged: Judged, terminal: Terminal): string {
  const { driveId, folder, vehicleId, recordings, bytesRead } = judged;
  const name = driveId ?? (folder === undefined || folder === '' ? 'drive' : folder);
  return [
    `${terminal.bold(shown(name))}  vehicle ${shown(vehicleId)}`,
    ...(recordings && recordings.length > 0 ? [tableText(recordings, COLUMNS, terminal)] : []),
    ...(bytesRead === undefined ? [] : [`read ${textFromBytes(bytesRead)} of it`]),
    verdictText(judged, terminal),
  ].join('\n');
}

const COLUMNS: readonly Column<JudgedRecording>[] = [
  { title: 'recording', value: ({ path }) => path },
  { title: 'format', value: ({ format }) => format },
  { title: 'size', value: ({ bytes }) => textFromBytes(bytes), align: 'right' },
  { title: 'messages', value: ({ messages }) => (messages === null ? '' : textFromCount(messages)), align: 'right' },
  {
    title: 'topics',
    value: ({ topics }) => textFromCount(new Set(topics.map(({ topic }) => topic)).size),
    align: 'right',
  },
  { title: 'from', value: ({ startTime }) => timeText(startTime) },
  { title: 'to', value: ({ endTime }) => timeText(endTime) },
];

const timeText = (time: string | null): string => (time === null ? '' : textFromTimeNs(BigInt(time)).slice(0, 19));
