/** A bay and the disks in it, for people. */
import { textFromBytes } from '@pitlane/base/units';
import { shown } from './terminal.ts';

export interface ShownBay {
  readonly bay: string;
  readonly path: string;
  readonly vehicleId: string | null;
  readonly fault: string | null;
  readonly disks: readonly {
    readonly path: string;
    readonly state: string;
    readonly text: string;
    readonly driveIds: readonly string[];
  }[];
}

export function bayText({ bay, path, vehicleId, fault, disks }: ShownBay): string {
  const head = `${bay}  ${shown(path)}${vehicleId === null ? '' : `  ${vehicleId}`}`;
  const trouble = fault === null ? [] : [`    cannot be looked into: ${shown(fault)}`];
  if (disks.length === 0) return [head, ...(fault === null ? ['    empty'] : trouble)].join('\n');
  const lines = disks.flatMap((disk) => {
    const where = disk.path === path ? '' : `${shown(disk.path)}: `;
    const drives = disk.driveIds.length > 0 ? [`        ${disk.driveIds.map(shown).join(', ')}`] : [];
    return [`    ${where}${disk.state}: ${shown(disk.text)}`, ...drives];
  });
  return [head, ...trouble, ...lines].join('\n');
}

export interface ShownUpload {
  readonly vehicleId: string;
  readonly drive: string;
  readonly filename: string;
  readonly bytesReceived: number;
  readonly bytes: number;
  readonly state: string;
  readonly text: string;
}

export function uploadText({ vehicleId, drive, filename, bytesReceived, bytes, state, text }: ShownUpload): string {
  const share = bytes === 0 ? 100 : Math.floor((100 * bytesReceived) / bytes);
  const much = `${share} %, ${textFromBytes(bytesReceived)} of ${textFromBytes(bytes)}`;
  return `upload  ${shown(filename)}  ${vehicleId}  ${shown(drive)}\n    ${state}: ${state === 'refused' ? shown(text) : much}`;
}
