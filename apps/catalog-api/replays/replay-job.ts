/** What the process of a replay is given, and what it says at the end. Plans are made beside the catalog, and are plain data. */
import type { ExportPlan, ReplayStats } from '@pitlane/stages/90-serve';

export interface ReplayPace {
  /** `Infinity` for as fast as possible. */
  readonly speed: number;
  readonly loop: boolean;
  readonly gapMaxMs: number | undefined;
  /** Lines on `/clock`, so many a second of the drive; none without. */
  readonly clockHz: number | undefined;
  readonly digest: boolean;
}

export interface ReplayJob extends ReplayPace {
  /** Which store, in the words of whoever opens it there. */
  readonly storeSpec: object;
  readonly plan: ExportPlan;
}

export interface ReplayTold extends Omit<ReplayStats, 'playedNs'> {
  readonly playedNs: string;
  /** Over all messages in their order; null where it was not asked for. */
  readonly digest: string | null;
}
