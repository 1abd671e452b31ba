/** The same file taken in by two garages that know nothing of each other: the same object names and the same bytes. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { generateDrive } from '@pitlane/generator';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCommand } from '../support/command.ts';
import { chunkObjects, filesBelow, scratchFolder } from '../support/node-under-test.ts';
import { requireData } from '../support/requires.ts';

const data = requireData();
const SETUP_TIMEOUT_MS = 240_000;
let scratch: Awaited<ReturnType<typeof scratchFolder>>;
const garages: Map<string, string>[] = [];

beforeAll(async () => {
  scratch = await scratchFolder();
  const drive = path.join(scratch.path, 'drive');
  await generateDrive({ outDir: drive, seed: 9, durationS: 2, vehicleId: 'car-9', size: 'small' });
  const real = data
    ? ['mcap', 'bag', 'gps'].flatMap((folder) =>
        readdirSync(path.join(data, folder)).map((name) => path.join(data, folder, name)),
      )
    : [];
  for (const [garage, chunkers] of [
    ['garage-1', '2'],
    ['garage-2', '1'],
  ] as const) {
    const home = path.join(scratch.path, garage);
    const environment = { PITLANE_GARAGE: garage, PITLANE_CHUNKERS: chunkers };
    // The other garage docks in another order.
    const paths = chunkers === '1' ? [drive, ...real].reverse() : [drive, ...real];
    const ingested = await runCommand(['ingest', ...paths, '--home', home, '--json'], { environment });
    expect([0, 3], ingested.stderr).toContain(ingested.code);
    garages.push(await filesBelow(path.join(home, 'objects')));
  }
}, SETUP_TIMEOUT_MS);
afterAll(() => scratch[Symbol.asyncDispose]());

it('gives the same objects, byte for byte, in every garage', () => {
  const [first, second] = garages.map((bucket) => chunkObjects(bucket).map((name) => [name, bucket.get(name)]));
  expect(first?.length).toBeGreaterThan(data ? 25 : 4);
  expect(second).toEqual(first);
});
