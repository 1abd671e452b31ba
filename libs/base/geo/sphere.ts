/** A sphere of the Earth's mean radius: within half a percent of the ellipsoid, and what engines of geography measure on. */
export const EARTH_RADIUS_M = 6_371_008.8;
export const M_PER_DEGREE = (EARTH_RADIUS_M * Math.PI) / 180;
const RAD = Math.PI / 180;

export interface Place {
  readonly lngDeg: number;
  readonly latDeg: number;
}

/** West is greater than east where it spans the antimeridian. */
export interface Box {
  readonly westDeg: number;
  readonly southDeg: number;
  readonly eastDeg: number;
  readonly northDeg: number;
}

/** -180 to 180, 180 not included. */
export const wrappedLngDeg = (lngDeg: number): number => {
  if (lngDeg >= -180 && lngDeg < 180) return lngDeg;
  return ((((lngDeg + 180) % 360) + 360) % 360) - 180;
};

export function distanceM(a: Place, b: Place): number {
  const sinLat = Math.sin(((b.latDeg - a.latDeg) * RAD) / 2);
  const sinLng = Math.sin(((b.lngDeg - a.lngDeg) * RAD) / 2);
  const h = sinLat * sinLat + Math.cos(a.latDeg * RAD) * Math.cos(b.latDeg * RAD) * sinLng * sinLng;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** Clockwise from north, 0 to 360, 360 not included, at the first place. */
export function bearingDeg(a: Place, b: Place): number {
  const dLng = (b.lngDeg - a.lngDeg) * RAD;
  const east = Math.sin(dLng) * Math.cos(b.latDeg * RAD);
  const north =
    Math.cos(a.latDeg * RAD) * Math.sin(b.latDeg * RAD) -
    Math.sin(a.latDeg * RAD) * Math.cos(b.latDeg * RAD) * Math.cos(dLng);
  return (Math.atan2(east, north) / RAD + 360) % 360;
}

/** Metres from the centre: distances of such points have no pole and no antimeridian. */
export function vectorOf({ lngDeg, latDeg }: Place): readonly [x: number, y: number, z: number] {
  const flat = EARTH_RADIUS_M * Math.cos(latDeg * RAD);
  return [flat * Math.cos(lngDeg * RAD), flat * Math.sin(lngDeg * RAD), EARTH_RADIUS_M * Math.sin(latDeg * RAD)];
}

/** At a fraction of the way from a to b, straight in longitude and latitude, by the shorter way round. */
export const placeAt = (a: Place, b: Place, fraction: number): Place => ({
  lngDeg: wrappedLngDeg(a.lngDeg + wrappedLngDeg(b.lngDeg - a.lngDeg) * fraction),
  latDeg: a.latDeg + (b.latDeg - a.latDeg) * fraction,
});

/** So many metres from a place in a direction, clockwise from north; at a pole north is along its longitude. */
export function placeFrom(place: Place, headingDeg: number, metres: number): Place {
  const [lng, lat, heading, angle] = [
    place.lngDeg * RAD,
    place.latDeg * RAD,
    headingDeg * RAD,
    metres / EARTH_RADIUS_M,
  ];
  const [up, north] = [Math.cos(angle), Math.sin(angle) * Math.cos(heading)];
  const east = Math.sin(angle) * Math.sin(heading);
  const out = up * Math.cos(lat) - north * Math.sin(lat);
  const [x, y] = [out * Math.cos(lng) - east * Math.sin(lng), out * Math.sin(lng) + east * Math.cos(lng)];
  const z = up * Math.sin(lat) + north * Math.cos(lat);
  return { lngDeg: wrappedLngDeg(Math.atan2(y, x) / RAD), latDeg: Math.atan2(z, Math.hypot(x, y)) / RAD };
}

/** Around a line of places: each is less than half the Earth from the one before. */
export function boxOf(places: readonly Place[]): Box {
  const [first] = places;
  let [lngDeg, west, south, east, north] = [first?.lngDeg ?? 0, first?.lngDeg ?? 0, 90, first?.lngDeg ?? 0, -90];
  for (const place of places) {
    lngDeg += wrappedLngDeg(place.lngDeg - lngDeg);
    west = Math.min(west, lngDeg);
    east = Math.max(east, lngDeg);
    south = Math.min(south, place.latDeg);
    north = Math.max(north, place.latDeg);
  }
  if (east - west >= 360) return { westDeg: -180, southDeg: south, eastDeg: 180, northDeg: north };
  return { westDeg: wrappedLngDeg(west), southDeg: south, eastDeg: wrappedEastDeg(east), northDeg: north };
}

/** The eastern end of a box may be 180 itself. */
const wrappedEastDeg = (lngDeg: number): number => (lngDeg === 180 ? 180 : wrappedLngDeg(lngDeg));
