/**
 * Rebuilds the catalog from the bucket alone: manifests and receipts, read in the order in which their docks began, give
 * the same rows as indexing did when they arrived.
 */
import type { DockFacts } from '@pitlane/contracts/manifest';
import type { ManifestClosed } from '@pitlane/contracts/records';
import { type IndexTools, indexManifest } from './index-manifest.ts';
import { readManifest } from './read-manifest.ts';

export interface Rebuilt {
  readonly drives: number;
  readonly manifests: number;
  readonly receipts: number;
  readonly resend: number;
}

/** @param onManifest is told of each manifest, for progress. */
export async function rebuildFromBucket(
  tools: IndexTools,
  onManifest: (object: string) => void = () => {},
): Promise<Rebuilt> {
  const docks = (await findManifests(tools)).sort(
    (a, b) => a.dockedAtMs - b.dockedAtMs || (a.object < b.object ? -1 : 1),
  );
  await tools.catalog.wipe();
  let receipts = 0;
  let resend = 0;
  for (const { closed, object } of docks) {
    onManifest(object);
    const answer = await indexManifest(closed, tools);
    if (answer.type === 'receipt') receipts += 1;
    else resend += 1;
  }
  const drives = new Set(docks.map(({ closed }) => `${closed.drive.tenant}\n${closed.drive.driveId}`)).size;
  return { drives, manifests: docks.length, receipts, resend };
}

interface FoundManifest {
  readonly object: string;
  readonly dockedAtMs: number;
  readonly closed: ManifestClosed;
}

async function findManifests({ store }: IndexTools): Promise<FoundManifest[]> {
  const found: FoundManifest[] = [];
  for await (const { name } of store.list('v1/')) {
    const sha256 = /\/manifests\/([0-9a-f]{64})\.ndjson$/.exec(name)?.[1];
    if (!sha256) continue;
    for await (const line of readManifest(store, { object: name, sha256 })) {
      if (line.type !== 'manifest') break;
      const { tenant, driveId, vehicleId, dockId, dockedAtMs } = line satisfies DockFacts;
      const manifestSha256 = sha256 as ManifestClosed['manifestSha256'];
      found.push({
        object: name,
        dockedAtMs,
        closed: { drive: { tenant, driveId, vehicleId }, dockId, manifestObject: name, manifestSha256 },
      });
      break;
    }
  }
  return found;
}
