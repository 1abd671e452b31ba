/** The messages of a plan as a replay asks for them: from the plan's start, or from a moment within it, after its state. */
import type { ExportPlan } from '../export/export-plan.ts';
import { type MergeDeps, mergedMessages } from '../export/merged-messages.ts';
import { planFromMoment } from '../export/seek-state.ts';
import type { ReplaySource } from './replay.ts';

export const replaySource =
  (plan: ExportPlan, deps: MergeDeps): ReplaySource =>
  (fromNs) =>
    mergedMessages(planFrom(plan, fromNs), deps);

/** The part of a plan from `fromNs` on; of what was before only the state at that moment, where the plan has it. */
export function planFrom(plan: ExportPlan, fromNs: bigint | undefined): ExportPlan {
  if (fromNs === undefined) return plan;
  return planFromMoment(plan, plan.startNs !== null && BigInt(plan.startNs) > fromNs ? BigInt(plan.startNs) : fromNs);
}
