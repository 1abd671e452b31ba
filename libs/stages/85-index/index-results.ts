/** Results of the matrix as catalog events: an object in the store, read whole and checked against what was said of it. */
import { PitlaneError } from '@pitlane/base/errors';
import { MIB } from '@pitlane/base/bytes';
import type { CatalogEvent } from '@pitlane/contracts/catalog';
import { sha256Of } from '@pitlane/contracts/identity';
import { runFromLines } from '@pitlane/contracts/matrix';
import type { ObjectStore } from '@pitlane/ports/object-store';

/** A result is a few hundred bytes; nobody runs so many. */
export const RESULTS_BYTES_MAX = 256 * MIB;

/** @param sha256 of the object, where somebody vouches for it. */
export async function catalogEventsOfResults(
  store: ObjectStore,
  object: string,
  sha256?: string,
): Promise<CatalogEvent[]> {
  const info = await store.stat(object);
  if (!info) throw new PitlaneError('not-found', `the results ${object} are missing from the store`);
  if (info.bytes > RESULTS_BYTES_MAX)
    throw new PitlaneError('corrupt-input', `${object} is ${info.bytes} bytes of results`);
  const bytes = await store.read(object);
  if (sha256 !== undefined && sha256Of(bytes) !== sha256) {
    throw new PitlaneError('checksum-mismatch', `${object} has another SHA-256 than it should`);
  }
  const { run, results } = runFromLines(Buffer.from(bytes).toString('utf8'));
  const { tenant, runId, name, scenarioSha256, seed, population, startedAtMs, repeats } = run;
  const ofRun = { runId, name, scenarioSha256, seed, population, startedAtMs, repeats, object };
  return results.map(({ type, driveId, vehicleId, ...result }) => {
    return { type, drive: { tenant, driveId, vehicleId }, run: ofRun, result };
  });
}
