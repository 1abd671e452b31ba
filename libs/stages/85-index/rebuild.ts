/**
 * Rebuilds the catalog from the bucket alone: manifests and receipts, read in the order in which their docks began, give
 * the same rows as indexing did when they arrived.
 */
import { isPitlaneError, PitlaneError } from '@pitlane/base/errors';
import type { DockFacts } from '@pitlane/contracts/manifest';
import type { ManifestClosed } from '@pitlane/contracts/records';
import type { ObjectStore } from '@pitlane/ports/object-store';
import { type IndexTools, indexManifest } from './index-manifest.ts';
import { readManifest } from './read-manifest.ts';

export interface Rebuilt {
  readonly drives: number;
  readonly manifests: number;
  readonly receipts: number;
  /** Manifests with objects that are missing: what is sound of them is indexed. */
  readonly resend: number;
  /** Manifests that are damaged; nothing of them is indexed. */
  readonly refused: readonly { readonly manifest: string; readonly reason: string }[];
}

/** @param onManifest is told of each manifest, for progress. */
export async function rebuildFromBucket(
  tools: IndexTools,
  onManifest: (object: string) => void = () => {},
): Promise<Rebuilt> {
  const { docks, refused } = await findManifests(tools);
  docks.sort((a, b) => a.dockedAtMs - b.dockedAtMs || (a.object < b.object ? -1 : 1));
  await tools.catalog.wipe();
  let receipts = 0;
  let resend = 0;
  for (const { closed, object } of docks) {
    onManifest(object);
    const answer = await indexManifest(closed, tools);
    if (answer.type === 'receipt') receipts += 1;
    else if (answer.type === 'resend') resend += 1;
    else refused.push({ manifest: object, reason: answer.reason });
  }
  const drives = new Set(docks.map(({ closed }) => `${closed.drive.tenant}\n${closed.drive.driveId}`)).size;
  return { drives, manifests: docks.length, receipts, resend, refused };
}

interface FoundManifest {
  readonly object: string;
  readonly dockedAtMs: number;
  readonly closed: ManifestClosed;
}

type Refused = Rebuilt['refused'][number];

async function findManifests({ store }: IndexTools): Promise<{ docks: FoundManifest[]; refused: Refused[] }> {
  const docks: FoundManifest[] = [];
  const refused: Refused[] = [];
  for await (const { name } of store.list('v1/')) {
    const sha256 = /\/manifests\/([0-9a-f]{64})\.ndjson$/.exec(name)?.[1];
    if (!sha256) continue;
    try {
      docks.push(await headOf(store, name, sha256 as ManifestClosed['manifestSha256']));
    } catch (error) {
      if (!isPitlaneError(error, 'corrupt-input', 'checksum-mismatch')) throw error;
      refused.push({ manifest: name, reason: error.message });
    }
  }
  return { docks, refused };
}

/** What the first line of a manifest says. */
async function headOf(
  store: ObjectStore,
  object: string,
  manifestSha256: ManifestClosed['manifestSha256'],
): Promise<FoundManifest> {
  for await (const line of readManifest(store, { object, sha256: manifestSha256 })) {
    if (line.type !== 'manifest') break;
    const { tenant, driveId, vehicleId, dockId, dockedAtMs } = line satisfies DockFacts;
    return {
      object,
      dockedAtMs,
      closed: { drive: { tenant, driveId, vehicleId }, dockId, manifestObject: object, manifestSha256 },
    };
  }
  throw new PitlaneError('corrupt-input', `${object} does not begin as a manifest`);
}
