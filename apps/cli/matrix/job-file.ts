/**
 * The unit of work of a run: everything that it takes to replay one slice to one program, as a file. It needs no node and
 * no catalog, only the store that it names, so that a cluster's own job system can run it: `pitlane matrix job FILE`.
 */
import { PitlaneError } from '@pitlane/base/errors';
import type { Program, ReplayPlan, Slice } from '@pitlane/stages/90-serve';
import type { StoreSpec } from '../wiring/reading-store.ts';

export interface MatrixJob {
  readonly jobVersion: 1;
  readonly runId: string;
  readonly job: number;
  readonly slice: Slice;
  readonly topics: readonly string[];
  readonly store: StoreSpec;
  readonly plan: ReplayPlan;
  readonly format: 'ndjson' | 'mcap';
  readonly repeats: number;
  readonly program: Program;
}

/** Throws `bad-usage` for what is no job of this version. */
export function jobFrom(text: string, name: string): MatrixJob {
  let job: Partial<MatrixJob> | null = null;
  try {
    job = JSON.parse(text) as Partial<MatrixJob> | null;
  } catch {
    // told below
  }
  const { jobVersion, plan, store, program, slice } = job ?? {};
  const isWhole = plan?.version === 1 && plan.messages?.version === 1 && slice && Array.isArray(program?.argv);
  if (jobVersion === 1 && isWhole && ['file', 'gcs'].includes(store?.kind ?? '')) return job as MatrixJob;
  throw new PitlaneError('bad-usage', `${name} is no job of a matrix: "pitlane matrix run --plan-only" writes them`);
}
