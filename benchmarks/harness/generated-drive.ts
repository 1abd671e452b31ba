/** A generated drive in the scratch folder, made once for all questions that ask for the same one. */
import { linkSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type GeneratedDrive, generateDrive } from '@pitlane/generator';
import type { Bench } from './question.ts';

export interface Source {
  readonly folder: string;
  /** Absolute paths of its recordings, sidecar apart. */
  readonly files: readonly string[];
  readonly mcapFiles: readonly string[];
  readonly bytes: number;
}

/** The drive that most questions share, about 0.8 GB. */
export const DRIVE_S = 90;

/** For throughput: long enough, about 2.4 GB, that starting a process is a small part of it. */
export const LONG_DRIVE_S = 270;

const made = new Map<string, Source>();

/** Cameras, lidar and vehicle recordings without compression, about 9 MB a second. */
export async function generatedDrive(bench: Bench, durationS: number): Promise<Source> {
  const key = `drive-seed-${bench.seed}-${durationS}s`;
  const known = made.get(key);
  if (known) return known;
  bench.say(`generating ${durationS} s of a drive`);
  const outDir = join(bench.scratch.folder(key), 'drive');
  const { seed } = bench;
  const source = sourceOf(await generateDrive({ outDir, seed, durationS, vehicleId: 'bench-01', size: 'medium' }));
  made.set(key, source);
  return source;
}

/**
 * The same drive without its lidar, by hard links: nine tenths of what is left are JPEG. It goes with the scratch folder.
 */
export function cameraDrive(bench: Bench, source: Source): Source {
  const folder = bench.scratch.folder('camera-drive');
  const files = source.files.filter((file) => basename(file) !== 'lidar.mcap');
  const links = files.map((file) => join(folder, basename(file)));
  for (const [at, file] of files.entries()) linkSync(file, links[at] ?? '');
  const bytes = links.reduce((sum, file) => sum + statSync(file).size, 0);
  return { folder, files: links, mcapFiles: links.filter((file) => file.endsWith('.mcap')), bytes };
}

/** Forgets a drive and frees its disk. */
export function dropDrive(bench: Bench, source: Source): void {
  for (const [key, known] of made) if (known === source) made.delete(key);
  bench.scratch.drop(source.folder);
}

function sourceOf({ dir, files }: GeneratedDrive): Source {
  const recordings = files.filter(({ kind }) => kind !== 'sidecar');
  return {
    folder: dir,
    files: recordings.map(({ path }) => join(dir, path)),
    mcapFiles: recordings.filter(({ kind }) => kind === 'mcap').map(({ path }) => join(dir, path)),
    bytes: recordings.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}
