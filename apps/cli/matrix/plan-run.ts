/** Plans a run beside the catalog: selects slices, draws from them, and writes a job for each. */
import { isPitlaneError, messageOf, PitlaneError } from '@pitlane/base/errors';
import { type MatrixRun } from '@pitlane/contracts/matrix';
import { drawn, isWithheld, type Scenario, type Slice, slicesFrom } from '@pitlane/stages/90-serve';
import type { Terminal } from '../output/terminal.ts';
import { followTask } from '../node/follow-task.ts';
import type { NodeClient } from '../node/node-client.ts';
import type { PlannedReplay } from '../wiring/plan-replay-task.ts';
import type { MatrixJob } from './job-file.ts';
import { failedResult } from './run-job.ts';
import type { RunFolder } from './run-folder.ts';

interface SqlAnswer {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly truncated: boolean;
}

/** What the selection gives, and which of it is run. */
export async function selectSlices(
  node: NodeClient,
  { select, windows, sample, seed }: Scenario,
): Promise<{ population: number; slices: Slice[] }> {
  const { rows, truncated } = await node.post<SqlAnswer>('/v1/sql', { sql: select });
  if (truncated) {
    const text = `the selection gives more than ${rows.length} rows, and a sample of a part of them would be none of all`;
    throw new PitlaneError('limit-exceeded', `${text}: narrow it, or select drives and cut them with windows`);
  }
  const all = slicesFrom(rows.map(sliceFrom), windows);
  if (all.length === 0) throw new PitlaneError('not-found', 'the selection gives no slice: try it with "pitlane sql"');
  return { population: all.length, slices: drawn(all, sample, seed) };
}

function sliceFrom(row: Readonly<Record<string, unknown>>, at: number): Slice {
  const { tenant, drive_id: driveId, start_ns: start, end_ns: end, group_name: group } = row;
  const time = (value: unknown): string | null => {
    if (value === null || value === undefined) return null;
    const text = typeof value === 'number' || typeof value === 'string' ? String(value) : JSON.stringify(value);
    if (/^\d{1,20}$/.test(text)) return text;
    throw new PitlaneError(
      'bad-usage',
      `row ${at} of the selection: start_ns and end_ns are nanoseconds, and not ${text}`,
    );
  };
  if (typeof driveId !== 'string' || driveId === '') {
    throw new PitlaneError('bad-usage', `row ${at} of the selection has no drive_id: select it`);
  }
  const text = (value: unknown): string =>
    typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  return {
    tenant: text(tenant),
    driveId,
    vehicleId: '',
    group: text(group),
    startTime: time(start),
    endTime: time(end),
  };
}

/** Writes a job for each slice; one that cannot be replayed has its result at once. */
export async function writeJobs(
  node: NodeClient,
  folder: RunFolder,
  run: Pick<MatrixRun, 'runId'>,
  scenario: Scenario,
  slices: readonly Slice[],
  terminal: Terminal,
): Promise<void> {
  for (const [number, slice] of slices.entries()) {
    const named = { job: number, slice, topics: scenario.topics };
    try {
      const { plan, storeSpec } = await planOf(node, slice, scenario.topics, terminal);
      const job: MatrixJob = {
        jobVersion: 1,
        runId: run.runId,
        ...named,
        slice: { ...slice, tenant: plan.messages.tenant, vehicleId: plan.vehicleId },
        store: storeSpec,
        plan,
        format: scenario.format,
        repeats: scenario.repeats,
        program: scenario.program,
      };
      await folder.writeJob(job);
      const lacks = plan.missing.filter((range) => !isWithheld(range));
      if (scenario.missing === 'fail' && lacks.length > 0) {
        const [{ topic, reason, state }] = lacks as [(typeof lacks)[number]];
        const text = `the slice is not whole: ${topic || 'something'} is ${reason ?? state}`;
        await folder.writeResult(failedResult(job, text));
      }
    } catch (error) {
      if (!isPitlaneError(error, 'not-found', 'unavailable', 'bad-usage')) throw error;
      await folder.writeResult(failedResult(named, messageOf(error)));
    }
  }
}

function planOf(node: NodeClient, slice: Slice, topics: readonly string[], terminal: Terminal): Promise<PlannedReplay> {
  const { tenant, driveId, startTime, endTime } = slice;
  const range = { ...(startTime !== null && { start: startTime }), ...(endTime !== null && { end: endTime }) };
  const body = {
    driveId,
    ...(tenant !== '' && { tenant }),
    ...(topics.length > 0 && { topics }),
    ...range,
  };
  return followTask<PlannedReplay>(node, 'plan-replay', body, terminal);
}
