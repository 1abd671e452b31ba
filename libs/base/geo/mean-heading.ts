/** Headings go round: their mean is that of arrows, and their range goes clockwise from one to the other. */
const RAD = Math.PI / 180;

export interface HeadingRange {
  readonly meanDeg: number;
  /** Clockwise from here … */
  readonly fromDeg: number;
  /** … to here lie all of them. */
  readonly toDeg: number;
}

/** Undefined where there is none, or where they cancel out. Each weighs what its length is. */
export function meanHeading(
  headings: readonly { readonly headingDeg: number; readonly lengthM: number }[],
): HeadingRange | undefined {
  let [north, east, weight] = [0, 0, 0];
  for (const { headingDeg, lengthM } of headings) {
    north += Math.cos(headingDeg * RAD) * lengthM;
    east += Math.sin(headingDeg * RAD) * lengthM;
    weight += lengthM;
  }
  if (weight === 0 || Math.hypot(north, east) < 1e-9 * weight) return undefined;
  const meanDeg = (Math.atan2(east, north) / RAD + 360) % 360;
  let [left, right] = [0, 0];
  for (const { headingDeg } of headings) {
    const off = ((headingDeg - meanDeg + 540) % 360) - 180;
    left = Math.min(left, off);
    right = Math.max(right, off);
  }
  return { meanDeg, fromDeg: (meanDeg + left + 360) % 360, toDeg: (meanDeg + right + 360) % 360 };
}
