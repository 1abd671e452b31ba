/** The slices and replays of a node: carried out beside it; slices are kept below its home. */
import { join } from 'node:path';
import { Replays, Slices } from '@pitlane/catalog-api';
import { versions } from '@pitlane/compressor-zstd';
import { type HomeLayout, VERSION } from '@pitlane/wiring';
import type { Settings } from '../settings.ts';
import type { Stores } from './open-parts.ts';

export const slicesOf = (layout: HomeLayout, settings: Settings, { catalog, storeSpec }: Stores): Slices =>
  new Slices({
    catalog,
    storeSpec,
    cacheFolder: join(layout.temporary, 'slices'),
    cacheBytesMax: settings.sliceCacheBytes,
    atOnceMax: settings.slicesAtOnce,
    versions: [VERSION, versions.zstd],
  });

export const replaysOf = ({ slicesAtOnce: atOnceMax }: Settings, { catalog, storeSpec }: Stores): Replays =>
  new Replays({ catalog, storeSpec, atOnceMax });
