/** The object store that the settings name, with retries around one that is reached over a network. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Log } from '@pitlane/base/telemetry';
import { openFileStore } from '@pitlane/object-store-files';
import type { ObjectLinks } from '@pitlane/ports/object-links';
import type { ObjectStore } from '@pitlane/ports/object-store';
import { retryingStore } from '@pitlane/ports/object-store/retrying';
import type { HomeLayout } from './home-layout.ts';
import type { StoreSettings } from './store-settings.ts';

/** Plain data, so that a task's process can open the same store. */
export type StoreSpec =
  | { readonly kind: 'file'; readonly root: string }
  | {
      readonly kind: 'gcs';
      readonly bucket: string;
      readonly endpoint?: string;
      readonly kmsKeyName?: string;
      readonly storageClass?: string;
    };

export function storeSpecOf(settings: StoreSettings, { objects }: HomeLayout): StoreSpec {
  const { objectStore, gcsEndpoint, gcsKmsKey, gcsStorageClass } = settings;
  if (objectStore === 'file') return { kind: 'file', root: objects };
  return {
    kind: 'gcs',
    bucket: objectStore.slice('gs://'.length),
    ...(gcsEndpoint && { endpoint: gcsEndpoint }),
    ...(gcsKmsKey && { kmsKeyName: gcsKmsKey }),
    ...(gcsStorageClass && { storageClass: gcsStorageClass }),
  };
}

export async function openObjectStore(spec: StoreSpec, log: Log, signal?: AbortSignal): Promise<ObjectStore> {
  if (spec.kind === 'file') return openFileStore({ root: spec.root });
  const { openGcsStore } = await import('@pitlane/object-store-gcs');
  return retryingStore(openGcsStore(spec), {
    ...(signal && { signal }),
    onRetry: ({ operation, name, attempt, error }) =>
      log.warn('store.retried', { operation, name, attempt, reason: error.message }),
  });
}

/** Links that let others read objects past us, where the store signs such. */
export async function openObjectLinks(spec: StoreSpec): Promise<ObjectLinks | undefined> {
  if (spec.kind === 'file') return undefined;
  const { openGcsLinks } = await import('@pitlane/object-store-gcs');
  return openGcsLinks({ bucket: spec.bucket, endpoint: spec.endpoint });
}

/** The address of an object as people and readers use it. */
export function objectUrlOf(spec: StoreSpec): (name: string) => string {
  return spec.kind === 'file'
    ? (name) => pathToFileURL(join(spec.root, name)).href
    : (name) => `gs://${spec.bucket}/${name}`;
}
