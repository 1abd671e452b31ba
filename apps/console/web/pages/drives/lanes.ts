/**
 * Coverage at a glance: a lane a vehicle, its drives side by side as long as they took, and a lane a topic below it. Places
 * are shares of the lane's width, from 0 to 1.
 */
import { nsFrom } from '../../kit/figures.ts';
import { type Drive, keyOf } from './drive-rows.ts';

export interface Block {
  readonly drive: Drive;
  readonly left: number;
  readonly width: number;
}

export interface VehicleLane {
  readonly vehicleId: string;
  /** Oldest first. */
  readonly blocks: readonly Block[];
  /** Drives that are listed and older than those shown. */
  readonly olderDrives: number;
}

export interface CoverageRun {
  readonly tenant: string;
  readonly driveId: string;
  readonly topic: string;
  readonly startTime: string | null;
  readonly endTime: string | null;
  readonly state: string;
  readonly reason: string | null;
}

/** What lies where, as people are told it: `missing` is where a topic was silent although its drive went on. */
export type Look = 'dock' | 'flight' | 'there' | 'lost' | 'missing';

export interface Piece {
  readonly topic: string;
  readonly drive: Drive;
  readonly look: Look;
  readonly state: string;
  readonly reason: string | null;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly left: number;
  readonly width: number;
}

export const DRIVES_SHOWN = 12;
/** However short a drive is, it can be seen and pressed. */
const WIDTH_MIN = 0.04;
const GAP = 0.004;
/** Shorter pieces than this share of a drive join their neighbours: they would be thinner than a line. */
const PIECE_MIN = 1 / 400;

const LOOKS: Readonly<Record<string, Look>> = {
  'on-car': 'dock',
  'on-dock': 'dock',
  docked: 'dock',
  staged: 'dock',
  'in-flight': 'flight',
  chunked: 'flight',
  shipped: 'flight',
  quarantined: 'flight',
  lost: 'lost',
};
export const lookOf = (state: string): Look => LOOKS[state] ?? 'there';

/** @param drives newest first */
export function lanesFrom(drives: readonly Drive[]): VehicleLane[] {
  return [...grouped(drives, ({ vehicleId }) => vehicleId)].map(([vehicleId, all]) => ({
    vehicleId,
    blocks: blocksOf(all.slice(0, DRIVES_SHOWN).reverse()),
    olderDrives: Math.max(0, all.length - DRIVES_SHOWN),
  }));
}

function grouped<Item>(items: readonly Item[], nameOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const known = groups.get(nameOf(item));
    if (known) known.push(item);
    else groups.set(nameOf(item), [item]);
  }
  return groups;
}

function blocksOf(drives: readonly Drive[]): Block[] {
  const lengths = drives.map((drive) => {
    const span = spanOf(drive);
    return span ? Number(span.endNs - span.startNs) : 0;
  });
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const weights = lengths.map((length) => Math.max(WIDTH_MIN, total > 0 ? length / total : 0));
  const room = 1 - GAP * (drives.length - 1);
  const unit = room / weights.reduce((sum, weight) => sum + weight, 0);
  let left = 0;
  return drives.map((drive, at) => {
    const block = { drive, left, width: (weights[at] ?? 0) * unit };
    left += block.width + GAP;
    return block;
  });
}

function spanOf({ startTime, endTime }: { startTime: string | null; endTime: string | null }) {
  const [startNs, endNs] = [nsFrom(startTime), nsFrom(endTime)];
  return startNs === undefined || endNs === undefined || endNs < startNs ? undefined : { startNs, endNs };
}

/** The lanes of topics, by name: runs of each block's drive, and what is missing between them. */
export function piecesFrom(blocks: readonly Block[], runs: readonly CoverageRun[]): Map<string, Piece[]> {
  const topics = [...new Set(runs.map(({ topic }) => topic))].sort();
  const lanes = new Map<string, Piece[]>(topics.map((topic) => [topic, []]));
  for (const block of blocks) {
    const { driveId, tenant } = block.drive;
    const ofDrive = grouped(
      runs.filter((run) => run.driveId === driveId && run.tenant === tenant),
      ({ topic }) => topic,
    );
    for (const [topic, ofTopic] of ofDrive) lanes.get(topic)?.push(...piecesOf(block, ofTopic));
  }
  return lanes;
}

function piecesOf(block: Block, runs: readonly CoverageRun[]): Piece[] {
  const whole = spanOf(block.drive);
  if (!whole || whole.endNs === whole.startNs) return [];
  const lengthNs = Number(whole.endNs - whole.startNs);
  const placed = runs
    .flatMap((run) => {
      const span = spanOf(run);
      return span ? [{ ...run, ...span, look: lookOf(run.state) }] : [];
    })
    .sort((a, b) => (a.startNs < b.startNs ? -1 : a.startNs > b.startNs ? 1 : 0));
  const pieces: Omit<Piece, 'left' | 'width'>[] = [];
  for (const { topic, look, state, reason, startNs, endNs } of placed) {
    const last = pieces.at(-1);
    const silentNs = last ? Number(startNs - last.endNs) : 0;
    const isSame = last?.look === look && last.reason === reason;
    if (last && isSame && silentNs < lengthNs * PIECE_MIN) {
      pieces[pieces.length - 1] = { ...last, endNs: last.endNs > endNs ? last.endNs : endNs };
      continue;
    }
    const about = { topic, drive: block.drive };
    if (last && silentNs >= lengthNs * PIECE_MIN) {
      pieces.push({ ...about, look: 'missing', state: 'missing', reason: null, startNs: last.endNs, endNs: startNs });
    }
    pieces.push({ ...about, look, state, reason, startNs, endNs });
  }
  const share = (ns: bigint) => Math.min(1, Math.max(0, Number(ns - whole.startNs) / lengthNs));
  return pieces.map((piece) => ({
    ...piece,
    left: block.left + share(piece.startNs) * block.width,
    width: Math.max(PIECE_MIN, share(piece.endNs) - share(piece.startNs)) * block.width,
  }));
}

export const laneKey = (block: Block): string => keyOf(block.drive);
