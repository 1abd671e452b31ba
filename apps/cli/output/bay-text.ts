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
    readonly verdict: string | null;
    readonly text: string;
    readonly driveIds: readonly string[];
    readonly device: string | null;
    readonly model: string | null;
    readonly serial: string | null;
    readonly deviceBytes: number | null;
    readonly health: { readonly text: string } | null;
    readonly lastVehicleIds: readonly string[];
    readonly warning: string | null;
  }[];
}

export function bayText({ bay, path, vehicleId, fault, disks }: ShownBay): string {
  const head = `${bay}  ${shown(path)}${vehicleId === null ? '' : `  ${vehicleId}`}`;
  const trouble = fault === null ? [] : [`    cannot be looked into: ${shown(fault)}`];
  if (disks.length === 0) return [head, ...(fault === null ? ['    empty'] : trouble)].join('\n');
  const lines = disks.flatMap((disk) => {
    const where = disk.path === path ? '' : `${shown(disk.path)}: `;
    const drives = disk.driveIds.length > 0 ? [`        ${disk.driveIds.map(shown).join(', ')}`] : [];
    const verdict = disk.verdict === null ? [] : [`        verdict: ${shown(disk.verdict)}`];
    const warning = disk.warning === null ? [] : [`        warning: ${shown(disk.warning)}`];
    return [
      `    ${where}${disk.state}: ${shown(disk.text)}`,
      ...hardwareLines(disk),
      ...warning,
      ...drives,
      ...verdict,
    ];
  });
  return [head, ...trouble, ...lines].join('\n');
}

/** `disk S3Z9… (Samsung SSD 870, 2.00 TB, /dev/sdb), last of car-47; healthy` */
function hardwareLines(disk: ShownBay['disks'][number]): string[] {
  const { device, model, serial, deviceBytes, health, lastVehicleIds } = disk;
  if (device === null) return [];
  const about = [model, deviceBytes === null ? null : textFromBytes(deviceBytes), device].filter((one) => one !== null);
  const last = lastVehicleIds.length > 0 ? `, last of ${lastVehicleIds.map(shown).join(', ')}` : '';
  const how = health === null ? '' : `; ${shown(health.text)}`;
  return [`        disk ${shown(serial ?? 'without a serial')} (${about.map(shown).join(', ')})${last}${how}`];
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
