/**
 * Rebuilds the catalog from the bucket alone: manifests and receipts, read in the order in which their docks began, give
 * the same rows as indexing did when they arrived.
 */
import { isPitlaneError, PitlaneError } from '@pitlane/base/errors';
import { mapOrdered } from '@pitlane/base/flow';
import type { CatalogEvent } from '@pitlane/contracts/catalog';
import type { DriveId, Sha256Hex } from '@pitlane/contracts/identity';
import type { DockFacts, DriveFacts } from '@pitlane/contracts/manifest';
import { MATRIX_PREFIX } from '@pitlane/contracts/matrix';
import type { ManifestClosed } from '@pitlane/contracts/records';
import type { ObjectStore } from '@pitlane/ports/object-store';
import { type IndexTools, indexManifest } from './index-manifest.ts';
import { catalogEventsOfNotes, isNotesObject } from './index-notes.ts';
import { lookAtPreview } from './look-at-preview.ts';
import { catalogEventsOfResults } from './index-results.ts';
import { type ReadManifest, readManifest } from './read-manifest.ts';

export interface Rebuilt {
  readonly drives: number;
  readonly manifests: number;
  readonly receipts: number;
  readonly previews: number;
  /** Manifests with objects that are missing: what is sound of them is indexed. */
  readonly resend: number;
  /** Manifests that are damaged; nothing of them is indexed. */
  readonly refused: readonly { readonly manifest: string; readonly reason: string }[];
  /** Runs of the matrix whose results are shown again. */
  readonly matrixRuns: number;
  /** Chunk objects that no manifest names: their drive has to be docked again, or is being docked just now. */
  readonly orphans: number;
  /** Whose they are, as prefixes in the store; at most `ORPHAN_DRIVES_MAX`. */
  readonly orphanDrives: readonly string[];
}

const ORPHAN_DRIVES_MAX = 100;

/** @param onManifest is told of each manifest that is done, for progress. */
export async function rebuildFromBucket(
  tools: IndexTools,
  onManifest: (done: number, total: number) => void = () => {},
): Promise<Rebuilt> {
  const { docks, previews: names, notes, results, refused, orphans, orphanDrives } = await findManifests(tools);
  docks.sort((a, b) => a.dockedAtMs - b.dockedAtMs || (a.object < b.object ? -1 : 1));
  await tools.catalog.wipe();
  let receipts = 0;
  let resend = 0;
  for (const [at, { closed, object }] of docks.entries()) {
    onManifest(at, docks.length);
    const answer = await indexManifest(closed, tools);
    if (answer.type === 'receipt') receipts += 1;
    else if (answer.type === 'resend') resend += 1;
    else refused.push({ manifest: object, reason: answer.reason });
  }
  await indexObjects(notes, tools, refused, (object) => catalogEventsOfNotes(tools.store, object));
  const previews = await indexPreviews(names, tools);
  const matrixRuns = await indexObjects(results, tools, refused, (object) =>
    catalogEventsOfResults(tools.store, object),
  );
  const drives = new Set(docks.map(({ closed }) => `${closed.drive.tenant}\n${closed.drive.driveId}`)).size;
  return { drives, manifests: docks.length, receipts, previews, resend, refused, matrixRuns, orphans, orphanDrives };
}

/** @returns how many there are: what is damaged is told among the refused. */
async function indexObjects(
  objects: readonly string[],
  { catalog }: IndexTools,
  refused: Refused[],
  eventsOf: (object: string) => Promise<readonly CatalogEvent[]>,
): Promise<number> {
  let sound = 0;
  for (const object of objects) {
    try {
      await catalog.append(await eventsOf(object));
      sound += 1;
    } catch (error) {
      if (!isPitlaneError(error, 'corrupt-input', 'checksum-mismatch')) throw error;
      refused.push({ manifest: object, reason: error.message });
    }
  }
  return sound;
}

/** @returns how many there are: what is none is left out. */
async function indexPreviews(names: readonly string[], tools: IndexTools): Promise<number> {
  let previews = 0;
  let events: CatalogEvent[] = [];
  const flush = async (): Promise<void> => {
    if (events.length > 0) await tools.catalog.append(events);
    events = [];
  };
  const looked = mapOrdered(names, LOOKS_AT_ONCE, async (name) => {
    const [, tenant = '', vehicleId = '', driveId = '', previewId = ''] = PREVIEW_NAME.exec(name) ?? [];
    return lookAtPreview({ tenant, vehicleId, driveId: driveId as DriveId }, previewId as Sha256Hex, tools);
  });
  for await (const event of looked) {
    if (!event) continue;
    previews += 1;
    events.push(event);
    if (events.length >= EVENTS_AT_ONCE) await flush();
  }
  await flush();
  return previews;
}

const LOOKS_AT_ONCE = 8;
const EVENTS_AT_ONCE = 500;
const PREVIEW_NAME = /^v1\/[0-9a-f]{2}\/([^/]+)\/([^/]+)\/([^/]+)\/previews\/([0-9a-f]{64})\.mcap$/;

interface FoundManifest {
  readonly object: string;
  readonly dockedAtMs: number;
  readonly closed: ManifestClosed;
}

type Refused = Rebuilt['refused'][number];
type Found = Pick<Rebuilt, 'orphans' | 'orphanDrives'> & {
  docks: FoundManifest[];
  notes: string[];
  /** Names of objects. */
  previews: string[];
  results: string[];
  refused: Refused[];
};

/** One walk over all names. They come in order, a drive's together, so that only the chunks of one drive are held. */
async function findManifests({ store }: IndexTools): Promise<Found> {
  const docks: FoundManifest[] = [];
  const notes: string[] = [];
  const previews: string[] = [];
  const results: string[] = [];
  const refused: Refused[] = [];
  const orphans = new Orphans();
  for await (const { name } of store.list('v1/')) {
    if (name.startsWith(MATRIX_PREFIX)) results.push(name);
    const [, drive = '', chunkId] = /^(v1(?:\/[^/]+){4}\/)(?:([0-9a-f]{64})\.mcap$)?/.exec(name) ?? [];
    orphans.enter(drive);
    if (chunkId) orphans.add(name);
    if (isNotesObject(name)) notes.push(name);
    if (PREVIEW_NAME.test(name)) previews.push(name);
    const sha256 = /\/manifests\/([0-9a-f]{64})\.ndjson$/.exec(name)?.[1];
    if (!sha256) continue;
    try {
      docks.push(await readFound(store, { object: name, sha256 }, orphans));
    } catch (error) {
      if (!isPitlaneError(error, 'corrupt-input', 'checksum-mismatch')) throw error;
      refused.push({ manifest: name, reason: error.message });
    }
  }
  orphans.enter('');
  return { docks, previews, notes, results, refused, orphans: orphans.count, orphanDrives: orphans.drives };
}

/** Chunks of the drive at hand that no manifest has named yet: in a drive's prefix they come before its manifests. */
class Orphans {
  count = 0;
  readonly drives: string[] = [];
  readonly #unnamed = new Set<string>();
  #drive = '';

  enter(drive: string): void {
    if (drive === this.#drive) return;
    if (this.#unnamed.size > 0 && this.drives.length < ORPHAN_DRIVES_MAX) this.drives.push(this.#drive);
    this.count += this.#unnamed.size;
    this.#unnamed.clear();
    this.#drive = drive;
  }

  add(object: string): void {
    this.#unnamed.add(object);
  }

  named(object: string): void {
    this.#unnamed.delete(object);
  }

  get isEmpty(): boolean {
    return this.#unnamed.size === 0;
  }
}

/** What the first line of a manifest says; the rest is read while chunks are left that it may name. */
async function readFound(store: ObjectStore, manifest: ReadManifest, orphans: Orphans): Promise<FoundManifest> {
  const { object } = manifest;
  let found: FoundManifest | undefined;
  try {
    for await (const line of readManifest(store, manifest)) {
      if (line.type === 'chunk') orphans.named(line.object);
      if (!found && line.type !== 'manifest') break;
      if (line.type === 'manifest') found = foundFrom(line, manifest);
      if (orphans.isEmpty) break;
    }
  } catch (error) {
    // Damage beyond the first line is told when the manifest is indexed.
    if (!found || !isPitlaneError(error, 'corrupt-input', 'checksum-mismatch')) throw error;
  }
  if (!found) throw new PitlaneError('corrupt-input', `${object} does not begin as a manifest`);
  return found;
}

function foundFrom(line: DriveFacts & DockFacts, { object, sha256 }: ReadManifest): FoundManifest {
  const { tenant, driveId, vehicleId, dockId, dockedAtMs } = line;
  const manifestSha256 = sha256 as ManifestClosed['manifestSha256'];
  const closed = { drive: { tenant, driveId, vehicleId }, dockId, manifestObject: object, manifestSha256 };
  return { object, dockedAtMs, closed };
}
