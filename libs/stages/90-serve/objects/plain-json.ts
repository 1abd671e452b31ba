/** Decoded messages as JSON: what is left out of it, and how what JSON does not have is written. */

/** Pictures and clouds of points are kept as they are: their readers want arrays, not text. */
const BULKY = /(^|[/.])(PointCloud2?|LaserScan|Image|RawImage|CompressedImage|CompressedVideo|Grid|OccupancyGrid)$/;

export const isBulky = (schemaName: string | null): boolean => BULKY.test(schemaName ?? '');

/**
 * For `JSON.stringify`. JSON has no 64-bit numbers, no typed arrays and no infinity: digits as text, a list, and their names.
 * Samples of datasets are made with it: a change raises EXTRACTOR_VERSION.
 */
export function plainValue(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return Array.from(value as Uint8Array);
  return value;
}
