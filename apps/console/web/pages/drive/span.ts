/** A stretch of log time, in nanoseconds. */
import { nsFrom } from '../../kit/figures.ts';

/** [startNs, endNs), never empty. */
export interface Span {
  readonly startNs: bigint;
  readonly endNs: bigint;
}

/** Shorter is never shown: a millisecond over the whole width. */
export const SHORTEST_NS = 1_000_000n;

/** From decimal nanoseconds; undefined for what is none. */
export function spanFrom(start: unknown, end: unknown): Span | undefined {
  const [startNs, endNs] = [nsFrom(start), nsFrom(end)];
  return startNs === undefined || endNs === undefined || endNs <= startNs ? undefined : { startNs, endNs };
}

/** The span moved so that it lies within the bounds, at the shortest length or more; the bounds where it is no shorter. */
export function within({ startNs, endNs }: Span, bounds: Span): Span {
  const wanted = endNs - startNs < SHORTEST_NS ? SHORTEST_NS : endNs - startNs;
  if (wanted >= bounds.endNs - bounds.startNs) return bounds;
  const latest = bounds.endNs - wanted;
  const start = startNs < bounds.startNs ? bounds.startNs : startNs > latest ? latest : startNs;
  return { startNs: start, endNs: start + wanted };
}
