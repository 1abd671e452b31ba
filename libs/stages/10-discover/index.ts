/**
 * Stage 10, discover: finds the drives in a docked folder. It stands first in the flow and gives groups of files, one a
 * drive, with what the sidecar says. It opens nothing but sidecars, and leaves nothing out without saying so.
 */
import { utf8FromBytes } from '@pitlane/base/bytes';
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import { timeNsFromText } from '@pitlane/base/time';
import { type DriveId, parseDriveId, parseTenant, parseVehicleId } from '@pitlane/contracts/identity';
import type { DriveEvent } from '@pitlane/contracts/manifest';
import type { DriveSource, SourceFile } from '@pitlane/ports/drive-source';
import { driveEventsFrom } from './drive-events.ts';

export const SIDECAR_NAME = 'pitlane.drive.json';
const SIDECAR_BYTES_MAX = 1024 * 1024;

/** What `pitlane.drive.json` may say: `{driveId?, vehicleId, tenant?, startTime?, labels, events?: [{time, kind, note?}]}`. */
export interface Sidecar {
  readonly driveId?: DriveId;
  readonly vehicleId?: string;
  readonly tenant?: string;
  readonly startTimeNs?: bigint;
  readonly labels: Readonly<Record<string, string>>;
  /** In order of time; absent when there are none. */
  readonly events?: readonly DriveEvent[];
}

export interface FoundDrive {
  /** The folder of the sidecar below the root, "" for the root itself. */
  readonly folder: string;
  readonly sidecar: Sidecar;
  /** What is wrong with the sidecar, without its name; it lands as it is all the same. */
  readonly notes: readonly string[];
  readonly files: readonly SourceFile[];
}

export interface Discovery {
  readonly drives: readonly FoundDrive[];
  readonly skipped: readonly SourceFile[];
}

/** Every regular file belongs to the sidecar nearest above it; files above all sidecars form one drive of their own. */
export async function discover(source: DriveSource, root: string): Promise<Discovery> {
  const listed = await source.list(root);
  const files = listed.filter((file) => file.skipped === undefined);
  const skipped = listed.filter((file) => file.skipped !== undefined);
  if (files.length === 0) throw new PitlaneError('not-found', `${root} holds no files: nothing to dock`);
  const folders = files.filter((file) => nameOf(file.path) === SIDECAR_NAME).map((file) => folderOf(file.path));
  const byFolder = new Map<string, SourceFile[]>();
  for (const file of files) {
    const home = folders
      .filter((folder) => isBelow(file.path, folder))
      .reduce((a, b) => (b.length > a.length ? b : a), '');
    byFolder.set(home, [...(byFolder.get(home) ?? []), file]);
  }
  const drives: FoundDrive[] = [];
  for (const [folder, own] of byFolder) {
    const hasSidecar = folders.includes(folder);
    const read = hasSidecar ? await readSidecar(source, root, folder) : { sidecar: { labels: {} }, notes: [] };
    drives.push({ folder, ...read, files: own });
  }
  return { drives, skipped };
}

export const sidecarPathOf = (folder: string): string => (folder === '' ? SIDECAR_NAME : `${folder}/${SIDECAR_NAME}`);

async function readSidecar(source: DriveSource, root: string, folder: string) {
  const path = sidecarPathOf(folder);
  const file = await source.open(root, path);
  try {
    const bytes = new Uint8Array(Math.min(file.sizeBytes, SIDECAR_BYTES_MAX));
    await file.read(0, bytes);
    return sidecarFromText(utf8FromBytes(bytes));
  } finally {
    await file.close();
  }
}

/** Takes what is sound and notes what is not: a typing error in a sidecar must not keep a car's data in the garage. */
export function sidecarFromText(text: string): { sidecar: Sidecar; notes: string[] } {
  const notes: string[] = [];
  let said: Record<string, unknown> = {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) said = value as Record<string, unknown>;
    else notes.push('it is no JSON object: nothing in it was heeded');
  } catch (error) {
    notes.push(`it is not JSON (${messageOf(error)}): nothing in it was heeded`);
  }
  const take = <T>(field: string, parse: (text: string) => T): T | undefined => {
    const value = said[field];
    if (value === undefined || value === null) return undefined;
    try {
      if (typeof value !== 'string' && typeof value !== 'number') throw new Error('it is no text');
      return parse(String(value));
    } catch (error) {
      notes.push(`${field} was not heeded: ${messageOf(error)}`);
      return undefined;
    }
  };
  const driveId = take('driveId', parseDriveId);
  const vehicleId = take('vehicleId', parseVehicleId);
  const tenant = take('tenant', parseTenant);
  const startTimeNs = take('startTime', timeNsFromText);
  const { events, notes: eventNotes } = driveEventsFrom(said.events);
  return {
    sidecar: {
      ...(driveId && { driveId }),
      ...(vehicleId && { vehicleId }),
      ...(tenant && { tenant }),
      ...(startTimeNs !== undefined && { startTimeNs }),
      labels: labelsFrom(said.labels),
      ...(events.length > 0 && { events }),
    },
    notes: [...notes, ...eventNotes],
  };
}

function labelsFrom(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  const entries = Object.entries(value).map(([key, label]) => [
    key,
    typeof label === 'string' ? label : JSON.stringify(label),
  ]);
  return Object.fromEntries(entries.slice(0, 100)) as Record<string, string>;
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const folderOf = (path: string): string => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '');
const isBelow = (path: string, folder: string): boolean => folder === '' || path.startsWith(`${folder}/`);
