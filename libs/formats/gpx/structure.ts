/** The tags that give a GPX file its structure. They are what reading goes on from behind damage. */

const STRUCTURAL = new Set(['gpx', 'trk', 'trkseg', 'trkpt', 'rte', 'rtept', 'wpt']);
const POINTS = new Set(['trkpt', 'rtept', 'wpt']);
/** The longest of them with `</` and one byte behind. */
export const TAG_BYTES_MAX = 9;

export const isStructural = (name: string): boolean => STRUCTURAL.has(name);

export const isPoint = (name: string): boolean => POINTS.has(name);

/** The first structural tag in `[from, end)`, or -1; the end tag of a point is none. */
export function findStructuralTag(bytes: Buffer, from: number, end: number): number {
  const view = bytes.subarray(0, end);
  for (let at = view.indexOf(0x3c, from); at >= 0; at = view.indexOf(0x3c, at + 1)) {
    const tag = /^<(\/?)([a-z]+)[\s/>]/.exec(view.toString('latin1', at, at + TAG_BYTES_MAX));
    const [, slash, name = ''] = tag ?? [];
    if (isStructural(name) && !(slash === '/' && isPoint(name))) return at;
  }
  return -1;
}
