/** The production shape: programs of their own over Kafka, and over the stand-ins for the object store and BigQuery. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { isBuildTested } from '../support/program-arguments.ts';
import { serviceAt } from '../support/services.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const services = [serviceAt('PITLANE_TEST_KAFKA'), serviceAt('PITLANE_TEST_GCS'), serviceAt('PITLANE_TEST_BIGQUERY')];

describe.skipIf(services.includes(undefined))('two garages, two landers and two indexers', () => {
  it('bring a drive of each garage to a receipt and verify it', { timeout: 600_000 }, async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [path.join(root, 'deploy/local/stack.mjs')], {
      cwd: root,
      env: { ...process.env, PITLANE_TEST_SOURCES: isBuildTested ? '0' : '1' },
    });
    expect(stdout.match(/receipted/g)?.length).toBeGreaterThanOrEqual(2);
    expect(stdout).toContain('stack: every drive is receipted and verified');
  });
});
