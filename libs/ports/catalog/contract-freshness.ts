/** The catalog's contract about freshness: how long dockings took until they were indexed, by garage and day. */
import type { ContractCase } from '../contract/index.ts';
import { DOCKED_AT_MS, DriveBuilder, equal } from './contract-facts.ts';
import type { Catalog } from './index.ts';

const after = (ms: number): string => new Date(DOCKED_AT_MS + ms).toISOString();

export const freshnessCases: readonly ContractCase<Catalog>[] = [
  {
    name: 'tells how long dockings took until they were indexed, in nearest ranks, by tenant, garage and day',
    async run(catalog) {
      const north = Array.from({ length: 21 }, (_, i) => new DriveBuilder(`drive-${i}`));
      const again = new DriveBuilder('drive-0', { garage: 'south', dockId: 'dock-2' });
      const other = new DriveBuilder('drive-0', { tenant: 'beta', garage: 'south' });
      await catalog.wipe();
      await catalog.append([
        ...north.map((drive) => drive.docked()),
        // The last of them is still on its way; the others took 1.5 s, 2.5 s and so on up to 20.5 s.
        ...north.slice(0, -1).map((drive, i) => drive.receipt([], after(i * 1000 + 1500))),
        // A second receipt for the same docking, and one that is delivered twice, move nothing.
        (north[3] as DriveBuilder).receipt([], after(86_400_000)),
        (north[3] as DriveBuilder).receipt([], after(4500)),
        again.docked(),
        other.docked(),
        other.receipt([], after(60_000)),
      ]);
      const rows = await catalog.query(
        `SELECT tenant, garage, day, drives, dockings, dockings_indexed,
           CAST(p50_seconds * 1000 AS INT64) AS p50_ms, CAST(p95_seconds * 1000 AS INT64) AS p95_ms
         FROM freshness ORDER BY tenant, garage`,
      );
      const day = '2018-07-24';
      const south = { garage: 'south', day, drives: 1, dockings: 1 };
      equal(
        rows,
        [
          {
            tenant: 'acme',
            garage: 'north',
            day,
            drives: 21,
            dockings: 21,
            dockings_indexed: 20,
            p50_ms: 10_500,
            p95_ms: 19_500,
          },
          { tenant: 'acme', ...south, dockings_indexed: 0, p50_ms: null, p95_ms: null },
          { tenant: 'beta', ...south, dockings_indexed: 1, p50_ms: 60_000, p95_ms: 60_000 },
        ],
        'freshness',
      );
    },
  },
];
