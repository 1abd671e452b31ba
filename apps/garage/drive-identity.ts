/**
 * Which drive a docked group of files is. The sidecar's word comes first; then what is known: a recording that was docked
 * before, or a likely copy of one, joins that drive, so that a half copy and the whole are one drive; else it is new.
 */
import { PitlaneError } from '@pitlane/base/errors';
import { type DriveId, driveIdFrom, type RecordingId } from '@pitlane/contracts/identity';
import { parseVehicleId } from '@pitlane/contracts/identity';
import type { Sidecar } from '@pitlane/stages/10-discover';
import type { SourceFile } from '@pitlane/ports/drive-source';
import type { Inspected } from '@pitlane/stages/20-inspect';
import type { Beginning, Journal, Likeness, RecordingEntry } from '@pitlane/ports/journal';
import type { DockRequest } from './dock-result.ts';

export interface InspectedFile extends Inspected {
  readonly file: SourceFile;
}

export interface DriveOwner {
  readonly tenant: string;
  readonly vehicleId: string;
}

export const UNKNOWN_VEHICLE = 'unknown';

/** @param sidecarPath for messages: what was asked and the sidecar may not disagree */
export function ownerOf(request: DockRequest, sidecar: Sidecar, tenant: string, sidecarPath: string): DriveOwner {
  const asked = request.vehicleId === undefined ? undefined : parseVehicleId(request.vehicleId);
  if (asked !== undefined && sidecar.vehicleId !== undefined && asked !== sidecar.vehicleId) {
    throw new PitlaneError(
      'bad-usage',
      `--vehicle ${asked} was asked for, and ${sidecarPath} names ${sidecar.vehicleId}: leave --vehicle out, or mend the sidecar`,
    );
  }
  if (request.tenant !== undefined && sidecar.tenant !== undefined && request.tenant !== sidecar.tenant) {
    throw new PitlaneError(
      'refused',
      `--tenant ${request.tenant} was asked for, and ${sidecarPath} names ${sidecar.tenant}: leave --tenant out, or mend the sidecar`,
    );
  }
  return {
    tenant: request.tenant ?? sidecar.tenant ?? tenant,
    vehicleId: asked ?? sidecar.vehicleId ?? UNKNOWN_VEHICLE,
  };
}

/** The file that names the drive: the log that starts first, else the first file by path. */
export function earliestOf(files: readonly InspectedFile[]): InspectedFile {
  const startOf = ({ inspection }: InspectedFile): bigint => inspection?.startTimeNs ?? LAST;
  return files.reduce((a, b) => (startOf(b) < startOf(a) ? b : a));
}

const LAST = 1n << 64n;

/** What likely copies of a file are found by. */
export function likenessOf(tenant: string, { format, headSha256, ...inspected }: InspectedFile): Likeness {
  const { prefixSha256, firstMessageSha256, inspection } = inspected;
  const startTime = inspection?.startTimeNs?.toString() ?? null;
  const beginning: Beginning = { prefixSha256, firstMessageSha256, startTime };
  return { tenant, format: format?.name ?? 'opaque', headSha256, beginning };
}

interface Said {
  readonly request: DockRequest;
  readonly sidecar: Sidecar;
  /** A person's word, for a new drive of which nothing else says whose it is; what is known joins its drive all the same. */
  readonly vehicleIfUnknown?: string | undefined;
}

export function driveIdOf(
  owner: DriveOwner,
  { request, sidecar, vehicleIfUnknown = UNKNOWN_VEHICLE }: Said,
  files: readonly InspectedFile[],
  earliest: { recordingId: RecordingId; startTimeNs: bigint | undefined },
  journal: Journal,
): { driveId: DriveId; vehicleId: string } {
  if (sidecar.driveId) return { driveId: sidecar.driveId, vehicleId: owner.vehicleId };
  const same = journal.recordingsById(owner.tenant, earliest.recordingId);
  const copies = files.flatMap((file) => journal.likelyCopies(likenessOf(owner.tenant, file)));
  const known = knownDrive(owner, request, [same, copies], journal);
  if (known) return known;
  // A log is of one car; other files, as notes and settings, may be the same in several.
  const [other] = earliest.startTimeNs === undefined ? [] : same;
  if (other && request.vehicleId !== undefined && sidecar.vehicleId === undefined) {
    throw new PitlaneError(
      'refused',
      `--vehicle ${owner.vehicleId} was asked for, and ${other.path} was docked before as part of drive ${other.driveId} of vehicle ${other.vehicleId}: dock it without --vehicle to join that drive; a recording is not moved to another vehicle`,
    );
  }
  const startTimeNs = sidecar.startTimeNs ?? earliest.startTimeNs ?? 0n;
  const vehicleId = owner.vehicleId === UNKNOWN_VEHICLE ? vehicleIfUnknown : owner.vehicleId;
  return { driveId: driveIdFrom(vehicleId, startTimeNs, earliest.recordingId), vehicleId };
}

/**
 * The drive that a recording of the group belongs to already. A vehicle that is named joins only drives of its own; an
 * unknown one joins any, but its own first. The same bytes say more than likely copies; of several such drives it is the
 * one docked from this path, then the one with most of these recordings, then the earliest.
 */
function knownDrive(
  { vehicleId }: DriveOwner,
  { path }: DockRequest,
  found: readonly (readonly RecordingEntry[])[],
  journal: Journal,
): RecordingEntry | undefined {
  const own = found.map((entries) => entries.filter((entry) => entry.vehicleId === vehicleId));
  const candidates = [...own, ...(vehicleId === UNKNOWN_VEHICLE ? found : [])].find(({ length }) => length > 0) ?? [];
  const docks = new Map(journal.docks().map((dock) => [dock.dockId, dock]));
  const byDrive = new Map<DriveId, Set<RecordingId>>();
  for (const { driveId, recordingId } of found.flat()) {
    byDrive.set(driveId, (byDrive.get(driveId) ?? new Set()).add(recordingId));
  }
  const ranked = candidates.map((entry) => {
    const dock = docks.get(entry.dockId);
    return {
      entry,
      isHere: dock?.path === path,
      recordings: byDrive.get(entry.driveId)?.size ?? 0,
      dockedAtMs: dock?.dockedAtMs ?? Infinity,
    };
  });
  const before = (a: (typeof ranked)[number], b: (typeof ranked)[number]): boolean => {
    if (a.isHere !== b.isHere) return a.isHere;
    if (a.recordings !== b.recordings) return a.recordings > b.recordings;
    return a.dockedAtMs < b.dockedAtMs;
  };
  const [first, ...others] = ranked;
  return first && others.reduce((best, one) => (before(one, best) ? one : best), first).entry;
}
