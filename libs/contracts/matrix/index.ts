/**
 * What a run of the matrix leaves: one program, run over many slices of drives, with its verdict on each. A run is one
 * object of lines, first the run and then its results, so that the catalog can be rebuilt from the bucket. Data only.
 */
import { PitlaneError } from '@pitlane/base/errors';
import type { DriveId, Sha256Hex } from '../identity/index.ts';
import type { TimeText } from '../manifest/index.ts';

/**
 * `pass` and `fail` are the program's word, `flaky` where repeats of one slice differ, `error` where there is no word:
 * it hung, died, flooded its output, or its replay failed.
 */
export const MATRIX_VERDICTS = ['pass', 'fail', 'flaky', 'error'] as const;
export type MatrixVerdict = (typeof MATRIX_VERDICTS)[number];

export interface MatrixRun {
  readonly type: 'matrix-run';
  readonly matrixVersion: 1;
  readonly tenant: string;
  readonly runId: string;
  /** The scenario's name, and the SHA-256 of the scenario in canonical JSON. */
  readonly name: string;
  readonly scenarioSha256: Sha256Hex;
  /** The scenario as it was understood, for a repetition. */
  readonly scenario: object;
  /** Slices that the selection gave, of which those of the results were drawn. */
  readonly population: number;
  readonly seed: string;
  readonly startedAtMs: number;
  /** The run that this one repeats; null for a run of its own. */
  readonly repeats: string | null;
}

export interface MatrixResult {
  readonly type: 'matrix-result';
  readonly driveId: DriveId;
  readonly vehicleId: string;
  /** Number of the slice in its run, from 0. */
  readonly job: number;
  /** What it is counted under beside the whole; empty without. */
  readonly group: string;
  /** Log times [start, end); null where the slice is open. */
  readonly startTime: TimeText | null;
  readonly endTime: TimeText | null;
  /** Globs; empty for all topics. */
  readonly topics: readonly string[];
  readonly verdict: MatrixVerdict;
  /** Of the last repeat; null where it did not end by itself. */
  readonly exitCode: number | null;
  readonly repeats: number;
  readonly messages: number;
  /** Of what was replayed; null where the replay did not come to its end. */
  readonly replayDigest: Sha256Hex | null;
  readonly wallMs: number;
  /** Finite numbers by name, of the last repeat. */
  readonly metrics: Readonly<Record<string, number>>;
  /** A sentence for people where it did not pass; empty otherwise. */
  readonly text: string;
}

const RUN_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

export const isRunId = (text: string): boolean => RUN_ID.test(text);

export const MATRIX_PREFIX = 'v1/matrix/';

/** `v1/matrix/<tenant>/<run>.ndjson` */
export const matrixObjectName = (tenant: string, runId: string): string => `${MATRIX_PREFIX}${tenant}/${runId}.ndjson`;

export const linesOfRun = (run: MatrixRun, results: readonly MatrixResult[]): string =>
  [run, ...results].map((line) => `${JSON.stringify(line)}\n`).join('');

/** Throws `corrupt-input` for what is no such object. */
export function runFromLines(text: string): { readonly run: MatrixRun; readonly results: readonly MatrixResult[] } {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new PitlaneError('corrupt-input', 'the results of a run end in the middle of a line');
  const [run, ...results] = lines.map(lineFrom);
  if (run?.type !== 'matrix-run' || run.matrixVersion !== 1 || !isRunId(run.runId)) {
    throw new PitlaneError('corrupt-input', 'the results do not begin with a run of this version');
  }
  for (const [i, line] of results.entries()) {
    const sound = line.type === 'matrix-result' && MATRIX_VERDICTS.includes(line.verdict) && Number.isInteger(line.job);
    if (!sound) throw new PitlaneError('corrupt-input', `line ${i + 2} of run ${run.runId} is no result`);
  }
  return { run, results: results as MatrixResult[] };
}

function lineFrom(line: string): MatrixRun | MatrixResult {
  try {
    return JSON.parse(line) as MatrixRun | MatrixResult;
  } catch (cause) {
    throw new PitlaneError('corrupt-input', 'the results of a run hold a line that is no JSON', { cause });
  }
}
