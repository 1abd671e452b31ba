/** The first page: what is docking now, the drives that are asked for, and how they lie in time by vehicle. */
import { useState } from 'preact/hooks';
import { query, setQuery } from '../../kit/address.ts';
import { Copyable } from '../../kit/copyable.tsx';
import { textFromCount } from '../../kit/figures.ts';
import '../../kit/in-order.css';
import { Part } from '../../kit/part.tsx';
import { Quiet } from '../../kit/quiet.tsx';
import type { SqlEngine } from '../../kit/quoting.ts';
import { useAnswer } from '../../kit/use-answer.ts';
import { CoverageOverview } from './coverage-overview.tsx';
import { DockingCards } from './docking-cards.tsx';
import {
  commandFrom,
  type DriveFilters,
  filtersFrom,
  isFiltered,
  noFilters,
  queryFrom,
  sqlFrom,
} from './drive-filters.ts';
import { DriveTable } from './drive-table.tsx';
import './drives.css';
import { FilterBar } from './filter-bar.tsx';
import { type DockingsNow, useDockings } from './use-dockings.ts';
import { type Drives, useDrives } from './use-drives.ts';

export default function DrivesPage() {
  const filters = filtersFrom(query.value);
  const docking = useDockings();
  const drives = useDrives(queryFrom(filters));
  const rows = drives.page?.drives ?? [];
  // Until both are known, or cannot be: what comes later would push away what is there.
  const isSettled = (docking.isKnown || docking.fault !== undefined) && (drives.page ?? drives.fault) !== undefined;
  return (
    <>
      <h1>Drives</h1>
      <div class="in-order">
        {isSettled ? (
          <>
            <DockingNow docking={docking} />
            <Part
              title={<Title text="In the catalog" count={countOf(drives)} />}
              aside={rows.length > 0 ? <a href="#coverage">Coverage by vehicle</a> : null}
            >
              <FilterBar filters={filters} vehicles={[...new Set(rows.map(({ vehicleId }) => vehicleId))]} />
              <List drives={drives} filters={filters} />
              {rows.length > 0 ? <SameElsewhere filters={filters} /> : null}
            </Part>
            <div id="coverage">{rows.length > 0 ? <CoverageOverview drives={rows} /> : null}</div>
          </>
        ) : (
          <Quiet>Asking the garage and the catalog…</Quiet>
        )}
      </div>
      <p class="visually-hidden" aria-live="polite">
        {docking.news} {drives.news}
      </p>
    </>
  );
}

const DockingNow = ({ docking: { dockings, isKnown } }: { readonly docking: DockingsNow }) => (
  <Part
    title={<Title text="Docking now" count={dockings.length > 0 ? String(dockings.length) : ''} />}
    aside={
      dockings.length === 0 ? (
        <p class="muted">{isKnown ? 'No drive is being docked.' : 'The garage could not be asked.'}</p>
      ) : null
    }
  >
    {dockings.length > 0 ? <DockingCards dockings={dockings} /> : null}
  </Part>
);

const Title = ({ text, count }: { readonly text: string; readonly count: string }) => (
  <>
    {text} <span class="beside-title">{count}</span>
  </>
);

function countOf({ page }: Drives): string {
  if (!page) return '';
  return page.next === null ? textFromCount(page.drives.length) : `newest ${textFromCount(page.drives.length)} of more`;
}

function List({ drives, filters }: { readonly drives: Drives; readonly filters: DriveFilters }) {
  const { page, fault, isOld, isLoadingMore, renew, loadMore } = drives;
  if (!page && fault) {
    return (
      <Quiet isBad>
        <p>
          <strong>The drives could not be read.</strong> {fault.message}
        </p>
        <p>
          <button type="button" onClick={renew}>
            Try again
          </button>
        </p>
      </Quiet>
    );
  }
  if (!page) return <Quiet>Reading the catalog…</Quiet>;
  return (
    <div class={isOld && !fault ? 'column asked-anew' : 'column'} aria-busy={isOld}>
      {fault ? (
        <p role="alert" class="loss">
          Not up to date: {fault.message}
        </p>
      ) : null}
      {page.drives.length === 0 ? <Empty filters={filters} /> : <DriveTable drives={page.drives} />}
      {page.next === null ? null : (
        <p>
          <button type="button" disabled={isLoadingMore} onClick={loadMore}>
            {isLoadingMore ? 'Loading…' : 'Load more'}
          </button>
        </p>
      )}
    </div>
  );
}

function Empty({ filters }: { readonly filters: DriveFilters }) {
  if (isFiltered(filters)) {
    return (
      <Quiet>
        <p>
          <strong>No drive is like that.</strong> Take a filter away, or{' '}
          <button type="button" class="in-line" onClick={() => setQuery(noFilters(filters), true)}>
            show all drives
          </button>
        </p>
      </Quiet>
    );
  }
  return (
    <Quiet>
      <p>
        <strong>No drives yet.</strong> Dock the first one: a log file, or a folder of them.
      </p>
      <p>
        <code>npx pitlane ingest PATH</code>
      </p>
      <p>
        Nothing at hand? <code>npx pitlane generate -o demo</code> writes a realistic drive into the folder{' '}
        <code>demo</code>.
      </p>
    </Quiet>
  );
}

/** The same list in a terminal, and as SQL. */
function SameElsewhere({ filters }: { readonly filters: DriveFilters }) {
  const [isOpen, setOpen] = useState(false);
  const schema = useAnswer<{ engine: SqlEngine }>(isOpen ? '/v1/catalog/schema' : undefined);
  const engine = schema.value?.engine ?? 'duckdb';
  const sql = sqlFrom(filters, engine);
  return (
    <details class="elsewhere" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>The same list in a terminal, and in SQL</summary>
      <div class="column">
        <Copyable what="command" text={commandFrom(filters, engine)} />
        <Copyable what="SQL" text={sql} />
        <p>
          <a href={`/sql?q=${encodeURIComponent(sql)}`}>Open it on the SQL page</a>
        </p>
      </div>
    </details>
  );
}
