/** A book as evidence that travels and is kept, and the evidence of several recordings as one book. */
import { NS_PER_S } from '@pitlane/base/time';
import {
  CONTENT_KINDS,
  type JudgedFrom,
  type RecordingEvidence,
  type StretchEvidence,
  type TopicEvidence,
} from '@pitlane/contracts/verdict';
import type { RateSpans } from './rate-spans.ts';
import type { Stretches } from './stretches.ts';
import type { TopicBook, TopicSeen } from './topic-book.ts';

/** Runs of a topic that go into the evidence of a recording; more gaps than this nobody reads one by one. */
const RUNS_KEPT = 65;
/** Of a topic with a period, silences up to so many periods are none in any profile. */
const SILENT_PERIODS_MIN = 1.5;

/** The book is done with: its shorter silences are forgotten. */
export function evidenceFrom(book: TopicBook, judgedFrom: JudgedFrom): RecordingEvidence {
  const topics = [...book.topics].map((seen) => topicEvidence(seen, book));
  return {
    judgedFrom,
    isExact: [...book.topics].every(({ isExact }) => isExact),
    topics,
    topicsLeftOut: book.topicsLeftOut,
  };
}

function topicEvidence(seen: TopicSeen, book: TopicBook): TopicEvidence {
  const { topic, schemaName, runs, intervals, contentJudged } = seen;
  const text = (ns: number | undefined): string | null => (ns === undefined ? null : String(book.timeNs(ns)));
  const period = intervals.isPeriodic ? (intervals.medianNs ?? 0) : 0;
  runs.coarsen(Math.max(runs.silenceNs, SILENT_PERIODS_MIN * period), RUNS_KEPT);
  const content: Partial<Record<(typeof CONTENT_KINDS)[number], StretchEvidence>> = {};
  for (const [kind, stretches] of seen.content) {
    stretches.ends();
    if (stretches.count > 0) content[kind] = stretchEvidence(stretches, book);
  }
  return {
    topic,
    schemaName,
    messages: seen.messages ?? null,
    startTime: text(seen.firstNs),
    endTime: text(seen.lastNs),
    intervals: [...intervals.rows()],
    runs: Array.from({ length: runs.length }, (_, run) => [
      String(book.timeNs(runs.startOf(run))),
      String(book.timeNs(runs.endOf(run))),
    ]),
    silenceNs: Math.ceil(runs.silenceNs),
    rates: { widthS: seen.rates.widthS, rows: rateRows(seen.rates, Number(book.baseNs / NS_PER_S)) },
    content,
    contentJudged,
  };
}

const stretchEvidence = (stretches: Stretches, book: TopicBook): StretchEvidence => ({
  count: stretches.count,
  totalMs: Math.round(stretches.totalNs / 1e6),
  longest: stretches.longest().map(({ start, end }) => [String(book.timeNs(start)), String(book.timeNs(end))]),
});

function rateRows(rates: RateSpans, baseS: number): number[][] {
  const rows: number[][] = [];
  let next: number | undefined;
  for (let i = 0; i < rates.length; i += 1) {
    const span = Math.floor((baseS + rates.startOf(i)) / rates.widthS);
    if (span !== next) rows.push([span]);
    rows.at(-1)?.push(rates.countOf(i));
    next = span + 1;
  }
  return rows;
}

/** Adds what was seen of one recording to what is known of its drive. */
export function addEvidence(book: TopicBook, { topics, topicsLeftOut, isExact }: RecordingEvidence): void {
  book.topicsLeftOut += topicsLeftOut;
  for (const one of topics) {
    const seen = book.topic(one.topic, one.schemaName);
    if (seen) addTopic(seen, one, isExact, book);
  }
}

function addTopic(seen: TopicSeen, one: TopicEvidence, isExact: boolean, book: TopicBook): void {
  const from = (text: string): number => book.fromBase(BigInt(text));
  seen.messages = seen.messages === undefined || one.messages === null ? undefined : seen.messages + one.messages;
  seen.isExact &&= isExact;
  seen.contentJudged += one.contentJudged;
  if (one.startTime !== null && one.endTime !== null) seen.reaches(from(one.startTime), from(one.endTime));
  for (const [bucket, count, meanNs] of one.intervals) seen.intervals.addMany(bucket, count, meanNs);
  seen.runs.forgets(one.silenceNs);
  for (const [start, end] of one.runs) seen.runs.cover(from(start), from(end));
  const baseS = Number(book.baseNs / NS_PER_S);
  seen.rates.widen(one.rates.widthS);
  for (const [first = 0, ...counts] of one.rates.rows) {
    counts.forEach((count, i) => seen.rates.add((first + i) * one.rates.widthS - baseS, count));
  }
  for (const kind of CONTENT_KINDS) {
    const stretch = one.content[kind];
    if (!stretch) continue;
    const longest = stretch.longest.map(([start, end]) => [from(start), from(end)] as const);
    seen.stretches(kind).addMany(stretch.count, stretch.totalMs * 1e6, longest);
  }
}
