/** The store of the settings, to read from without a node. */
import type { ObjectStore } from '@pitlane/ports/object-store';
import { layoutOf, openObjectReader, storeSpecOf } from '@pitlane/wiring/reading';
import type { Settings } from '../settings.ts';

export const readingStoreOf = (
  home: string,
  settings: Settings,
  signal: AbortSignal,
): Promise<Pick<ObjectStore, 'read'>> => openObjectReader(storeSpecOf(settings, layoutOf(home)), signal);
