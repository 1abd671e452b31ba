/**
 * Answers where: passes through an area, and tracks for maps. Candidates come from the catalog by cells or by geography; what
 * is said of them is then computed here from their points, so both engines say the same. It reads no object.
 */
export { type AreaText, areaFromText } from './area-text.ts';
export { featureFromLine, geoJsonLines, isLastLine, type TrackFeature } from './features.ts';
export { GeoParquetFile } from './geo-parquet.ts';
export { type FoundPass, findPasses, passKey, type PassRequest } from './find-passes.ts';
export type { TrackFilter } from './find-pieces.ts';
export { headingFromText } from './heading-text.ts';
export { type MapTrack, tracksOfDrives } from './tracks.ts';
