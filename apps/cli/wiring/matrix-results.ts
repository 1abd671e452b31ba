/** Results of the matrix: into the store, told to the indexer, and out of the store again. */
import { readFile, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { crc32c } from '@node-rs/crc32';
import { isPitlaneError, PitlaneError } from '@pitlane/base/errors';
import { sha256Of } from '@pitlane/contracts/identity';
import { isRunId, matrixObjectName, runFromLines } from '@pitlane/contracts/matrix';
import { LogTopic, type ResultsStored } from '@pitlane/contracts/records';
import { RESULTS_BYTES_MAX } from '@pitlane/stages/85-index';
import type { Stores } from './open-parts.ts';

const LOOK_EVERY_MS = 50;
const SHOWN_WITHIN_MS = 15_000;

/** @param path of a file with the lines of a run. Resolves when the catalog shows them, if it does so soon. */
export async function keepResults(path: string, { store, log, catalog }: Stores): Promise<{ object: string }> {
  const info = await stat(path).catch(() => undefined);
  if (!info?.isFile()) throw new PitlaneError('not-found', `there are no results in ${path}`);
  if (info.size > RESULTS_BYTES_MAX)
    throw new PitlaneError('limit-exceeded', `${path} is ${info.size} bytes of results`);
  const bytes = await readFile(path);
  const { run, results } = runFromLines(bytes.toString('utf8'));
  const object = matrixObjectName(run.tenant, run.runId);
  const sha256 = sha256Of(bytes);
  const crc = (crc32c(bytes) >>> 0).toString(16).padStart(8, '0');
  try {
    await store.put(object, { blocks: [bytes] }, { crc32c: crc, contentType: 'application/x-ndjson' });
  } catch (error) {
    if (!isPitlaneError(error, 'already-exists')) throw error;
    if (sha256Of(await store.read(object)) !== sha256) {
      throw new PitlaneError('already-exists', `other results of ${run.runId} are in the store: begin a run anew`, {
        cause: error,
      });
    }
  }
  const record: ResultsStored = { object, sha256 };
  await log.publish(LogTopic.results, [{ key: run.runId, value: JSON.stringify(record) }]);
  for (let waitedMs = 0; waitedMs < SHOWN_WITHIN_MS && results.length > 0; waitedMs += LOOK_EVERY_MS) {
    const rows = await catalog.query('SELECT jobs FROM matrix_runs WHERE tenant = ? AND run_id = ?', [
      run.tenant,
      run.runId,
    ]);
    if (rows.length > 0) break;
    await delay(LOOK_EVERY_MS);
  }
  return { object };
}

/** The lines of a run as they lie in the store. */
export async function readResults(runId: string, tenant: string, { store }: Stores): Promise<{ text: string }> {
  if (!isRunId(runId)) throw new PitlaneError('bad-usage', `"${runId}" is no id of a run`);
  const object = matrixObjectName(tenant, runId);
  const bytes = await store.read(object).catch((cause: unknown) => {
    if (!isPitlaneError(cause, 'not-found')) throw cause;
    throw new PitlaneError('not-found', `there is no run ${runId}: "pitlane sql 'FROM matrix_runs'" lists them`, {
      cause,
    });
  });
  return { text: Buffer.from(bytes).toString('utf8') };
}
