/**
 * Whose times may be compared. Logs of one drive may run on clocks that have nothing to do with one another: one counts from
 * boot or from 1970, another has UTC. Of such a log no topic is silent while another runs. Stretches of time that lie far
 * apart belong to one recorder where they hold mostly the same topics, as after a break or a step of its clock.
 */
import type { JudgedTopic } from './judged-topic.ts';
import { PARKED_NS, type Part, recordedParts } from './recorded-time.ts';

export interface Recorder {
  readonly topics: readonly JudgedTopic[];
  /** When it ran. */
  readonly parts: readonly Part[];
}

interface Span {
  readonly start: number;
  end: number;
  readonly topics: Set<JudgedTopic>;
}

/** A clock that jumps about more often tells nothing apart. */
const SPANS_MAX = 64;
/** Of the topics of the poorer one: so many are in both stretches of one recorder. */
const SHARED_MIN = 0.5;

/** At least one, with all topics that have a period. */
export function recordersOf(topics: readonly JudgedTopic[]): Recorder[] {
  const periodic = topics.filter(({ gapNs }) => gapNs !== undefined);
  const spans = spansOf(periodic);
  if (spans.length < 2 || spans.length > SPANS_MAX) return [{ topics: periodic, parts: recordedParts(periodic) }];
  return joined(spans).map((own) => {
    const among = periodic.filter((topic) => own.some((span) => span.topics.has(topic)));
    return { topics: among, parts: recordedParts(among, own) };
  });
}

/** In order of time, with an hour and more of silence between them. */
function spansOf(periodic: readonly JudgedTopic[]): Span[] {
  const runs = periodic.flatMap((topic) =>
    Array.from({ length: topic.runs.length }, (_, run) => ({
      topic,
      start: topic.runs.startOf(run),
      end: topic.runs.endOf(run),
    })),
  );
  runs.sort((a, b) => a.start - b.start);
  const spans: Span[] = [];
  for (const { topic, start, end } of runs) {
    const last = spans.at(-1);
    if (last && start - last.end < PARKED_NS) {
      last.end = Math.max(last.end, end);
      last.topics.add(topic);
    } else spans.push({ start, end, topics: new Set([topic]) });
  }
  return spans;
}

/** Spans that follow from one another by their topics, each group in order of time. */
function joined(spans: readonly Span[]): Span[][] {
  const groups: Span[][] = [];
  for (const span of spans) {
    const alike = groups.filter((group) => group.some((other) => isOneRecorder(span, other)));
    for (const group of alike) groups.splice(groups.indexOf(group), 1);
    groups.push([...alike.flat(), span].sort((a, b) => a.start - b.start));
  }
  return groups;
}

function isOneRecorder(a: Span, b: Span): boolean {
  const shared = [...a.topics].filter((topic) => b.topics.has(topic)).length;
  return shared > SHARED_MIN * Math.min(a.topics.size, b.topics.size);
}
