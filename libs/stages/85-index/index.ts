/**
 * Stage 85, index: turns docks, landings and manifests into catalog events, and answers a manifest with a receipt when
 * it has looked at every object itself. It is the last stage on the way up; its answers travel back to the garage. It
 * never signs for what it did not see.
 */
export { catalogEventsOfDocks, catalogEventsOfLandings } from './events-of-records.ts';
export { indexDataset, type RebuiltDatasets, rebuildDatasets } from './index-dataset.ts';
export { catalogEventsOfNotes } from './index-notes.ts';
export { lookAtPreview } from './look-at-preview.ts';
export { catalogEventsOfResults, RESULTS_BYTES_MAX } from './index-results.ts';
export { type IndexTools, indexManifest } from './index-manifest.ts';
export { type ReadManifest, readManifest } from './read-manifest.ts';
export { rebuildFromBucket, type Rebuilt } from './rebuild.ts';
