/** Which dataset a text means: an id, the beginning of one, or a name, of which the newest dataset counts. */
import { PitlaneError } from '@pitlane/base/errors';
import { nearestText } from '@pitlane/base/nearest';
import type { Sha256Hex } from '@pitlane/contracts/identity';
import type { Catalog } from '@pitlane/ports/catalog';

export interface FoundDataset {
  readonly tenant: string;
  readonly snapshotId: Sha256Hex;
  readonly name: string;
}

const PREFIX = /^[0-9a-f]{8,64}$/;
const FOUND_MAX = 100;
/** A mistyped name is compared with so many. */
const COMPARED_MAX = 20_000;

/** `not-found`, or `bad-usage` where several are meant. */
export async function datasetOf(
  catalog: Pick<Catalog, 'query'>,
  text: string,
  tenant: string | undefined,
): Promise<FoundDataset> {
  const rows = await catalog.query(
    `SELECT tenant, snapshot_id, name FROM datasets
     WHERE ? IN ('', tenant) AND (name = ? OR (? <> '' AND STARTS_WITH(snapshot_id, ?)))
     ORDER BY created_at DESC, snapshot_id LIMIT ${FOUND_MAX}`,
    [tenant ?? '', text, PREFIX.test(text) ? text : '', text],
  );
  const found = rows.map((row) => ({
    tenant: row['tenant'] as string,
    snapshotId: row['snapshot_id'] as Sha256Hex,
    name: row['name'] as string,
  }));
  const named = found.filter(({ name }) => name === text);
  const meant = named.length > 0 ? named : found;
  const [first] = meant;
  if (!first) {
    const known = await catalog.query(`SELECT DISTINCT name FROM datasets ORDER BY name LIMIT ${COMPARED_MAX}`);
    const nearest = nearestText(
      text,
      known.map(({ name }) => name as string),
    );
    throw new PitlaneError(
      'not-found',
      `there is no dataset ${JSON.stringify(text)}${nearest}: "pitlane dataset list" shows them`,
    );
  }
  const tenants = [...new Set(meant.map((one) => one.tenant))];
  if (tenants.length > 1) {
    const all = tenants.sort().join(', ');
    throw new PitlaneError('bad-usage', `several tenants have a dataset ${JSON.stringify(text)} (${all}): name one`);
  }
  if (named.length === 0 && meant.length > 1) {
    throw new PitlaneError('bad-usage', `${meant.length} datasets begin with ${text}: give more digits`);
  }
  return first;
}
