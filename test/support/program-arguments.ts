/**
 * With what Node starts a program of the project for a test: from source, as it stands, so that no test is of an old build;
 * with PITLANE_TEST_BUILD=1 from the build, as it is shipped. That starts sooner, and is what `.ci/run` does: its build is new.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const apps = fileURLToPath(new URL('../../apps', import.meta.url));

export const isBuildTested = process.env['PITLANE_TEST_BUILD'] === '1';

export const programArguments = (app: string): string[] =>
  isBuildTested
    ? [path.join(apps, app, 'dist/main.js')]
    : ['--conditions=@pitlane/source', '--import', 'tsx', path.join(apps, app, 'main.ts')];
