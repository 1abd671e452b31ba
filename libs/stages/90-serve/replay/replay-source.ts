/** The messages of a plan as a replay asks for them: from the plan's start, or from a moment within it. */
import type { ExportPlan } from '../export/export-plan.ts';
import { type MergeDeps, mergedMessages } from '../export/merged-messages.ts';
import type { ReplaySource } from './replay.ts';

export const replaySource =
  (plan: ExportPlan, deps: MergeDeps): ReplaySource =>
  (fromNs) =>
    mergedMessages(planFrom(plan, fromNs), deps);

/** The part of a plan from `fromNs` on: a seek gives no messages from before it, primers neither. */
export function planFrom(plan: ExportPlan, fromNs: bigint | undefined): ExportPlan {
  if (fromNs === undefined) return plan;
  const startNs = plan.startNs !== null && BigInt(plan.startNs) > fromNs ? plan.startNs : String(fromNs);
  return { ...plan, startNs, primers: [] };
}
