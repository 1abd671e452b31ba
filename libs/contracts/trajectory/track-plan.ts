/** Which topics say where a vehicle is. */
import { sha256Of } from '../identity/index.ts';

export interface TrackPlan {
  /**
   * Topics or globs, the most trusted first; those that none of them fits are not read. What a topic says is known by its
   * schema. `*` for all.
   */
  readonly topics: readonly string[];
}

export const DEFAULT_TRACK_PLAN: TrackPlan = { topics: ['*'] };

/** Names what is derived by a plan. */
export const trackPlanVersion = ({ topics }: TrackPlan): string => sha256Of(JSON.stringify(topics)).slice(0, 16);
