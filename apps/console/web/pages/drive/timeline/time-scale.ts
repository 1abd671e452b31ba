/**
 * Times and pixels. Times are bigint to the nanosecond wherever they are kept, shown or asked for; only distances from the
 * start of a drive become numbers, which are exact up to 104 days and right to a microsecond up to centuries.
 */
import { SHORTEST_NS, type Span, within } from '../span.ts';

/** `length` over zero pixels would be no scale. */
const WIDTH_MIN_PX = 1;

export interface TimeScale {
  readonly span: Span;
  readonly widthPx: number;
  xOf(timeNs: bigint): number;
  timeAt(x: number): bigint;
}

export function timeScale(span: Span, width: number): TimeScale {
  const widthPx = Math.max(WIDTH_MIN_PX, width);
  const lengthNs = Number(span.endNs - span.startNs);
  return {
    span,
    widthPx,
    xOf: (timeNs) => (Number(timeNs - span.startNs) / lengthNs) * widthPx,
    timeAt: (x) => span.startNs + BigInt(Math.round((x / widthPx) * lengthNs)),
  };
}

/**
 * A span that shows more or less of the drive, with one moment at the same pixel.
 * @param factor below one shows less
 */
export function zoomed({ startNs, endNs }: Span, factor: number, aboutNs: bigint, bounds: Span): Span {
  const length = Number(endNs - startNs);
  const wanted = Math.max(Number(SHORTEST_NS), Math.min(length * factor, Number(bounds.endNs - bounds.startNs)));
  const share = Number(aboutNs - startNs) / length;
  const start = aboutNs - BigInt(Math.round(wanted * share));
  return within(
    { startNs: start < 0n ? 0n : start, endNs: (start < 0n ? 0n : start) + BigInt(Math.round(wanted)) },
    bounds,
  );
}

/** Moved by a share of its length. */
export function moved({ startNs, endNs }: Span, share: number, bounds: Span): Span {
  const by = BigInt(Math.round(Number(endNs - startNs) * share));
  const start = startNs + by < 0n ? 0n : startNs + by;
  return within({ startNs: start, endNs: start + endNs - startNs }, bounds);
}

/** Between two moments in either order, cut by the bounds; undefined where nothing is between them. */
export function spanBetween(one: bigint, other: bigint, bounds: Span): Span | undefined {
  const [first, last] = one < other ? [one, other] : [other, one];
  const startNs = first < bounds.startNs ? bounds.startNs : first;
  const endNs = last > bounds.endNs ? bounds.endNs : last;
  return endNs > startNs ? { startNs, endNs } : undefined;
}
