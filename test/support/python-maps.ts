/** Map exports and tracks as other people's readers find them, in Python: shapely, pyarrow, gpxpy. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const TIMEOUT_MS = 60_000;
const ANSWER_BYTES_MAX = 64 * 1024 * 1024;

export interface ReadMap {
  readonly rows: number;
  readonly types: readonly string[];
  readonly points: number;
  readonly lengthDeg: number;
  readonly bounds: readonly number[];
  readonly properties: readonly Readonly<Record<string, unknown>>[];
  /** Rules of the format that it breaks. */
  readonly faults: readonly string[];
}

export const readMap = (python: string, format: 'geojson' | 'geoparquet', path: string): Promise<ReadMap> =>
  read(python, format, path);

/** The tracks of a GPX file, with their lengths as far as both points lie in one minute. */
export const readGpx = (
  python: string,
  path: string,
): Promise<readonly { readonly points: number; readonly inMinutesM: number }[]> => read(python, 'gpx', path);

async function read<Answer>(python: string, kind: string, path: string): Promise<Answer> {
  const script = fileURLToPath(new URL('python/read_maps.py', import.meta.url));
  const { stdout } = await run(python, [script, kind, path], { timeout: TIMEOUT_MS, maxBuffer: ANSWER_BYTES_MAX });
  return JSON.parse(stdout) as Answer;
}
