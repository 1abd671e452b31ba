/** What a catalog shows, whole, and how many rows a table below its views has. */
import { VIEWS } from '@pitlane/contracts/catalog';
import type { Catalog } from '@pitlane/ports/catalog';

/** The rows of all views as text, sorted, so that order does not matter. */
export async function viewsOf(catalog: Catalog): Promise<Record<string, string[]>> {
  const views: Record<string, string[]> = {};
  for (const { name } of VIEWS) {
    views[name] = (await catalog.query(`SELECT * FROM ${name}`)).map((row) => JSON.stringify(row)).sort();
  }
  return views;
}

export const countOf = async (catalog: Catalog, table: string): Promise<number> =>
  Number((await catalog.query(`SELECT count(*) AS n FROM ${table}`))[0]?.['n']);
