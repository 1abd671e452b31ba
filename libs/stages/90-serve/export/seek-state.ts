/** What a plan knows of the state at any moment, not only at its start: for those that jump about in it. */
import type { ExportPlan } from './export-plan.ts';
import { PlannedPrimers } from './planned-primers.ts';

/** The part of a plan from `startNs` on, with the state of before where the plan knows it. */
export function planFromMoment(plan: ExportPlan, startNs: bigint): ExportPlan {
  const { rows, depths } = plan.seekState ?? { rows: [], depths: {} };
  const found = new PlannedPrimers<number>(startNs);
  for (const [output, object, messages, firstNs, lastNs] of rows) {
    const place = { chunk: object, messages, startNs: BigInt(firstNs), endNs: BigInt(lastNs) };
    found.consider(output, depths[output] ?? 1, place);
  }
  const primers = [...found.chosen()].sort(([a], [b]) => a - b);
  return { ...plan, startNs: String(startNs), primers, primerDepths: depths };
}
