/** Which topics of a drive globs mean: of all that it has, landed or not. */
import { globsFromText } from '@pitlane/contracts/topic-filter';
import type { Catalog } from '@pitlane/ports/catalog';
import { topicsFrom } from '@pitlane/stages/90-serve';
import { type DriveKey, OF_DRIVE, textOf } from './of-drive.ts';

/** A drive with more shows the first by name; nobody looks at so many lanes. */
export const TOPICS_MAX = 1000;

const KNOWN = `SELECT topic FROM topics WHERE ${OF_DRIVE} UNION DISTINCT
  SELECT topic FROM coverage WHERE ${OF_DRIVE} AND state <> 'indexed' ORDER BY topic LIMIT ${TOPICS_MAX}`;

/** Undefined for all; throws `not-found` with the nearest names for a glob that matches none. */
export async function topicsAsked(
  catalog: Pick<Catalog, 'query'>,
  { tenant, driveId }: DriveKey,
  globs: string | undefined,
): Promise<readonly string[] | undefined> {
  if (globs === undefined) return undefined;
  const rows = await catalog.query(KNOWN, [tenant, driveId, tenant, driveId]);
  const known = new Set(rows.map(({ topic }) => textOf(topic) ?? ''));
  return [...topicsFrom(globsFromText(globs), known, driveId)].sort();
}
