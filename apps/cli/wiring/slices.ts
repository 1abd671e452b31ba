/** The slices of a node: cut beside it, kept below its home. */
import { join } from 'node:path';
import { Slices } from '@pitlane/catalog-api';
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
