/** Which profile a drive is judged by. The drive's own word goes before the vehicle's name. */
import { matchesGlob } from '../plan/topic-glob.ts';
import type { VehicleProfile } from './vehicle-profile.ts';

/** The label of `pitlane.drive.json` that names the type. */
const TYPE_LABEL = 'vehicleType';

/**
 * The profile of the type that the label names, else the one whose vehicles match: a whole name before any glob, a longer
 * glob before a shorter one, then the first. Undefined where there is none; a label that no profile has is one too.
 */
export function profileFor<Of extends Pick<VehicleProfile, 'vehicleType' | 'vehicles'>>(
  { vehicleId, labels }: { readonly vehicleId: string; readonly labels: Readonly<Record<string, string>> },
  profiles: readonly Of[],
): Of | undefined {
  const type = labels[TYPE_LABEL];
  if (type !== undefined) return profiles.find(({ vehicleType }) => vehicleType === type);
  let best: Of | undefined;
  let bestRank = 0;
  for (const profile of profiles) {
    for (const glob of profile.vehicles) {
      if (glob !== vehicleId && !matchesGlob(glob, vehicleId)) continue;
      const rank = glob === vehicleId ? Number.POSITIVE_INFINITY : glob.length;
      if (rank <= bestRank) continue;
      best = profile;
      bestRank = rank;
    }
  }
  return best;
}
