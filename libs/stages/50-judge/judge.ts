/**
 * The judgement: what was seen of a drive against what is expected of it. It is a function of the two and nothing else,
 * so that the same drive under the same profile gets the same verdict, whoever asks and how often.
 */
import { counted } from '@pitlane/base/units';
import type { VehicleProfile } from '@pitlane/contracts/profile';
import type { FindingFacts, JudgedFrom, Verdict } from '@pitlane/contracts/verdict';
import { Expectations } from './expectations.ts';
import { findContent } from './find-content.ts';
import { findGaps, findPauses } from './find-gaps.ts';
import { findMissing } from './find-missing.ts';
import { findRates } from './find-rates.ts';
import type { Context } from './finding.ts';
import { type JudgedTopic, judgedTopics } from './judged-topic.ts';
import { PARKED_NS, type Part } from './recorded-time.ts';
import { type Recorder, recordersOf } from './recorders.ts';
import type { TopicBook } from './topic-book.ts';
import { lengthText, nameText } from './words.ts';

/** Findings of a drive that are told one by one; a drive with more is broken in a way that the first of them show. */
const FINDINGS_MAX = 200;
const NOTE_NAMES_MAX = 3;

export interface Judging {
  readonly book: TopicBook;
  readonly judgedFrom: JudgedFrom;
  readonly vehicleId: string;
  readonly profile: VehicleProfile | undefined;
  /** Logs of which nothing was seen: their topics may be there all the same. */
  readonly unseen: readonly string[];
  /** What whoever asks knows beside: a profile that could not be read. */
  readonly notes?: readonly string[];
}

export function judge(judging: Judging): Verdict {
  const { book, profile, unseen, judgedFrom } = judging;
  const expectations = new Expectations(profile);
  const topics = judgedTopics(book, expectations);
  const recorders = recordersOf(topics);
  const context: Context = { book, recordedNs: Math.max(...recorders.map(({ parts }) => lastedNs(parts))) };
  const all = [
    ...(unseen.length === 0 ? findMissing(expectations, topics) : []),
    ...recorders.flatMap(({ topics: own, parts }) => [
      ...findPauses(parts, context),
      ...own.flatMap((topic) => findGaps(topic, parts, context)),
    ]),
    ...topics.flatMap((topic) => [
      ...findRates(topic, context),
      ...(judgedFrom === 'messages' ? findContent(topic, context) : []),
    ]),
  ];
  const findings = all.sort(worstFirst).slice(0, FINDINGS_MAX);
  const cut = all.length > findings.length ? [`and ${all.length - findings.length} more findings`] : [];
  const isComplete = all.length === 0 && book.size > 0 && unseen.length === 0;
  return {
    judgedFrom,
    vehicleType: profile?.vehicleType ?? null,
    isComplete,
    summary: summaryOf(all.length, book, unseen),
    notes: [...(judging.notes ?? []), ...notesOf(judging, topics, recorders), ...cut],
    findings,
  };
}

const lastedNs = (parts: readonly Part[]): number => parts.reduce((sum, { start, end }) => sum + end - start, 0);

function summaryOf(found: number, book: TopicBook, unseen: readonly string[]): string {
  if (found > 0) return counted(found, 'finding');
  if (book.size === 0) return 'not judged';
  return unseen.length > 0 ? 'nothing found so far' : 'complete';
}

const rank = ({ severity }: FindingFacts): number => (severity === 'error' ? 0 : 1);
const lengthOf = ({ kind, startTime, endTime }: FindingFacts): bigint => {
  if (kind === 'missing') return 1n << 64n;
  return startTime === null || endTime === null ? 0n : BigInt(endTime) - BigInt(startTime);
};
const order = <T>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

const worstFirst = (a: FindingFacts, b: FindingFacts): number =>
  order(rank(a), rank(b)) ||
  order(lengthOf(b), lengthOf(a)) ||
  order(a.topic, b.topic) ||
  order(a.kind, b.kind) ||
  order(BigInt(a.startTime ?? 0), BigInt(b.startTime ?? 0));

/** What was not judged, and why: nobody should take silence for a good word. */
function notesOf(judging: Judging, topics: readonly JudgedTopic[], recorders: readonly Recorder[]): string[] {
  const { book, profile, vehicleId, judgedFrom, unseen } = judging;
  const notes: string[] = [];
  if (!profile)
    notes.push(
      `no profile for vehicle ${vehicleId}: only gaps${judgedFrom === 'messages' ? ', frozen cameras and GNSS' : ''} are judged`,
    );
  if (judgedFrom === 'index')
    notes.push('from the index alone: cameras and GNSS are judged when the messages have been read');
  if (unseen.length > 0) {
    const missing = profile ? ': missing topics are told when all are read' : '';
    notes.push(`without an index, and not judged yet: ${named(unseen)}${missing}`);
  }
  if (topics.some(({ seen }) => !seen.isExact))
    notes.push('the index says of some topics only in which chunk they are: short gaps are not seen in them yet');
  if (book.topicsLeftOut > 0)
    notes.push(`${counted(book.topicsLeftOut, 'topic')} beyond the first ${book.size} are not judged`);
  const [jumpNs] = recorders.flatMap(({ parts }) => jumpsIn(parts));
  if (jumpNs !== undefined) notes.push(`its times jump by ${lengthText(jumpNs)}: each part is judged by itself`);
  if (recorders.length > 1)
    notes.push(`its logs run on ${recorders.length} clocks, hours apart: topics are compared with those on their own`);
  const blind = topics.filter(({ expected, seen }) => expected?.kind === 'camera' && seen.contentJudged === 0);
  if (judgedFrom === 'messages' && blind.length > 0)
    notes.push(`pictures that cannot be looked into: ${named(blind.map(({ seen }) => seen.topic))}`);
  return notes;
}

/** How long the silences are that are no gaps. */
const jumpsIn = (parts: readonly Part[]): number[] =>
  parts
    .slice(1)
    .map(({ start }, i) => start - (parts[i] as Part).end)
    .filter((silentNs) => silentNs >= PARKED_NS);

function named(names: readonly string[]): string {
  const told = names.slice(0, NOTE_NAMES_MAX).map(nameText).join(', ');
  return names.length > NOTE_NAMES_MAX ? `${told} and ${names.length - NOTE_NAMES_MAX} more` : told;
}
