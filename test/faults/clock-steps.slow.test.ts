/** A machine whose clock is set back and forth by years, during a docking and between two: nothing hangs, is lost or comes twice. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCommand } from '../support/command.ts';
import { HomeAtRest } from '../support/home-at-rest.ts';
import { scratchFolder } from '../support/node-under-test.ts';
import { smallLog } from '../support/small-log.ts';

const CLOCK = pathToFileURL(path.join(import.meta.dirname, '../support/clock-steps.mjs')).href;
let scratch: Awaited<ReturnType<typeof scratchFolder>>;
const home = (name: string): string => path.join(scratch.path, name);

beforeAll(async () => {
  scratch = await scratchFolder();
  await mkdir(home('disk'));
  await writeFile(home('disk/a.mcap'), smallLog());
  await writeFile(home('disk/pitlane.drive.json'), '{"driveId":"drive-1","vehicleId":"car-1"}');
  await ingested('reference', '0');
});
afterAll(() => scratch[Symbol.asyncDispose]());

async function ingested(
  name: string,
  years: string,
): Promise<{ chunks: number; chunksKnown: number; totalMs: number }> {
  const environment = {
    NODE_OPTIONS: `--import=${CLOCK}`,
    PITLANE_TEST_CLOCK_YEARS: years,
    PITLANE_STAGE_POLICY: 'copy',
  };
  const args = ['ingest', home('disk'), '--home', home(name), '--json'];
  const { code, stdout, stderr } = await runCommand(args, { environment });
  expect(code, stderr).toBe(0);
  const { drives } = JSON.parse(stdout) as {
    drives: { receiptId: string | null; chunks: number; chunksKnown: number; timings: { totalMs: number } }[];
  };
  const [drive] = drives;
  expect(drive?.receiptId).toEqual(expect.any(String));
  return { chunks: drive?.chunks ?? 0, chunksKnown: drive?.chunksKnown ?? 0, totalMs: drive?.timings.totalMs ?? 0 };
}

/** Objects, and how many rows there are of what; days and times are the clock's. */
async function content(name: string): Promise<object> {
  await using rest = await HomeAtRest.open(home(name));
  expect(await rest.verifyFaults()).toEqual([]);
  expect(await rest.faults()).toEqual([]);
  const { objects, rows } = await rest.content();
  const counts = Object.entries(rows).map(([view, all]) => [view, all.length]);
  return { objects, counts };
}

it.each(['-10,10', '0,-40,0,40', '100,-100'])('during a docking, by %s years in turn', async (years) => {
  const name = `during ${years}`;
  const { totalMs } = await ingested(name, years);
  // What it took was counted by what passed.
  expect(totalMs).toBeGreaterThan(0);
  expect(totalMs).toBeLessThan(600_000);
  expect(await content(name)).toEqual(await content('reference'));
});

it('between dockings, each of which knows what the one before it did', async () => {
  const { chunks } = await ingested('between', '10');
  for (const years of ['-10', '0'])
    expect(await ingested('between', years)).toMatchObject({ chunks, chunksKnown: chunks });
  expect(await content('between')).toEqual(await content('reference'));
});
