/** Rates below what a profile expects, from when to when. Silences count as gaps and not as a lower rate. */
import type { FindingFacts } from '@pitlane/contracts/verdict';
import { type Context, FINDINGS_PER_TOPIC, severityOf } from './finding.ts';
import type { JudgedTopic } from './judged-topic.ts';
import { clockText, hinted, nameText, rateText } from './words.ts';

/** With fewer messages in a span, one more or less is no other rate. */
const SPAN_MESSAGES_MIN = 20;
/** A span that was silent for most of its time says nothing of its rate. */
const HEARD_SHARE_MIN = 0.5;

interface Drop {
  start: number;
  end: number;
  heardNs: number;
  messages: number;
}

export function findRates(topic: JudgedTopic, context: Context): FindingFacts[] {
  const { expected, seen } = topic;
  if (expected?.rateHz === undefined) return [];
  const leastHz = expected.rateHz * (1 - expected.tolerance);
  const drops =
    seen.rates.length > 0 && seen.isExact ? dropsBySpan(topic, expected.rateHz, leastHz) : overall(topic, leastHz);
  drops.sort((a, b) => b.end - b.start - (a.end - a.start));
  return drops.slice(0, FINDINGS_PER_TOPIC).map(({ start, end, heardNs, messages }) => {
    const seenHz = (messages * 1e9) / heardNs;
    const [from, to] = [context.book.timeNs(start), context.book.timeNs(end)];
    const line = `${nameText(seen.topic)} at ${rateText(seenHz)} from ${clockText(from)} to ${clockText(to)}, expected ${rateText(expected.rateHz as number)}`;
    return {
      topic: seen.topic,
      kind: 'rate',
      severity: severityOf(end - start, context),
      startTime: String(from),
      endTime: String(to),
      expected: Math.round((expected.rateHz as number) * 1000),
      seen: Math.round(seenHz * 1000),
      unit: 'mHz',
      count: 1,
      text: hinted(line, expected.hint),
    };
  });
}

/** Where no times are known within it, of the whole drive. */
function overall({ seen, runs }: JudgedTopic, leastHz: number): Drop[] {
  const { messages, firstNs, lastNs } = seen;
  if (messages === undefined || firstNs === undefined || lastNs === undefined || messages < 2) return [];
  const heardNs = lastNs - firstNs - silentNs(runs, firstNs, lastNs);
  const drop = { start: firstNs, end: lastNs, heardNs, messages: messages - 1 };
  return heardNs > 0 && ((messages - 1) * 1e9) / heardNs < leastHz ? [drop] : [];
}

/** Spans are put together until enough messages are expected in them; low ones in a row are one drop. */
function dropsBySpan(topic: JudgedTopic, rateHz: number, leastHz: number): Drop[] {
  const { seen, runs } = topic;
  const { rates } = seen;
  const [first, last] = [seen.firstNs as number, seen.lastNs as number];
  const widthNs = rates.widthS * 1e9;
  const spanNs = Math.ceil(SPAN_MESSAGES_MIN / rateHz / rates.widthS) * widthNs;
  const drops: Drop[] = [];
  let open: Drop | undefined;
  let wholeSpans = 0;
  for (let i = 0; i < rates.length; ) {
    // Spans keep to multiples of their width, so that the first and the last are whole only by chance.
    const start = rates.startOf(i) * 1e9;
    let messages = 0;
    for (; i < rates.length && rates.startOf(i) * 1e9 < start + spanNs; i += 1) messages += rates.countOf(i);
    const end = start + spanNs;
    if (start < first || end > last) continue;
    wholeSpans += 1;
    const heardNs = spanNs - silentNs(runs, start, end);
    const isHeard = heardNs >= spanNs * HEARD_SHARE_MIN;
    if (!isHeard || (messages * 1e9) / heardNs >= leastHz) open = undefined;
    else if (open && open.end === start) {
      open.end = end;
      open.heardNs += heardNs;
      open.messages += messages;
    } else drops.push((open = { start, end, heardNs, messages }));
  }
  return wholeSpans > 0 ? drops : overall(topic, leastHz);
}

/** Silences between runs, as far as they lie in [start, end]. */
function silentNs(runs: JudgedTopic['runs'], start: number, end: number): number {
  let silent = 0;
  for (let run = 1; run < runs.length; run += 1) {
    silent += Math.max(0, Math.min(end, runs.startOf(run)) - Math.max(start, runs.endOf(run - 1)));
  }
  return silent;
}
