/** Which drive it is that is docked, and what its files and its sidecar say of it. */
import type { DriveFacts } from '@pitlane/contracts/manifest';
import { sidecarPathOf } from '@pitlane/stages/10-discover';
import type { DriveDocking } from './docking.ts';
import { driveIdOf, type InspectedFile, ownerOf } from './drive-identity.ts';
import type { StagedFile } from './stage-file.ts';

/** Of a drive whose sidecar says its id: it is known before anything is staged. */
export function namedDrive({
  request,
  found,
  tools,
}: DriveDocking): Omit<DriveFacts, 'labels' | 'startTime'> | undefined {
  const { driveId } = found.sidecar;
  if (!driveId) return undefined;
  const { tenant, vehicleId } = ownerOf(request, found.sidecar, tools.settings.tenant, sidecarPathOf(found.folder));
  return { tenant, driveId, vehicleId };
}

export async function driveFactsOf(
  { request, found, tools, vehicleIfUnknown }: DriveDocking,
  files: readonly InspectedFile[],
  first: StagedFile,
): Promise<DriveFacts> {
  const { sidecar } = found;
  const owner = ownerOf(request, sidecar, tools.settings.tenant, sidecarPathOf(found.folder));
  const startTimeNs = first.inspected.inspection?.startTimeNs;
  const { driveId, vehicleId } = driveIdOf(
    owner,
    { request, sidecar, vehicleIfUnknown: vehicleIfUnknown() },
    files,
    { recordingId: first.recordingId, startTimeNs },
    tools.journal,
  );
  const startTime = sidecar.startTimeNs ?? startTimeNs;
  return { tenant: owner.tenant, driveId, vehicleId, labels: sidecar.labels, startTime: startTime?.toString() ?? null };
}
