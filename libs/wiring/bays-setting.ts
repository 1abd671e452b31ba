/** The bays of a garage, as a setting: a list in the configuration file, the same as JSON in the environment. */
import { isAbsolute } from 'node:path';
import type { Setting } from '@pitlane/base/settings';
import { NAME } from './api-settings.ts';

export interface BaySetting {
  readonly id: string;
  readonly path: string;
  readonly vehicleId?: string;
}

const BAYS_MAX = 256;

export const baysSetting: Setting<readonly BaySetting[]> = {
  variable: 'PITLANE_BAYS',
  expected: 'a list of bays, each with an id and an absolute path, and a vehicle where all of its disks are of one',
  example: '[{"id": "bay-1", "path": "/media/bay-1"}, {"id": "bay-2", "path": "/media/bay-2/*", "vehicle": "car-47"}]',
  default: [],
  meaning:
    'folders whose disks `pitlane up` and a garage dock by themselves when they have stood still for 30 s; a last part of `*` makes every folder there a disk',
  parse: baysFromText,
};

export function baysFromText(text: string): readonly BaySetting[] | undefined {
  let listed: unknown;
  try {
    listed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(listed) || listed.length > BAYS_MAX) return undefined;
  const bays = listed.map(bayFrom);
  const sound = bays.filter((bay) => bay !== undefined);
  const isEachItsOwn = new Set(sound.map(({ id }) => id)).size === bays.length && sound.length === bays.length;
  return isEachItsOwn && new Set(sound.map(({ path }) => path)).size === bays.length ? sound : undefined;
}

function bayFrom(value: unknown): BaySetting | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { id, path, vehicle, ...unknown } = value as Record<string, unknown>;
  if (typeof id !== 'string' || !NAME.test(id) || Object.keys(unknown).length > 0) return undefined;
  if (typeof path !== 'string' || !isAbsolute(path) || path.slice(0, -1).includes('*')) return undefined;
  if (vehicle !== undefined && (typeof vehicle !== 'string' || !NAME.test(vehicle))) return undefined;
  const plain = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
  return { id, path: plain, ...(vehicle !== undefined && { vehicleId: vehicle }) };
}
