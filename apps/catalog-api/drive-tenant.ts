/**
 * Whose drive a bare id means: the lists show the drives of all tenants, so an id that they print must do without its
 * tenant. Says so, too, when the catalog is lost: an empty one beside a full store must not pass for an empty home.
 */
import { PitlaneError } from '@pitlane/base/errors';
import type { Catalog, SqlRow } from '@pitlane/ports/catalog';
import type { ObjectStore } from '@pitlane/ports/object-store';

const LOST = 'the catalog is empty but the store is not: run `pitlane reindex`';

const OBJECTS_PREFIX = 'v1/';
const TENANTS_NAMED_MAX = 20;

/** A preview may be there before its drive has told of itself. */
const HAVING_IT = `SELECT tenant FROM drives WHERE drive_id = ? UNION ALL SELECT tenant FROM previews WHERE drive_id = ?`;

export interface CatalogAndStore {
  readonly catalog: Pick<Catalog, 'query'>;
  readonly store: Pick<ObjectStore, 'list'>;
}

/**
 * The tenant of a drive: the one that is asked for, or else the only one that has such a drive, or else the node's own.
 * `bad-usage` where several have one, `not-found` where the catalog is lost.
 */
export async function tenantOfDrive(
  parts: CatalogAndStore,
  asked: { readonly driveId: string; readonly tenant?: string | undefined },
  own: string,
): Promise<string> {
  const { driveId, tenant } = asked;
  const rows = await parts.catalog.query(
    `SELECT DISTINCT tenant FROM (${HAVING_IT}) AS having_it ORDER BY tenant LIMIT ${TENANTS_NAMED_MAX}`,
    [driveId, driveId],
  );
  if (rows.length === 0) await refuseLostCatalog(parts);
  if (tenant !== undefined) return tenant;
  const tenants = tenantsOf(rows);
  if (tenants.length > 1) {
    throw new PitlaneError(
      'bad-usage',
      `several tenants have a drive ${JSON.stringify(driveId)} (${tenants.join(', ')}): name one with --tenant`,
    );
  }
  return tenants[0] ?? own;
}

const tenantsOf = (rows: readonly SqlRow[]): string[] =>
  rows.flatMap(({ tenant }) => (typeof tenant === 'string' ? [tenant] : []));

/** Every tenant that has a drive, in order. `not-found` where the catalog is lost. */
export async function allTenants(parts: CatalogAndStore): Promise<string[]> {
  const rows = await parts.catalog.query('SELECT DISTINCT tenant FROM drives ORDER BY tenant');
  if (rows.length === 0) await refuseLostCatalog(parts);
  return tenantsOf(rows);
}

/** Says so when the catalog knows no drive and the store holds objects: a query and, if need be, one page of names. */
export async function catalogFault({ catalog, store }: CatalogAndStore): Promise<string | null> {
  for (const view of ['drives', 'previews'])
    if ((await catalog.query(`SELECT 1 FROM ${view} LIMIT 1`)).length > 0) return null;
  for await (const _ of store.list(OBJECTS_PREFIX)) return LOST;
  return null;
}

export async function refuseLostCatalog(parts: CatalogAndStore): Promise<void> {
  const fault = await catalogFault(parts);
  if (fault !== null) throw new PitlaneError('not-found', fault);
}
