/** Who derives, and by which plans. A further deriver is a line in `deriversFor`, and its plans a field. */
import { mappingFor, type SignalMapping } from '@pitlane/contracts/signals';
import { DEFAULT_TRACK_PLAN, type TrackPlan } from '@pitlane/contracts/trajectory';
import { type Deriver, signalsDeriver, trajectoriesDeriver } from '@pitlane/stages/87-derive';

/** Plain data: it travels to the process that derives. */
export interface DerivePlans {
  readonly signals: readonly SignalMapping[];
  readonly tracks: TrackPlan;
}

export const noPlans: ReadPlans = async () => ({ signals: [], tracks: DEFAULT_TRACK_PLAN });

/** Reads the plans; asked for each batch, so that what is mended counts at once. */
export type ReadPlans = () => Promise<DerivePlans>;

export const deriversFor = (vehicleId: string, { signals, tracks }: DerivePlans): readonly Deriver[] => [
  signalsDeriver(mappingFor(vehicleId, signals)),
  trajectoriesDeriver(tracks),
];
