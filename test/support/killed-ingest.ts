/** An `ingest` that is killed with all of its processes at a step of its own writing, as `kill-at.mjs` counts them. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Ended, runCommand } from './command.ts';

/** For `NODE_OPTIONS`, as of any program that a test kills at a step. */
export const KILL_AT = `--import=${pathToFileURL(path.join(import.meta.dirname, 'kill-at.mjs')).href}`;

/** Settings of the test: one chunker is enough for one recording, and starts in half the time. */
export const COPYING = { PITLANE_STAGE_POLICY: 'copy', PITLANE_CHUNKERS: '1' };

interface Ingest {
  readonly home: string;
  readonly disk: string;
}

/** Lets it come to its end, and notes every step in a file. */
export const ingestWithSteps = (ingest: Ingest, stepsFile: string): Promise<Ended> =>
  run(ingest, { PITLANE_TEST_STEPS: stepsFile });

/** @param moment `before` or `after`, and a step. Throws when it never came. */
export async function killedIngest(ingest: Ingest, moment: string): Promise<void> {
  const { code, stderr } = await run(ingest, { PITLANE_TEST_KILL: moment });
  if (code !== 'SIGKILL') throw new Error(`it ended with ${code} and never came to "${moment}": ${stderr}`);
}

function run({ home, disk }: Ingest, test: Readonly<Record<string, string>>): Promise<Ended> {
  const environment = { PITLANE_HOME: home, NODE_OPTIONS: KILL_AT, ...COPYING, ...test };
  return runCommand(['ingest', disk, '--json'], { environment });
}
