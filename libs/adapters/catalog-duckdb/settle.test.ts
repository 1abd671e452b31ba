import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CatalogEvent } from '@pitlane/contracts/catalog';
import type { Catalog } from '@pitlane/ports/catalog';
import { DriveBuilder } from '@pitlane/ports/catalog/contract-facts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countOf, viewsOf } from './all-views.fixture.ts';
import { openDuckDbCatalog } from './index.ts';

let folder: string;
let settling: Catalog;
let plain: Catalog;

const open = (name: string, settleAtChunks?: number): Promise<Catalog> =>
  openDuckDbCatalog({
    file: join(folder, `${name}.duckdb`),
    tempDir: join(folder, 'spill'),
    ...(settleAtChunks !== undefined && { settleAtChunks }),
  });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pitlane-settle-'));
  [settling, plain] = [await open('settling', 0), await open('plain')];
});

afterEach(async () => {
  await settling.close();
  await plain.close();
  await rm(folder, { recursive: true, force: true });
});

/** Appends to both, and has all settled that may be. */
async function append(events: readonly CatalogEvent[]): Promise<void> {
  await plain.append(events);
  await settling.append(events);
  await settling.append([]);
}

describe('settling', () => {
  it('moves the chunks of a drive when all of it is indexed, and back when another copy comes', async () => {
    const drive = new DriveBuilder('drive-a');
    await append([drive.docked(), drive.preview('r1'), drive.chunk('r1', 0), drive.chunk('r1', 1)]);
    expect(await countOf(settling, 'event.chunk_events')).toBe(2);
    await append([
      drive.recording('r1'),
      drive.state('r1', 'indexed'),
      drive.channel('r1', 0, '/imu'),
      drive.chunk('r1', 1),
    ]);
    expect(await countOf(settling, 'event.chunk_events')).toBe(0);
    expect(await countOf(settling, 'settled.chunk_events')).toBe(3);
    await append([drive.preview('r2'), drive.chunk('r2', 0)]);
    expect(await countOf(settling, 'event.chunk_events')).toBe(4);
    expect(await countOf(settling, 'settled.origins')).toBe(0);
    expect(await viewsOf(settling)).toEqual(await viewsOf(plain));
  });

  it('goes on counting events behind the settled ones when the file is opened again, and empties all of it', async () => {
    const drive = new DriveBuilder('drive-a');
    await append([drive.docked(), drive.recording('r1'), drive.chunk('r1', 0), drive.state('r1', 'indexed')]);
    await settling.close();
    settling = await open('settling', 0);
    await append([drive.chunk('r1', 0, { topics: ['/gps'] })]);
    expect(await viewsOf(settling)).toEqual(await viewsOf(plain));
    await settling.wipe();
    expect(await countOf(settling, 'settled.chunk_events')).toBe(0);
  });
});
