/**
 * Places on the Earth as a sphere, lines between them, and areas: how far, in which direction, and where a line is inside.
 * Derivation and queries stand on it. It knows no file format but the geometry of GeoJSON, and nothing of catalogs.
 */
export { areaFromBox, areaFromGeoJson, areaNear } from './area-from.ts';
export { type Area, areaContains, type Ring, stretchesInside } from './area.ts';
export { keptPoints } from './keep-points.ts';
export { type HeadingRange, meanHeading } from './mean-heading.ts';
export {
  bearingDeg,
  type Box,
  boxOf,
  distanceM,
  EARTH_RADIUS_M,
  M_PER_DEGREE,
  type Place,
  placeAt,
  placeFrom,
  vectorOf,
  wrappedLngDeg,
} from './sphere.ts';
