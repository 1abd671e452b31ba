/** What the index of a file says of its topics, as evidence: of MCAP and of bags, without decompressing anything. */
import type { RecordingEvidence } from '@pitlane/contracts/verdict';
import type { ByteSource, IndexBudget, IndexedTopic, ReadTools, RecordingFormat } from '@pitlane/formats/recording';
import { evidenceFrom } from './evidence.ts';
import { TopicBook, type TopicSeen } from './topic-book.ts';

/** Of indexes behind chunks: 1.5 million messages; where there are more, stretches of chunks must do. */
export const INDEX_BYTES_MAX = 24 * 1024 * 1024;

export interface IndexPatience {
  /** Milliseconds, of any clock. */
  readonly nowMs: () => number;
  /** From when on no further piece of an index is read. */
  readonly untilMs: number;
}

/** Undefined where the file has no index. */
export async function indexEvidence(
  source: ByteSource,
  format: RecordingFormat,
  tools: ReadTools,
  { nowMs, untilMs }: IndexPatience,
): Promise<RecordingEvidence | undefined> {
  const book = new TopicBook();
  const budget: IndexBudget = { bytesMax: INDEX_BYTES_MAX, isSpent: () => nowMs() >= untilMs };
  const topic = (name: string, schemaName: string, messages: number | undefined): IndexedTopic => {
    const seen = book.topic(name, schemaName);
    if (!seen) return NOBODY;
    seen.messages = seen.messages === undefined || messages === undefined ? undefined : seen.messages + messages;
    return timesOf(seen, book);
  };
  const isIndexed = await format.readTimes?.(source, tools, { topic }, budget);
  return isIndexed ? evidenceFrom(book, 'index') : undefined;
}

const NOBODY: IndexedTopic = { at: () => {}, within: () => {} };

function timesOf(seen: TopicSeen, book: TopicBook): IndexedTopic {
  return {
    at: (highNs, lowNs) => seen.at(book.halvesFromBase(highNs, lowNs)),
    within(startNs, endNs) {
      const [start, end] = [book.fromBase(startNs), book.fromBase(endNs)];
      seen.isExact = false;
      seen.reaches(start, end);
      seen.runs.cover(start, end);
    },
  };
}
