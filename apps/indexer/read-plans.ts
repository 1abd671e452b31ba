/** The plans of all derivers, judged. A faulty one is told of once, and counts as not there. */
import { messageOf } from '@pitlane/base/errors';
import type { Log } from '@pitlane/base/telemetry';
import type { SignalMapping } from '@pitlane/contracts/signals';
import { signalsDeriver } from '@pitlane/stages/87-derive';
import type { ReadPlans } from './derivers.ts';

/** Mappings as they lie in a folder, and a line for each file that is none. */
type ReadMappings = () => Promise<{ readonly mappings: readonly SignalMapping[]; readonly faults: readonly string[] }>;

export function plansOf(readMappings: ReadMappings, telemetry: Log): ReadPlans {
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
    return { signals };
  };
}
