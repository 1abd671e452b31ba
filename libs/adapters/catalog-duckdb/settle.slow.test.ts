import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CatalogEvent } from '@pitlane/contracts/catalog';
import type { Catalog } from '@pitlane/ports/catalog';
import { catalogContract } from '@pitlane/ports/catalog/contract';
import { FleetDraw } from '@pitlane/ports/catalog/contract-fleet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countOf, viewsOf } from './all-views.fixture.ts';
import { openDuckDbCatalog } from './index.ts';

let folder: string;
/** Settles after each append what may be settled. */
let settling: Catalog;
let plain: Catalog;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pitlane-settle-'));
  const tempDir = join(folder, 'spill');
  settling = await openDuckDbCatalog({ file: join(folder, 'settling.duckdb'), tempDir, settleAtChunks: 0 });
  plain = await openDuckDbCatalog({ file: join(folder, 'plain.duckdb'), tempDir });
});

afterAll(async () => {
  await settling.close();
  await plain.close();
  await rm(folder, { recursive: true, force: true });
});

async function append(events: readonly CatalogEvent[]): Promise<void> {
  for (const catalog of [plain, settling]) await catalog.append(events);
  await settling.append([]);
}

describe('settling', { timeout: 120_000 }, () => {
  for (const one of catalogContract) it(`keeps the contract: ${one.name}`, () => one.run(settling));

  it.each([1, 5, 2026])('changes no view of a fleet whose drives go on afterwards (seed %i)', async (seed) => {
    for (const catalog of [plain, settling]) await catalog.wipe();
    const events = new FleetDraw(seed).events();
    for (let start = 0; start < events.length; start += 67) await append(events.slice(start, start + 67));
    expect(await countOf(settling, 'settled.chunk_events')).toBeGreaterThan(0);
    expect(await countOf(plain, 'settled.origins')).toBe(0);
    expect(await viewsOf(settling)).toEqual(await viewsOf(plain));
    await append(events);
    expect(await viewsOf(settling)).toEqual(await viewsOf(plain));
  });
});
