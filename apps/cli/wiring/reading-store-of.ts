/** The store of the settings, to read from without a node. */
import { silentLog } from '@pitlane/base/telemetry';
import type { ObjectStore } from '@pitlane/ports/object-store';
import { layoutOf, openObjectStore, storeSpecOf } from '@pitlane/wiring';
import type { Settings } from '../settings.ts';
import { bytesOfFileStore } from './reading-store.ts';

export async function readingStoreOf(
  home: string,
  settings: Settings,
  signal: AbortSignal,
): Promise<Pick<ObjectStore, 'read'>> {
  const spec = storeSpecOf(settings, layoutOf(home));
  return spec.kind === 'file' ? bytesOfFileStore(spec.root) : openObjectStore(spec, silentLog, signal);
}
