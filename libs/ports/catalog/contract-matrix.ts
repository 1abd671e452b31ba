/** What every catalog must do with runs of the matrix: one verdict a slice, and rates with Wilson's interval. */
import type { CatalogEvent } from '@pitlane/contracts/catalog';
import type { MatrixVerdict } from '@pitlane/contracts/matrix';
import type { ContractCase } from '../contract/index.ts';
import { DriveBuilder, equal, timeText } from './contract-facts.ts';
import type { Catalog } from './index.ts';

const drives = [new DriveBuilder('drive-0'), new DriveBuilder('drive-1')] as const;

const of = (runId: string, job: number, verdict: MatrixVerdict): CatalogEvent =>
  (drives[job % 2] as DriveBuilder).judgedIn(runId, job, verdict);

const RATES = `SELECT run_id, jobs, passed, failed, flaky, errors, messages,
    CAST(ROUND(pass_rate * 1000000) AS INT64) AS ppm, CAST(ROUND(pass_rate_low * 1000000) AS INT64) AS low_ppm,
    CAST(ROUND(pass_rate_high * 1000000) AS INT64) AS high_ppm
  FROM matrix_runs ORDER BY run_id`;

export const matrixCases: readonly ContractCase<Catalog>[] = [
  {
    name: 'shows the verdict of a run of the matrix on each slice, the newest of a slice alone',
    async run(catalog) {
      await catalog.wipe();
      await catalog.append([of('run-1', 0, 'error'), of('run-1', 1, 'fail')]);
      await catalog.append([of('run-1', 0, 'pass'), of('run-1', 0, 'pass')]);
      const rows = await catalog.query(
        `SELECT drive_id, job, group_name, CAST(start_ns AS STRING) AS start_text, end_ns, topics, verdict, exit_code, repeats,
           replay_digest, metrics, text FROM matrix_results ORDER BY job`,
      );
      const shared = {
        start_text: timeText(60),
        end_ns: null,
        topics: ['/imu', '/gps'],
        repeats: 2,
        metrics: '{"jerk":1.5}',
      };
      const digest = 'cd'.repeat(32);
      equal(
        rows,
        [
          {
            drive_id: 'drive-0',
            job: 0,
            group_name: 'rain',
            verdict: 'pass',
            exit_code: 0,
            replay_digest: digest,
            text: '',
            ...shared,
          },
          {
            drive_id: 'drive-1',
            job: 1,
            group_name: 'dry',
            verdict: 'fail',
            exit_code: 1,
            replay_digest: digest,
            text: 'too hard',
            ...shared,
          },
        ].map((row) => ({ ...row })),
        'matrix_results',
      );
    },
  },
  {
    name: "tells the pass rate of a run with Wilson's interval of 95 %, at its ends too",
    async run(catalog) {
      const all = (runId: string, verdicts: readonly MatrixVerdict[]) =>
        verdicts.map((verdict, job) => of(runId, job, verdict));
      await catalog.wipe();
      await catalog.append([
        ...all('a', ['pass', 'pass', 'pass', 'pass', 'pass', 'pass', 'pass', 'pass', 'fail', 'flaky']),
        ...all('b', ['pass', 'pass', 'pass', 'pass', 'pass']),
        ...all('c', ['error', 'fail']),
      ]);
      // The ends were worked out apart, by the formula of the paper.
      equal(
        await catalog.query(RATES),
        [
          {
            run_id: 'a',
            jobs: 10,
            passed: 8,
            failed: 1,
            flaky: 1,
            errors: 0,
            messages: 1000,
            ppm: 800_000,
            low_ppm: 490_162,
            high_ppm: 943_318,
          },
          {
            run_id: 'b',
            jobs: 5,
            passed: 5,
            failed: 0,
            flaky: 0,
            errors: 0,
            messages: 500,
            ppm: 1_000_000,
            low_ppm: 565_518,
            high_ppm: 1_000_000,
          },
          {
            run_id: 'c',
            jobs: 2,
            passed: 0,
            failed: 1,
            flaky: 0,
            errors: 1,
            messages: 200,
            ppm: 0,
            low_ppm: 0,
            high_ppm: 657_620,
          },
        ],
        'matrix_runs',
      );
    },
  },
];
