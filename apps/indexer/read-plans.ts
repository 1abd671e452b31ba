/** The plans of all derivers, judged. A faulty one is told of once, and counts as not there. */
import { messageOf } from '@pitlane/base/errors';
import type { Log } from '@pitlane/base/telemetry';
import type { SignalMapping } from '@pitlane/contracts/signals';
import { DEFAULT_TRACK_PLAN } from '@pitlane/contracts/trajectory';
import { signalsDeriver } from '@pitlane/stages/87-derive';
import type { ReadPlans } from './derivers.ts';

/** Mappings as they lie in a folder, and a line for each file that is none. */
type ReadMappings = () => Promise<{ readonly mappings: readonly SignalMapping[]; readonly faults: readonly string[] }>;

/** @param positionTopics globs, the most trusted first; all that are known where there is none. */
export function plansOf(readMappings: ReadMappings, positionTopics: readonly string[], telemetry: Log): ReadPlans {
  const told = new Set<string>();
  const tell = (fault: string): void => {
    if (told.has(fault)) return;
    told.add(fault);
    telemetry.warn('mapping.refused', { reason: fault });
  };
  return async () => {
    const { mappings, faults } = await readMappings();
    for (const fault of faults) tell(fault);
    const signals = mappings.filter((mapping) => {
      try {
        return signalsDeriver(mapping) !== undefined;
      } catch (error) {
        tell(`the mapping of ${mapping.vehicleType}: ${messageOf(error)}`);
        return false;
      }
    });
    const topics = positionTopics.length > 0 ? positionTopics : DEFAULT_TRACK_PLAN.topics;
    return { signals, tracks: { topics } };
  };
}
