/** Silences: of one topic while others went on, at the beginning, in the middle and to the end; and of all together. */
import type { FindingFacts } from '@pitlane/contracts/verdict';
import { type Context, findingsOf, type Stretch } from './finding.ts';
import type { JudgedTopic } from './judged-topic.ts';
import { PARKED_NS, type Part } from './recorded-time.ts';
import { clockText, lengthText } from './words.ts';

/** Sensors start one after another, and recorders write out what they have in some order. */
const START_GRACE_NS = 5_000_000_000;
const END_GRACE_NS = 1_000_000_000;

interface Silences {
  readonly inside: Stretch[];
  readonly starts: Set<Stretch>;
  readonly ends: Set<Stretch>;
}

export function findGaps(topic: JudgedTopic, parts: readonly Part[], context: Context): FindingFacts[] {
  const { gapNs, seen, expected } = topic;
  if (gapNs === undefined) return [];
  const silences = silencesOf(topic, parts, gapNs);
  const unkept = seen.runs.silenceNs > gapNs ? seen.intervals.longerThan(gapNs) : 0;
  const clock = (ns: number): string => clockText(context.book.timeNs(ns));
  return findingsOf(
    {
      topic: seen.topic,
      kind: 'gap',
      hint: expected?.hint,
      expectedMs: Math.round(gapNs / 1e6),
      stretches: silences.inside,
      count: Math.max(silences.inside.length, unkept),
      isAbout: unkept > silences.inside.length,
      noun: 'gap',
      line(stretch) {
        const length = lengthText(stretch.end - stretch.start);
        if (silences.starts.has(stretch)) return `silent until ${clock(stretch.end)}, the first ${length}`;
        if (silences.ends.has(stretch)) return `silent from ${clock(stretch.start)} to the end, ${length}`;
        return `silent from ${clock(stretch.start)} for ${length}`;
      },
    },
    context,
  );
}

/** What of the recorded parts the topic's runs do not cover. Both are in order of time. */
function silencesOf({ runs }: JudgedTopic, parts: readonly Part[], gapNs: number): Silences {
  const silences: Silences = { inside: [], starts: new Set(), ends: new Set() };
  let run = 0;
  for (const part of parts) {
    while (run < runs.length && runs.endOf(run) < part.start) run += 1;
    let at = part.start;
    let isFirst = true;
    for (; at < part.end; run += 1) {
      const next = run < runs.length ? runs.startOf(run) : Number.POSITIVE_INFINITY;
      const isLast = next >= part.end;
      const stretch = { start: at, end: Math.min(next, part.end) };
      const graceNs = isFirst ? START_GRACE_NS : isLast ? END_GRACE_NS : 0;
      if (stretch.end - stretch.start > Math.max(gapNs, graceNs)) {
        silences.inside.push(stretch);
        if (isFirst && !isLast) silences.starts.add(stretch);
        if (isLast && !isFirst) silences.ends.add(stretch);
      }
      if (isLast) break;
      at = runs.endOf(run);
      isFirst = false;
    }
  }
  return silences;
}

/** Everything silent at once, as when the recorder stalls. */
export function findPauses(parts: readonly Part[], context: Context): FindingFacts[] {
  const pauses = parts
    .slice(1)
    .map((part, i) => ({ start: (parts[i] as Part).end, end: part.start }))
    .filter(({ start, end }) => end - start < PARKED_NS);
  const line = ({ start, end }: Stretch): string =>
    `silent from ${clockText(context.book.timeNs(start))} for ${lengthText(end - start)}: nothing was recorded`;
  const about = { topic: '*', kind: 'gap', hint: undefined, expectedMs: null, noun: 'pause of everything' } as const;
  return findingsOf({ ...about, stretches: pauses, count: pauses.length, line }, context);
}
