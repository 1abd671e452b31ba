/** The loop of the stage: events of the reader in, closed chunks out, in the order of closing. */
import { chunkIdFrom } from '@pitlane/contracts/identity';
import type { ChunkFacts, LossFacts } from '@pitlane/contracts/manifest';
import { GroupRule, groupIsSelected, PLAN_VERSION, SHARED_GROUP } from '@pitlane/contracts/plan';
import { EVERY_TOPIC } from '@pitlane/contracts/topic-filter';
import { chunkObjectName } from '@pitlane/contracts/object-layout';
import { MESSAGE_OVERHEAD_BYTES } from '@pitlane/formats/mcap';
import type { RecordingContent } from '@pitlane/formats/content';
import type { Loss, Message, RecordingEvent, RecordingFormat } from '@pitlane/formats/recording';
import { recordingFolder } from '@pitlane/ports/spool';
import { ChannelBook, channelIdentity } from './channel-book.ts';
import { chunkRanges } from './chunk-opaque.ts';
import { ClockObserver } from './clock/index.ts';
import { CountedChunk } from './counted-chunk.ts';
import { Extras } from './extras.ts';
import { GrowingChunk } from './growing-chunk.ts';
import { type ChunkEvent, type ChunkJob, type ChunkTools, chunkName } from './job.ts';
import { type ChunkKey, type OpenChunk, OpenChunks, windowStartText } from './open-chunks.ts';
import { Pace } from './pace.ts';
import { Withholding } from './withhold.ts';

/** zstd levels, measured per kind of topic: see libs/decisions. */
const THICK_LEVEL = 3;
const THIN_LEVEL = 3;

/** Closed chunks that may still be writing while the reader goes on. */
const CLOSING_MAX = 4;

/**
 * Cuts a recording of a known format, from its content: what is unread comes from there too, and from the bytes that are
 * kept behind it. Throws `LandOpaque` when it cannot be taken apart within the limits: whatever it gave before that is
 * void, and the caller lands the file with `chunkOpaque`. A pass over selected chunks reads and counts the others too,
 * without compressing them: which chunk a message goes to hangs on all that came before it.
 */
export async function* chunkRecording(
  job: ChunkJob,
  { source, kept, losses: lostBefore, notes }: RecordingContent,
  format: RecordingFormat,
  tools: ChunkTools,
): AsyncGenerator<ChunkEvent> {
  const { profile, library } = await format.inspect(source, tools);
  const cutter = new Cutter(job, profile, tools);
  const clock = new ClockObserver(job.dockedAtMs);
  const withholding = new Withholding(job.filter ?? EVERY_TOPIC);
  try {
    for await (const batch of format.read(source, tools)) {
      tools.signal?.throwIfAborted();
      // These two see withheld messages too: they keep counts and times, so that nobody is told that a topic is missing.
      tools.observer?.observe(batch);
      if (!job.only) clock.take(batch);
      yield* cutter.takeBatch(withholding.pass(batch));
      yield cutter.progress(source.sizeBytes);
      if (cutter.hasPassedSelection) break;
    }
    yield* cutter.finish();
  } catch (error) {
    await cutter.discard();
    throw error;
  }
  if (job.only) return;
  const losses = [...lostBefore, ...cutter.losses].sort((a, b) => a.offset - b.offset);
  const unread: ChunkFacts[] = [];
  const keeping = withholding.keepsUnread ? losses : [];
  for await (const facts of chunkRanges('unread', keeping, job, kept, tools, cutter.nextOrdinal)) {
    unread.push(facts);
    yield { type: 'chunk', facts, known: job.done.get(chunkName('unread', '', null, facts.part)) === facts };
  }
  const { facts: clockFacts, notes: clockNotes } = clock.finish();
  yield {
    type: 'end',
    profile,
    library,
    messages: cutter.messages,
    channels: cutter.book.facts(job.recordingId),
    losses: [
      ...losses.map((loss) => withholding.told(lossFacts(loss, unread, job))),
      ...withholding.losses(job.recordingId),
    ],
    notes: [...notes, ...cutter.notes, ...clockNotes],
    ...(clockFacts && { clock: clockFacts }),
    ...(tools.observer && { evidence: tools.observer.evidence() }),
  };
}

function lossFacts(loss: Loss, unread: readonly ChunkFacts[], { recordingId }: ChunkJob): LossFacts {
  const keptIn = unread.find((chunk) => loss.bytes > 0 && chunk.sourceEnd > loss.offset);
  return {
    recordingId,
    reason: loss.reason,
    text: loss.text,
    offset: loss.offset,
    bytes: loss.bytes,
    keptIn: keptIn?.chunkId ?? null,
    topics: loss.topics,
    startTime: loss.startTimeNs?.toString() ?? null,
    endTime: loss.endTimeNs?.toString() ?? null,
  };
}

class Cutter {
  readonly book = new ChannelBook();
  readonly losses: Loss[] = [];
  readonly notes: string[] = [];
  messages = 0;
  nextOrdinal = 0;
  readonly #job: ChunkJob;
  readonly #tools: ChunkTools;
  readonly #pace: Pace;
  readonly #rule = new GroupRule();
  readonly #chunks: OpenChunks<GrowingChunk | CountedChunk>;
  readonly #closing: Promise<ChunkEvent>[] = [];
  readonly #extras: Extras;
  readonly #profile: string;
  /** Chunks that are being made. */
  #growing = 0;
  #readBytes = 0;
  #rawBytes = 0;
  #storedBytes = 0;

  constructor(job: ChunkJob, profile: string, tools: ChunkTools) {
    this.#job = job;
    this.#profile = profile;
    this.#tools = tools;
    this.#pace = new Pace(tools.compressor);
    this.#extras = new Extras(job, tools);
    this.#chunks = new OpenChunks(
      (key) => this.#openChunk(key),
      (open) => {
        const ordinal = this.nextOrdinal++;
        if (open.chunk instanceof GrowingChunk) this.#growing -= 1;
        else if (!open.chunk.facts) return;
        const closing = this.#close(open, ordinal);
        closing.catch(() => {}); // seen when its turn comes
        this.#closing.push(closing);
      },
    );
  }

  /** Yields what was sealed on the way: one batch may close thousands of thin chunks. */
  async *takeBatch(batch: readonly RecordingEvent[]): AsyncGenerator<ChunkEvent> {
    for (const event of batch) {
      if (event.kind === 'message') {
        this.#take(event.message);
        if (this.#pace.mustWait) await this.#pace.room();
        if (this.#closing.length > CLOSING_MAX) yield* this.#closed();
      } else if (event.kind === 'channel') this.book.book(event.channel);
      else if (this.#job.only) continue;
      else if (event.kind === 'metadata') await this.#extras.addMetadata(event.metadata);
      else if (event.kind === 'attachment') await this.#extras.addAttachment(event.attachment);
      else if (event.kind === 'loss') this.losses.push(event.loss);
      else this.notes.push(event.text);
    }
  }

  /** Chunks in order, until no more are on their way than may be. */
  async *#closed(): AsyncGenerator<ChunkEvent> {
    while (this.#closing.length > CLOSING_MAX)
      yield this.#counted(await (this.#closing.shift() as Promise<ChunkEvent>));
  }

  async *finish(): AsyncGenerator<ChunkEvent> {
    this.#chunks.closeAll();
    for (const closing of this.#closing) yield this.#counted(await closing);
    if (this.#job.only) return;
    const extras = await this.#extras.finish(this.book.withoutMessages(), () => this.nextOrdinal++);
    for (const facts of extras) yield { type: 'chunk', facts, known: false };
  }

  /** What is selected is sealed, and all that is open lies behind it. A stray time alone does not make it so. */
  get hasPassedSelection(): boolean {
    const { only } = this.#job;
    if (!only || this.#growing > 0) return false;
    const open = [...this.#chunks];
    const isBehind = (window: bigint): boolean => only.every(({ windows }) => windows && window > windows.last);
    return open.length > 0 && open.every(({ key }) => isBehind(key.window));
  }

  progress(sizeBytes: number): ChunkEvent {
    const readBytes = Math.min(this.#readBytes, sizeBytes);
    return { type: 'progress', readBytes, rawBytes: this.#rawBytes, storedBytes: this.#storedBytes };
  }

  async discard(): Promise<void> {
    await Promise.allSettled(this.#closing);
    for (const { chunk } of this.#chunks) await chunk.discard().catch(() => {});
    await this.#extras.discard();
  }

  #take(message: Message): void {
    const booked = this.book.book(message.channel);
    const { topic, schema } = message.channel;
    const group = this.#rule.groupOf(topic, schema?.name, message.data.byteLength);
    const recordBytes = MESSAGE_OVERHEAD_BYTES + message.data.byteLength;
    const open = this.#chunks.take({
      group,
      logTimeNs: message.logTimeNs,
      recordBytes,
      channel: message.channel.index,
      topicBytes: topic.length,
    });
    open.chunk.add(message, booked);
    if (open.sourceStart < 0) open.sourceStart = message.sourceOffset;
    open.sourceEnd = message.sourceOffset + 1;
    this.#readBytes = message.sourceOffset;
    this.#rawBytes += recordBytes;
    this.messages += 1;
  }

  #openChunk({ group, window, part }: ChunkKey): GrowingChunk | CountedChunk {
    const name = chunkName('log', group, window, part);
    const known = this.#job.done.get(name);
    const isLeft = this.#job.only?.every((selection) => !groupIsSelected(selection, group, window)) ?? false;
    if (known || isLeft) return new CountedChunk(known);
    this.#growing += 1;
    const file = this.#tools.spool.create(recordingFolder(this.#job), name);
    const level = group === SHARED_GROUP ? THIN_LEVEL : THICK_LEVEL;
    return new GrowingChunk(file, { pace: this.#pace, level, profile: this.#profile, crc32: this.#tools.crc32 });
  }

  async #close(
    { key, chunk, sourceStart, sourceEnd }: OpenChunk<GrowingChunk | CountedChunk>,
    ordinal: number,
  ): Promise<ChunkEvent> {
    if (chunk instanceof CountedChunk) return { type: 'chunk', facts: chunk.facts as ChunkFacts, known: true };
    const closed = await chunk.close().catch(async (error: unknown) => {
      await chunk.discard().catch(() => {});
      throw error;
    });
    const { tenant, driveId, recordingId } = this.#job;
    const identities = closed.channels.map((entry) => channelIdentity(entry.booked, entry.messages, entry.leafHex));
    const chunkId = chunkIdFrom({ tenant, driveId, planVersion: PLAN_VERSION, kind: 'log', channels: identities });
    const starts = closed.channels.map((entry) => entry.startTimeNs);
    const ends = closed.channels.map((entry) => entry.endTimeNs);
    const facts: ChunkFacts = {
      chunkId,
      recordingId,
      kind: 'log',
      ordinal,
      group: key.group,
      windowStart: windowStartText(key.window),
      part: key.part,
      sourceStart,
      sourceEnd,
      startTime: String(starts.reduce((a, b) => (a < b ? a : b))),
      endTime: String(ends.reduce((a, b) => (a > b ? a : b))),
      messages: closed.messages,
      bytesRaw: closed.bytesRaw,
      object: chunkObjectName(this.#job, chunkId),
      bytesStored: closed.file.bytes,
      crc32c: closed.file.crc32c,
      sha256: closed.file.sha256 as ChunkFacts['sha256'],
      channels: closed.channels.map((entry) => ({
        channel: entry.booked.channel.index,
        topic: entry.booked.channel.topic,
        messages: entry.messages,
        bytes: entry.bytes,
        startTime: String(entry.startTimeNs),
        endTime: String(entry.endTimeNs),
        leaf: entry.leafHex,
      })),
    };
    return { type: 'chunk', facts, known: false };
  }

  #counted(event: ChunkEvent): ChunkEvent {
    if (event.type === 'chunk') {
      this.book.count(event.facts);
      this.#storedBytes += event.facts.bytesStored;
    }
    return event;
  }
}
