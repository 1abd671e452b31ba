/** Writes tracks, as they come from the node, as a file for maps. It has its name when it is whole, and never before. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { link, rm, stat } from 'node:fs/promises';
import { PitlaneError } from '@pitlane/base/errors';
import { featureFromLine, GeoParquetFile, isLastLine } from '@pitlane/stages/90-serve/maps';

export type MapFormat = 'geojson' | 'geoparquet';

export interface WrittenTracks {
  readonly tracks: number;
  readonly bytes: number;
}

/** @param lines GeoJSON with a feature a line. */
export async function writeTracks(
  format: MapFormat,
  out: string,
  lines: AsyncIterable<string>,
  onTrack: OnTrack = () => {},
): Promise<WrittenTracks> {
  const growing = `${out}.${process.pid}.part`;
  try {
    await refuseTaken(out);
    const tracks =
      format === 'geojson'
        ? await writeGeoJson(growing, lines, onTrack)
        : await writeGeoParquet(growing, lines, onTrack);
    const { size } = await stat(growing);
    await link(growing, out).catch((cause: unknown) => {
      throw new PitlaneError('already-exists', `${out} is there already: give another name`, { cause });
    });
    return { tracks, bytes: size };
  } finally {
    await rm(growing, { force: true });
  }
}

async function refuseTaken(out: string): Promise<void> {
  const found = await stat(out).catch(() => undefined);
  if (found) throw new PitlaneError('already-exists', `${out} is there already: give another name`);
}

type OnTrack = (tracks: number) => void;

async function writeGeoJson(path: string, lines: AsyncIterable<string>, onTrack: OnTrack): Promise<number> {
  const file = createWriteStream(path, { flags: 'wx' });
  let [tracks, isWhole] = [0, false];
  try {
    for await (const line of lines) {
      if (line === '') continue;
      isWhole = isLastLine(line);
      if (featureFromLine(line)) onTrack((tracks += 1));
      if (!file.write(`${line}\n`)) await once(file, 'drain');
    }
    refuseCut(isWhole);
  } finally {
    file.end();
    await once(file, 'close');
  }
  return tracks;
}

async function writeGeoParquet(path: string, lines: AsyncIterable<string>, onTrack: OnTrack): Promise<number> {
  const file = new GeoParquetFile(path);
  let [tracks, isWhole] = [0, false];
  for await (const line of lines) {
    if (line === '') continue;
    isWhole = isLastLine(line);
    const feature = featureFromLine(line);
    if (!feature) continue;
    file.add(feature);
    onTrack((tracks += 1));
  }
  refuseCut(isWhole);
  return file.finish();
}

function refuseCut(isWhole: boolean): void {
  if (!isWhole)
    throw new PitlaneError('unavailable', 'the node ended before all tracks were there: run it again', {
      retryable: true,
    });
}
