/**
 * What an openpilot log has to tell, collected into batches: a channel for each member of the union, the events as they stand
 * in the stream, what the log says of itself, and what could not be read.
 */
import type { Damage } from '../diary/index.ts';
import { EventBatch } from '../event-batch/index.ts';
import { type Channel, LandOpaque, type ReadLimits } from '../recording/index.ts';
import type { EventHead } from './event.ts';
import { INIT_DATA, memberName, NAMES_FROM } from './member-names.ts';
import { initTexts, WallTimes, wallTimeNs } from './wall-time.ts';

/** A compressed log with more stretches that are no events is no log. */
const UNFRAMED_MAX = 1000;
const SEQUENCE_END = 2 ** 32;

export class OpenpilotEvents extends EventBatch {
  readonly #channelsMax: number;
  readonly #channels = new Map<number, Channel>();
  readonly #wallTimes = new WallTimes();
  #count = 0;
  #unframed = 0;
  /** What the last loss runs together with. */
  #span = '';
  /** Of the event before; undefined before the first. */
  lastTimeNs: bigint | undefined;

  constructor({ channelsMax }: ReadLimits) {
    super();
    this.#channelsMax = channelsMax;
  }

  /** A whole event. Its number in the log is its sequence, so that the stream can be put together again from messages in any order. */
  event(head: EventHead, data: Uint8Array, sourceOffset: number): void {
    const { member, logMonoTimeNs: logTimeNs } = head;
    const channel = this.#channels.get(member) ?? this.#open(member);
    const sequence = this.#count % SEQUENCE_END;
    const message = { channel, sequence, logTimeNs, publishTimeNs: logTimeNs, data, sourceOffset };
    this.out.push({ kind: 'message', message });
    this.#count += 1;
    this.lastTimeNs = logTimeNs;
    this.#wallTimes.see(data, head);
    if (member === INIT_DATA) this.#initData(head, data, sourceOffset);
  }

  /** Bytes that were decompressed and are no event: the file does not have them as they are, so they are kept so. */
  unframed(offset: number, data: Uint8Array, sourceOffset: number): void {
    this.#unframed += 1;
    if (this.#unframed > UNFRAMED_MAX) throw new LandOpaque(`more than ${UNFRAMED_MAX} stretches of it are no events`);
    const logTimeNs = this.lastTimeNs ?? 0n;
    const name = `openpilot.unframed.${offset}`;
    const attachment = { name, mediaType: 'application/octet-stream', logTimeNs, createTimeNs: 0n, data, sourceOffset };
    this.out.push({ kind: 'attachment', attachment });
  }

  /** Losses come in the order of the file; two of them may lie in one block, or in blocks that share a byte. */
  override lost(damage: Damage): void {
    const { lostUpTo } = this;
    const isNew = damage.end > lostUpTo;
    const offset = isNew ? Math.max(damage.offset, lostUpTo) : damage.offset;
    if (isNew) this.#span = `${offset}`;
    super.lost({ ...damage, offset, spanKey: this.#span });
  }

  override finish(fileEnd: number): void {
    const entries = this.#wallTimes.entries();
    if (entries !== undefined) this.#metadata('openpilot.wall_time', entries, fileEnd);
    super.finish(fileEnd);
  }

  #open(member: number): Channel {
    const index = this.#channels.size;
    if (index >= this.#channelsMax) throw new LandOpaque(`more than ${this.#channelsMax} channels`);
    const name = memberName(member);
    const metadata = new Map([
      ['framing', 'capnp stream: segment table and segments of one cereal.Event'],
      ['schema', 'cereal/log.capnp'],
      ['member', name],
      ['discriminant', `${member}`],
      ['names_from', NAMES_FROM],
    ]);
    const channel: Channel = { index, topic: `/${name}`, messageEncoding: 'capnp', metadata, schema: undefined };
    this.#channels.set(member, channel);
    this.out.push({ kind: 'channel', channel });
    return channel;
  }

  #initData({ logMonoTimeNs, member }: EventHead, data: Uint8Array, sourceOffset: number): void {
    const timeNs = wallTimeNs(data, member);
    const entries = new Map([['log_mono_time_ns', `${logMonoTimeNs}`], ...initTexts(data)]);
    if (timeNs !== undefined) entries.set('wall_time_ns', `${timeNs}`);
    this.#metadata('openpilot.init_data', entries, sourceOffset);
  }

  #metadata(name: string, entries: ReadonlyMap<string, string>, sourceOffset: number): void {
    this.out.push({ kind: 'metadata', metadata: { name, entries, sourceOffset } });
  }
}
