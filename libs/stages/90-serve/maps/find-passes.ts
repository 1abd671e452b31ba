/**
 * All passes through an area, in order of time: candidates by cells or geography, then the exact test of every segment, then
 * heading, speed, and what of other topics is landed. Where several topics saw one pass, the most trusted tells it.
 */
import type { Area } from '@pitlane/base/geo';
import { matchesGlob } from '@pitlane/contracts/plan';
import type { Catalog } from '@pitlane/ports/catalog';
import { grouped } from './grouped.ts';
import { findPieces, type TrackFilter } from './find-pieces.ts';
import { type Pass, passesOf } from './passes.ts';
import { waysOf } from './ways.ts';
import { textOf, timeNsOf } from './row-cells.ts';

export interface PassRequest extends TrackFilter {
  readonly area: Area;
  /** Clockwise from one to the other; a pass without a heading is none then. */
  readonly heading?: { readonly fromDeg: number; readonly toDeg: number } | undefined;
  readonly speedBelowMps?: number | undefined;
  readonly speedAboveMps?: number | undefined;
  /** Globs: of each a topic must be landed for some of the pass. */
  readonly with?: readonly string[] | undefined;
}

/** A chunk of a topic that was asked for, with messages while the vehicle passed. */
export interface LandedChunk {
  readonly topic: string;
  readonly chunkId: string;
}

export interface FoundPass extends Pass {
  readonly landed: readonly LandedChunk[];
}

/** A pass goes behind the one before it by these. */
export const passKey = ({ enterNs, tenant, driveId, topic }: Pass): readonly [bigint, string, string, string] => [
  enterNs,
  tenant,
  driveId,
  topic,
];

/** Passes whose drives are asked about together: they follow one another, so that little time is asked about. */
const AT_ONCE = 25;

/** @param after the key of the last pass of the page before. */
export async function findPasses(
  catalog: Catalog,
  request: PassRequest,
  limit: number,
  after?: ReturnType<typeof passKey>,
): Promise<readonly FoundPass[]> {
  const pieces = await findPieces(catalog, request.area, request);
  const all = waysOf(pieces).flatMap((way) => passesOf(way, request.area));
  const passes = mostTrusted(all)
    .filter((pass) => isWanted(pass, request) && (after === undefined || compareKeys(passKey(pass), after) > 0))
    .sort((a, b) => compareKeys(passKey(a), passKey(b)));
  const globs = request.with ?? [];
  if (globs.length === 0) return passes.slice(0, limit).map((pass) => ({ ...pass, landed: [] }));
  const found: FoundPass[] = [];
  for (let from = 0; from < passes.length && found.length < limit; from += AT_ONCE) {
    found.push(...(await withLanded(catalog, passes.slice(from, from + AT_ONCE), globs)));
  }
  return found.slice(0, limit);
}

function isWanted({ headingDeg, speedMps, enterNs, exitNs }: Pass, request: PassRequest): boolean {
  const { heading, speedBelowMps, speedAboveMps, startNs, endNs } = request;
  if (heading) {
    const width = (heading.toDeg - heading.fromDeg + 360) % 360;
    if (headingDeg === null || (headingDeg - heading.fromDeg + 720) % 360 > width) return false;
  }
  if (speedBelowMps !== undefined && !(speedMps !== null && speedMps < speedBelowMps)) return false;
  if (speedAboveMps !== undefined && !(speedMps !== null && speedMps > speedAboveMps)) return false;
  return (startNs === undefined || exitNs >= startNs) && (endNs === undefined || enterNs < endNs);
}

/** Of passes of one drive that overlap in time the one of the lowest preference. */
function mostTrusted(passes: readonly Pass[]): readonly Pass[] {
  const ofDrives = new Map<string, Pass[]>();
  const ranked = passes.toSorted((a, b) => a.preference - b.preference || compareKeys(passKey(a), passKey(b)));
  for (const pass of ranked) {
    const key = JSON.stringify([pass.tenant, pass.driveId]);
    const kept = ofDrives.get(key) ?? [];
    ofDrives.set(key, kept);
    const isSeen = kept.some(
      (other) => other.enterNs === pass.enterNs || (other.enterNs < pass.exitNs && pass.enterNs < other.exitNs),
    );
    if (!isSeen) kept.push(pass);
  }
  return [...ofDrives.values()].flat();
}

async function withLanded(catalog: Catalog, passes: readonly Pass[], globs: readonly string[]): Promise<FoundPass[]> {
  const drives = [...new Set(passes.map(({ driveId }) => driveId))];
  const [from, to] = [passes.map(({ enterNs }) => enterNs), passes.map(({ exitNs }) => exitNs)];
  const rows = await catalog.query(
    `SELECT tenant, drive_id, topic, chunk_id, start_ns, end_ns FROM chunk_topics
     WHERE drive_id IN (${drives.map(() => '?').join(', ')}) AND start_ns <= ? AND end_ns >= ?
     ORDER BY topic, start_ns, chunk_id`,
    [...drives, to.reduce((a, b) => (a > b ? a : b)), from.reduce((a, b) => (a < b ? a : b))],
  );
  const matches = new Map<string, readonly boolean[]>();
  const globsOf = (topic: string): readonly boolean[] => {
    const known = matches.get(topic) ?? globs.map((glob) => matchesGlob(glob, topic));
    matches.set(topic, known);
    return known;
  };
  const ofDrives = grouped(rows, (row) => JSON.stringify([row['tenant'], row['drive_id']]));
  return passes.flatMap((pass): FoundPass[] => {
    const chunks = (ofDrives.get(JSON.stringify([pass.tenant, pass.driveId])) ?? []).filter(
      (row) =>
        timeNsOf(row, 'start_ns') <= pass.exitNs &&
        timeNsOf(row, 'end_ns') >= pass.enterNs &&
        globsOf(textOf(row, 'topic')).includes(true),
    );
    const landed = chunks.map((row) => ({ topic: textOf(row, 'topic'), chunkId: textOf(row, 'chunk_id') }));
    return globs.every((_, at) => landed.some(({ topic }) => globsOf(topic)[at])) ? [{ ...pass, landed }] : [];
  });
}

function compareKeys(a: ReturnType<typeof passKey>, b: ReturnType<typeof passKey>): number {
  for (const [at, value] of a.entries()) {
    const other = b[at] as bigint | string;
    if (value !== other) return value < other ? -1 : 1;
  }
  return 0;
}
