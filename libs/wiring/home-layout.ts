/** Where things lie below a home. */
import { join } from 'node:path';

export interface HomeLayout {
  readonly home: string;
  readonly objects: string;
  readonly spool: string;
  readonly staged: string;
  /** What came over the network: parts, and drives to be docked. */
  readonly uploads: string;
  readonly log: string;
  readonly journal: string;
  readonly catalog: string;
  /** Where a lander puts frames together, a folder a lane. */
  readonly assembly: string;
  readonly profiles: string;
  readonly mappings: string;
  readonly temporary: string;
  readonly keys: string;
}

export const layoutOf = (home: string): HomeLayout => ({
  home,
  objects: join(home, 'objects'),
  spool: join(home, 'spool'),
  staged: join(home, 'staged'),
  uploads: join(home, 'uploads'),
  log: join(home, 'log.sqlite'),
  journal: join(home, 'journal.sqlite'),
  catalog: join(home, 'catalog.duckdb'),
  assembly: join(home, 'assembly'),
  profiles: join(home, 'profiles'),
  mappings: join(home, 'mappings'),
  temporary: join(home, 'tmp'),
  keys: join(home, 'keys'),
});
