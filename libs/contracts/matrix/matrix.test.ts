import type { DriveId, Sha256Hex } from '../identity/index.ts';
import { describe, expect, it } from 'vitest';
import { linesOfRun, matrixObjectName, type MatrixResult, type MatrixRun, runFromLines } from './index.ts';

const sha = (digit: string): Sha256Hex => digit.repeat(64) as Sha256Hex;
const run: MatrixRun = {
  type: 'matrix-run',
  matrixVersion: 1,
  tenant: 'default',
  runId: 'brake-20260318T141259Z-0123abcd',
  name: 'brake',
  scenarioSha256: sha('1'),
  scenario: { name: 'brake' },
  population: 40,
  seed: '7',
  startedAtMs: 1767225600000,
  repeats: null,
};
const result: MatrixResult = {
  type: 'matrix-result',
  driveId: 'car-1-20260101T000000Z-00000000' as DriveId,
  vehicleId: 'car-1',
  job: 0,
  group: 'rain',
  startTime: '1767225600000000000',
  endTime: null,
  topics: ['/imu'],
  verdict: 'pass',
  exitCode: 0,
  repeats: 1,
  messages: 9,
  replayDigest: sha('2'),
  wallMs: 12,
  metrics: { jerk: 1.5 },
  text: '',
};

describe('the results of a run', () => {
  it('lie in one object of lines, and are read as they were written', () => {
    const text = linesOfRun(run, [result, { ...result, job: 1, verdict: 'error' }]);
    expect(runFromLines(text)).toEqual({ run, results: [result, { ...result, job: 1, verdict: 'error' }] });
    expect(matrixObjectName(run.tenant, run.runId)).toBe('v1/matrix/default/brake-20260318T141259Z-0123abcd.ndjson');
  });

  it.each([
    ['nothing', ''],
    ['a cut line', linesOfRun(run, [result]).slice(0, -9)],
    ['a line that is no JSON', `${linesOfRun(run, [])}{"a":\n`],
    ['another version', linesOfRun({ ...run, matrixVersion: 2 as 1 }, [])],
    ['a path for an id', linesOfRun({ ...run, runId: '../../etc/passwd' }, [])],
    ['a verdict that is none', linesOfRun(run, [{ ...result, verdict: 'maybe' as 'pass' }])],
    ['results without a run', `${JSON.stringify(result)}\n`],
  ])('are not taken from %s', (_, text) => {
    expect(() => runFromLines(text)).toThrow(expect.objectContaining({ code: 'corrupt-input' }) as Error);
  });
});
