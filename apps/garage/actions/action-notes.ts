/** What the cloud is told of an action: notes, which lie beside the drive's chunks and are shown in the catalog. */
import { canonicalJson, sha256Of } from '@pitlane/contracts/identity';
import type { CorrectionFacts } from '@pitlane/contracts/notes';
import type { UntoldNote } from '@pitlane/ports/journal';
import { keepNotes, type NoteTools } from '@pitlane/stages/95-note';
import type { NamedDrive } from './action-target.ts';

type Drive = Pick<NamedDrive, 'tenant' | 'driveId' | 'vehicleId'>;

/** The same words make the same note, so that it may be told twice. */
export function correctionOf(
  { tenant, driveId, vehicleId }: Drive,
  said: Omit<CorrectionFacts, 'correctionId' | 'labels'>,
): UntoldNote {
  const correctionId = sha256Of(canonicalJson({ ...said, driveId })).slice(0, 16);
  return { drive: { tenant, driveId, vehicleId }, note: { type: 'correction', correctionId, labels: null, ...said } };
}

/** The garage knows the drives by the vehicle that they were recorded under, which is where their objects lie. */
export async function tellNotes(untold: readonly UntoldNote[], tools: Omit<NoteTools, 'catalog'>): Promise<void> {
  const catalog = { query: async () => [] };
  for (const { drive, note } of untold) await keepNotes(drive, [note], { ...tools, catalog });
}
