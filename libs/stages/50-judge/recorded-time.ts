/**
 * When the recorder ran: some topic with a period was there. Where all of them fall silent together it is one thing that
 * happened, not one for each topic; and where a clock jumps, each side is judged by itself.
 */
import type { JudgedTopic } from './judged-topic.ts';

export interface Part {
  readonly start: number;
  readonly end: number;
}

/** A silence of everything that lasts longer is no gap: the vehicle was parked, or its clock jumped. */
export const PARKED_NS = 3_600_000_000_000;

/**
 * In order, without overlaps. Silences that are a gap of every topic lie between them.
 * @param periodic topics with a period
 * @param spans only what lies in one of these counts
 */
export function recordedParts(periodic: readonly JudgedTopic[], spans?: readonly Part[]): Part[] {
  // One topic alone cannot tell a silence of its own from one of the recorder.
  const [only] = periodic;
  const joinNs = periodic.length === 1 && only ? PARKED_NS : 0;
  const runs = periodic.flatMap(({ runs: own }) =>
    Array.from({ length: own.length }, (_, run) => ({ start: own.startOf(run), end: own.endOf(run) })),
  );
  runs.sort((a, b) => a.start - b.start);
  const isAsked = ({ start, end }: Part): boolean =>
    spans === undefined || spans.some((span) => start >= span.start && end <= span.end);
  const shortestGapNs = Math.min(...periodic.map(({ gapNs = 0 }) => gapNs));
  const parts: { start: number; end: number }[] = [];
  for (const run of runs.filter(isAsked)) {
    const last = parts.at(-1);
    if (last && run.start - last.end <= Math.max(joinNs, shortestGapNs)) last.end = Math.max(last.end, run.end);
    else parts.push({ ...run });
  }
  return parts;
}
