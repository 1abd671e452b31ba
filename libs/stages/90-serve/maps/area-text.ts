/** An area as people write it: exactly one of a box, a place with a radius, and GeoJSON. */
import { PitlaneError } from '@pitlane/base/errors';
import { type Area, areaFromBox, areaFromGeoJson, areaNear } from '@pitlane/base/geo';

export interface AreaText {
  /** `west,south,east,north` */
  readonly bbox?: string | undefined;
  /** `latitude,longitude,radius in metres` */
  readonly near?: string | undefined;
  /** GeoJSON. */
  readonly polygon?: string | undefined;
}

/** Undefined where nothing is asked for. */
export function areaFromText({ bbox, near, polygon }: AreaText): Area | undefined {
  if ([bbox, near, polygon].filter((text) => text !== undefined).length > 1) {
    throw new PitlaneError('bad-usage', 'bbox, near and polygon do not go together: give one of them');
  }
  if (polygon !== undefined) return areaFromGeoJson(polygon, 'the polygon');
  if (bbox !== undefined) {
    const [westDeg, southDeg, eastDeg, northDeg] = numbersFrom(
      bbox,
      4,
      'bbox',
      'west,south,east,north in degrees',
    ) as FourNumbers;
    return areaFromBox({ westDeg, southDeg, eastDeg, northDeg });
  }
  if (near === undefined) return undefined;
  const [latDeg, lngDeg, radiusM] = numbersFrom(near, 3, 'near', 'latitude,longitude,radius in metres') as FourNumbers;
  return areaNear({ latDeg, lngDeg }, radiusM);
}

type FourNumbers = [number, number, number, number];

function numbersFrom(text: string, count: number, name: string, expected: string): readonly number[] {
  const parts = text.split(',').map((part) => part.trim());
  const isNumber = (part: string): boolean => /^[+-]?\d{1,9}(\.\d{1,15})?$/.test(part);
  if (parts.length === count && parts.every(isNumber)) return parts.map(Number);
  throw new PitlaneError('bad-usage', `${name} is ${JSON.stringify(text.slice(0, 100))}: write ${expected}`);
}
