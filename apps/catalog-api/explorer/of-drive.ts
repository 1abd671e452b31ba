/** The drive that a question is about: its key, and its row. */
import { PitlaneError } from '@pitlane/base/errors';
import type { Catalog, SqlRow, SqlValue } from '@pitlane/ports/catalog';
import { tenantOfDrive } from '../drive-tenant.ts';
import type { CatalogService } from '../services.ts';

export interface DriveKey {
  readonly tenant: string;
  readonly driveId: string;
}

/** What every SQL of a drive begins with: both columns, for an id alone may exist in two tenants. */
export const OF_DRIVE = 'tenant = ? AND drive_id = ?';

export async function keyOfDrive(
  services: CatalogService,
  { driveId, tenant }: { readonly driveId: string; readonly tenant?: string | undefined },
): Promise<DriveKey> {
  return { driveId, tenant: await tenantOfDrive(services, { driveId, tenant }, services.tenant) };
}

/** Throws `not-found`. */
export async function rowOfDrive(catalog: Pick<Catalog, 'query'>, { tenant, driveId }: DriveKey): Promise<SqlRow> {
  const [row] = await catalog.query(`SELECT * FROM drives WHERE ${OF_DRIVE}`, [tenant, driveId]);
  if (!row) {
    const text = `tenant ${tenant} has no drive ${JSON.stringify(driveId)}: /v1/drives lists those there are`;
    throw new PitlaneError('not-found', text);
  }
  return row;
}

/** Cells of rows as plain values. */
export const textOf = (value: SqlValue | undefined): string | null =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : null;
export const countOf = (value: SqlValue | undefined): number => Number(value ?? 0);
export const numberOf = (value: SqlValue | undefined): number | null =>
  value === null || value === undefined ? null : Number(value);
export const textsOf = (value: SqlValue | undefined): string[] => (Array.isArray(value) ? value.map(String) : []);
