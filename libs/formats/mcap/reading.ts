/** One reading of one file, record by record in the order of its bytes. */
import { crc32 } from 'node:zlib';
import { messageOf } from '@pitlane/base/errors';
import { textFromBytes } from '@pitlane/base/units';
import { LandOpaque, type ByteSource, type ReadTools, type RecordingEvent } from '../recording/index.ts';
import { BlockWindow } from './block-window.ts';
import { type ChunkBody, takeBody } from './chunk-body.ts';
import { Cursor, lengthAt } from './cursor.ts';
import { BATCH_EVENTS_MAX, Gathering } from './gathering.ts';
import { MAGIC, Opcode, RECORD_HEAD_BYTES } from './opcodes.ts';
import * as records from './records.ts';
import { headFits, Resync } from './resync.ts';
import { chunkFault, type ChunkFault } from './chunk-faults.ts';
import { readSummary, type Summary } from './summary.ts';

/**
 * Why the synchronous part of reading stops: `more` bytes are needed, the batch is `full`, the `summary` must be asked,
 * a chunk is to be `inflate`d, the record's end must be looked at (`vouch`), it lies `beyond` the file, the record is
 * `lost`, its chunk is `bad`, or all is read.
 */
type Stop = 'more' | 'full' | 'summary' | 'inflate' | 'vouch' | 'beyond' | 'lost' | 'bad' | 'end';

/** A record longer than this is not read before the head behind it was looked at. */
const VOUCH_BYTES_MIN = 1024 * 1024;
const ATTACHMENT_HEAD_BYTES_MAX = 256 * 1024;

export class Reading {
  readonly #tools: ReadTools;
  readonly #window: BlockWindow;
  readonly #gathering: Gathering;
  readonly #resync: Resync;
  /** The record that is next, as a file offset. */
  #at = 0;
  #needBytes = 0;
  /** The record that ends here is followed by something that can be a record. */
  #vouchedEnd = -1;
  #body: ChunkBody | undefined;
  #fault: ChunkFault | undefined;
  #head: records.ChunkHead | undefined;
  #summary: Summary | undefined;
  #summaryTried = false;
  #chunks = 0;
  /** A lost chunk is the last thing seen, so message indexes that follow name its topics. */
  #indexesTellLoss = false;
  #dataEnded = false;
  #footerSeen = false;
  #closed = false;
  #statistics: records.Statistics | undefined;

  constructor(source: ByteSource, tools: ReadTools) {
    this.#tools = tools;
    this.#window = new BlockWindow(source);
    this.#gathering = new Gathering(tools.limits);
    const { definitions } = this.#gathering;
    this.#resync = new Resync(this.#window, tools.limits, (id) => {
      return definitions.channels[id] !== undefined || definitions.fallback?.channels[id] !== undefined;
    });
  }

  async *batches(): AsyncGenerator<readonly RecordingEvent[]> {
    const { signal } = this.#tools;
    await this.#window.moveTo(0, MAGIC.byteLength);
    this.#at = this.#takeMagic(0) ? MAGIC.byteLength : 0;
    for (;;) {
      signal?.throwIfAborted();
      const stop = this.#takeBody() ?? this.#takeRecords();
      if (stop === 'end') break;
      // What was given out points into the window or the decompressed chunk, so it goes before either moves on.
      if (this.#gathering.batch.length > 0) yield this.#gathering.handOver();
      if (stop === 'more') await this.#window.moveTo(this.#at, this.#needBytes);
      else if (stop === 'summary') await this.#askSummary();
      else if (stop === 'inflate') await this.#inflate();
      else if (stop === 'vouch') await this.#vouch();
      else if (stop === 'beyond') await this.#goBeyond();
      else if (stop === 'lost') await this.#findWay();
      else if (stop === 'bad') await this.#loseChunk();
    }
    this.#finish();
    if (this.#gathering.batch.length > 0) yield this.#gathering.handOver();
  }

  #takeMagic(index: number): boolean {
    const { bytes, start, end } = this.#window;
    if (start + index + MAGIC.byteLength > end) return false;
    return Buffer.compare(bytes.subarray(index, index + MAGIC.byteLength), MAGIC) === 0;
  }

  /** Records of the top level, as long as they lie whole in the window. */
  #takeRecords(): Stop {
    const window = this.#window;
    const { channels } = this.#gathering.definitions;
    for (;;) {
      if (this.#gathering.batch.length >= BATCH_EVENTS_MAX) return 'full';
      const offset = this.#at;
      const left = window.fileEnd - offset;
      if (left <= 0) return 'end';
      if (left < RECORD_HEAD_BYTES) return this.#takeStub(left);
      if (!window.holds(offset, RECORD_HEAD_BYTES)) return this.#need(RECORD_HEAD_BYTES);
      const { bytes, view, start, end } = window;
      const at = offset - start;
      const opcode = bytes[at];
      const length = lengthAt(view, at + 1);
      const recordBytes = RECORD_HEAD_BYTES + length;
      if (opcode === Opcode.Message && length >= records.MESSAGE_HEAD_BYTES && recordBytes <= left) {
        if (this.#vouchedEnd !== offset + recordBytes) {
          if (recordBytes > VOUCH_BYTES_MIN) return 'vouch';
          const next = at + recordBytes;
          const headBytes = Math.min(RECORD_HEAD_BYTES, left - recordBytes);
          if (start + next + headBytes > end) return this.#need(recordBytes + headBytes);
          if (headBytes === RECORD_HEAD_BYTES && !headFits(bytes, view, next, left - recordBytes - headBytes))
            return 'lost';
        } else if (offset + recordBytes > end) return this.#need(recordBytes);
        const contentAt = at + RECORD_HEAD_BYTES;
        const channelId = view.getUint16(contentAt, true);
        const channel = channels[channelId];
        if (channel) {
          this.#gathering.takeMessage(channel, bytes, view, contentAt, at + recordBytes, offset);
        } else if (!this.#summaryTried) {
          return 'summary';
        } else if (this.#gathering.definitions.adopt(channelId)) {
          continue;
        } else {
          this.#gathering.diary.loseMessage(
            channelId,
            offset,
            offset + recordBytes,
            view.getBigUint64(contentAt + 6, true),
          );
        }
        this.#goOn(offset + recordBytes);
        continue;
      }
      const stop = this.#takeOther(opcode as number, at, length);
      if (stop) return stop;
    }
  }

  /** Any record but a sound message; undefined when it was taken and the next can come. */
  #takeOther(opcode: number, at: number, length: number): Stop | undefined {
    const left = this.#window.fileEnd - this.#at;
    if (opcode === MAGIC[0] && left >= MAGIC.byteLength && this.#takeMagic(at)) return this.#takeInnerMagic(left);
    if (RECORD_HEAD_BYTES + length > left) return 'beyond';
    if (opcode === Opcode.Chunk) return this.#takeChunk(at, length);
    if (opcode === Opcode.Attachment) return this.#takeAttachment(at, length);
    if (opcode < Opcode.Header || opcode > Opcode.DataEnd || opcode === Opcode.Message) return 'lost';
    if (length > this.#tools.limits.headerBytesMax && opcode !== Opcode.MessageIndex) return 'lost';
    if (length > this.#tools.limits.sourceChunkBytesMax) return 'lost';
    const recordBytes = RECORD_HEAD_BYTES + length;
    const recordEnd = this.#at + recordBytes;
    if (recordBytes > VOUCH_BYTES_MIN && this.#vouchedEnd !== recordEnd) return 'vouch';
    if (!this.#window.holds(this.#at, recordBytes)) return this.#need(recordBytes);
    const contentAt = at + RECORD_HEAD_BYTES;
    const cursor = new Cursor(this.#window.bytes, this.#window.view, contentAt, contentAt + length);
    if (!this.#takeSmall(opcode, cursor)) return 'lost';
    this.#goOn(recordEnd, opcode === Opcode.MessageIndex);
    return undefined;
  }

  #takeSmall(opcode: number, cursor: Cursor): boolean {
    const { definitions, diary } = this.#gathering;
    const { bytes, view } = this.#window;
    switch (opcode) {
      case Opcode.Header:
        return records.parseHeader(cursor) !== undefined;
      case Opcode.Schema:
        if (this.#dataEnded && definitions.knowsSchema(view.getUint16(cursor.at, true)))
          return records.parseSchema(cursor) !== undefined;
        return definitions.takeSchema(bytes, view, cursor.at, cursor.end);
      case Opcode.Channel:
        if (this.#dataEnded && definitions.knows(view.getUint16(cursor.at, true)))
          return records.parseChannel(cursor) !== undefined;
        return definitions.takeChannel(bytes, view, cursor.at, cursor.end);
      case Opcode.MessageIndex: {
        const channelId = records.parseMessageIndex(cursor);
        const topic =
          channelId === undefined
            ? undefined
            : (definitions.channels[channelId] ?? definitions.fallback?.channels[channelId])?.topic;
        if (this.#indexesTellLoss && topic !== undefined) diary.touch(topic);
        return channelId !== undefined;
      }
      case Opcode.Metadata:
        return this.#takeMetadata(cursor);
      case Opcode.DataEnd:
        this.#dataEnded = true;
        return cursor.end - cursor.at === 4;
      case Opcode.Statistics:
        this.#statistics = records.parseStatistics(cursor);
        return this.#statistics !== undefined;
      case Opcode.ChunkIndex:
        return records.parseChunkIndex(cursor) !== undefined;
      case Opcode.Footer:
        this.#footerSeen = true;
        return records.parseFooter(cursor) !== undefined;
      default:
        return true;
    }
  }

  #takeMetadata(cursor: Cursor): boolean {
    const metadata = records.parseMetadata(cursor);
    if (!metadata || cursor.repeatedKey) return false;
    if (cursor.lossyText) this.#gathering.diary.note('utf8 metadata', 'a metadata record has texts that are no UTF-8');
    this.#gathering.batch.push({ kind: 'metadata', metadata: { ...metadata, sourceOffset: this.#at } });
    return true;
  }

  #takeAttachment(at: number, length: number): Stop | undefined {
    const { limits } = this.#tools;
    const recordBytes = RECORD_HEAD_BYTES + length;
    const headBytes = Math.min(recordBytes, ATTACHMENT_HEAD_BYTES_MAX);
    if (!this.#window.holds(this.#at, headBytes)) return this.#need(headBytes);
    const { bytes, view } = this.#window;
    const contentAt = at + RECORD_HEAD_BYTES;
    const head = records.parseAttachmentHead(new Cursor(bytes, view, contentAt, at + headBytes), length);
    if (!head) return 'lost';
    const recordEnd = this.#at + recordBytes;
    const crcAt = contentAt + head.dataAt + head.dataBytes;
    const exact = crcAt + 4 === at + recordBytes;
    if ((!exact || head.dataBytes > limits.messageBytesMax) && this.#vouchedEnd !== recordEnd) return 'vouch';
    if (head.dataBytes > limits.messageBytesMax) {
      throw new LandOpaque(
        `an attachment of ${textFromBytes(head.dataBytes)} is larger than ${textFromBytes(limits.messageBytesMax)}`,
      );
    }
    if (!this.#window.holds(this.#at, recordBytes)) return this.#need(recordBytes);
    const crc = view.getUint32(crcAt, true);
    if (crc !== 0 && crc32(bytes.subarray(contentAt, crcAt)) !== crc) {
      const text = `the attachment at byte ${this.#at} has another CRC than it says`;
      const timeNs = head.logTimeNs;
      this.#gathering.diary.lose({
        reason: 'corrupt-record',
        text,
        offset: this.#at,
        end: recordEnd,
        startTimeNs: timeNs,
        endTimeNs: timeNs,
      });
    } else {
      const { name, mediaType, logTimeNs, createTimeNs } = head;
      const data = bytes.subarray(contentAt + head.dataAt, crcAt);
      const attachment = { name, mediaType, logTimeNs, createTimeNs, data, sourceOffset: this.#at };
      this.#gathering.batch.push({ kind: 'attachment', attachment });
    }
    this.#goOn(recordEnd);
    return undefined;
  }

  #takeChunk(at: number, length: number): Stop | undefined {
    const recordBytes = RECORD_HEAD_BYTES + length;
    const headBytes = Math.min(recordBytes, RECORD_HEAD_BYTES + records.CHUNK_HEAD_BYTES_MAX);
    if (!this.#window.holds(this.#at, headBytes)) return this.#need(headBytes);
    const contentAt = at + RECORD_HEAD_BYTES;
    const { bytes, view } = this.#window;
    const head = records.parseChunkHead(new Cursor(bytes, view, contentAt, at + headBytes), length);
    if (!head) return 'lost';
    const recordEnd = this.#at + recordBytes;
    if (head.bodyAt + head.bodyBytes < length && this.#vouchedEnd !== recordEnd) return 'vouch';
    this.#head = head;
    this.#fault = chunkFault(head, this.#tools.limits, this.#at);
    if (this.#fault) return 'bad';
    if (!this.#window.holds(this.#at, recordBytes)) return this.#need(recordBytes);
    if (head.compression !== '') return 'inflate';
    const bodyAt = contentAt + head.bodyAt;
    this.#fault = this.#open(bytes.subarray(bodyAt, bodyAt + head.bodyBytes), recordEnd, true);
    return this.#fault ? 'bad' : this.#takeBody();
  }

  /** Begins to read a chunk's body, unless its CRC is wrong. */
  #open(bytes: Uint8Array, recordEnd: number, exact: boolean, cut = false): ChunkFault | undefined {
    const head = this.#head as records.ChunkHead;
    if (!cut && head.crc !== 0 && crc32(bytes) !== head.crc) {
      return { reason: 'corrupt-chunk', text: `the chunk at byte ${this.#at} has another CRC than it says` };
    }
    const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#chunks += 1;
    this.#body = {
      bytes: plain,
      view: new DataView(plain.buffer, plain.byteOffset, plain.byteLength),
      at: 0,
      end: plain.byteLength,
      head,
      offset: this.#at,
      fileEnd: recordEnd,
      fileBase: exact ? this.#at + RECORD_HEAD_BYTES + head.bodyAt : undefined,
      cut,
    };
    return undefined;
  }

  /** The body under way; undefined when there is none or it is done and the next record can come. */
  #takeBody(): Stop | undefined {
    const body = this.#body;
    if (!body) return undefined;
    const { diary } = this.#gathering;
    const lossesBefore = diary.lossCount;
    const stop = takeBody(body, this.#gathering, this.#summaryTried);
    if (stop !== 'done') return stop;
    this.#body = undefined;
    if (body.cut && diary.lossCount === lossesBefore) this.#loseHead(body);
    this.#goOn(body.fileEnd);
    return body.fileBase === undefined ? 'full' : undefined;
  }

  /** A chunk cut exactly between two messages: its head is what stands for the bytes that never came. */
  #loseHead(body: ChunkBody): void {
    const { head, offset } = body;
    this.#gathering.diary.lose({
      reason: 'truncated',
      text: `the file ends inside the chunk at byte ${offset}, between two messages; ${head.bodyBytes - body.end} bytes of it never came`,
      offset,
      end: Math.min(offset + RECORD_HEAD_BYTES + head.bodyAt, body.fileEnd),
      startTimeNs: head.startTimeNs,
      endTimeNs: head.endTimeNs,
    });
  }

  /** Decompresses the chunk at hand, which lies whole in the window. */
  async #inflate(): Promise<void> {
    const head = this.#head as records.ChunkHead;
    const at = this.#at - this.#window.start;
    const recordEnd = this.#at + RECORD_HEAD_BYTES + lengthAt(this.#window.view, at + 1);
    const bodyAt = at + RECORD_HEAD_BYTES + head.bodyAt;
    const packed = this.#window.bytes.subarray(bodyAt, bodyAt + head.bodyBytes);
    const decompress = head.compression === 'zstd' ? this.#tools.decompressors.zstd : this.#tools.decompressors.lz4;
    try {
      const body = decompress(packed, head.uncompressedBytes);
      this.#fault =
        body.byteLength === head.uncompressedBytes
          ? this.#open(body, recordEnd, false)
          : {
              reason: 'corrupt-chunk',
              text: `the chunk at byte ${this.#at} decompresses to another size than it declares`,
            };
    } catch (error) {
      const text = `the chunk at byte ${this.#at} does not decompress (${head.compression}): ${messageOf(error)}`;
      this.#fault = { reason: 'corrupt-chunk', text };
    }
    if (this.#fault) await this.#loseChunk();
  }

  /** Gives up the chunk at hand, whose head is sound, and goes on behind it. */
  async #loseChunk(): Promise<void> {
    const { startTimeNs, endTimeNs, bodyBytes, bodyAt } = this.#head as records.ChunkHead;
    const { reason, text } = this.#fault as ChunkFault;
    await this.#askSummary();
    const topics = this.#summary?.damageIn(this.#at, this.#at + 1).topics ?? [];
    const head = await this.#window.peek(this.#at, RECORD_HEAD_BYTES);
    const length = head.byteLength < RECORD_HEAD_BYTES ? bodyAt + bodyBytes : lengthAt(viewOf(head), 1);
    const end = Math.min(this.#at + RECORD_HEAD_BYTES + length, this.#window.fileEnd);
    this.#gathering.diary.lose({ reason, text, offset: this.#at, end, topics, startTimeNs, endTimeNs });
    this.#chunks += 1;
    this.#goOn(end);
    this.#indexesTellLoss = true;
  }

  /** Looks at what stands behind the record at hand before the record is believed. */
  async #vouch(): Promise<void> {
    const length = lengthAt(this.#window.view, this.#at - this.#window.start + 1);
    const recordEnd = this.#at + RECORD_HEAD_BYTES + length;
    if (await this.#resync.vouches(recordEnd)) this.#vouchedEnd = recordEnd;
    else await this.#findWay();
  }

  /** The record at hand says that it ends behind the file: cut off, or its length is wrong. */
  async #goBeyond(): Promise<void> {
    const window = this.#window;
    const left = window.fileEnd - this.#at;
    await window.moveTo(this.#at, Math.min(left, ATTACHMENT_HEAD_BYTES_MAX));
    const opcode = window.bytes[this.#at - window.start];
    const contentAt = this.#at - window.start + RECORD_HEAD_BYTES;
    const length = lengthAt(window.view, contentAt - 8);
    const cursor = new Cursor(window.bytes, window.view, contentAt, window.end - window.start);
    if (opcode === Opcode.Attachment && records.parseAttachmentHead(cursor, length))
      return this.#loseTail('attachment');
    const head = opcode === Opcode.Chunk ? records.parseChunkHead(cursor, length) : undefined;
    if (!head) return this.#findWay();
    this.#head = head;
    const readable = head.compression === '' && chunkFault(head, this.#tools.limits, this.#at) === undefined;
    if (!readable) return this.#loseTail('chunk', head);
    await window.moveTo(this.#at, left);
    const bodyAt = this.#at - window.start + RECORD_HEAD_BYTES + head.bodyAt;
    this.#open(
      window.bytes.subarray(bodyAt, Math.min(bodyAt + head.bodyBytes, window.end - window.start)),
      window.fileEnd,
      true,
      true,
    );
  }

  #loseTail(what: string, head?: records.ChunkHead): void {
    const end = this.#window.fileEnd;
    this.#gathering.diary.lose({
      reason: 'truncated',
      text: `the file ends inside the ${what} at byte ${this.#at}`,
      offset: this.#at,
      end,
      startTimeNs: head?.startTimeNs,
      endTimeNs: head?.endTimeNs,
    });
    this.#goOn(end);
  }

  /** Gives up what stands here and goes on at the next place that is a record. */
  async #findWay(): Promise<void> {
    const window = this.#window;
    const from = this.#at;
    const head = await window.peek(from, RECORD_HEAD_BYTES);
    const opcode = head[0] as number;
    const length = head.byteLength < RECORD_HEAD_BYTES ? 0 : lengthAt(viewOf(head), 1);
    const recordEnd = from + RECORD_HEAD_BYTES + length;
    let target: number | undefined;
    let text = `the record at byte ${from} (opcode ${opcode}, ${length} bytes) is not known, or contradicts itself`;
    if (recordEnd <= window.fileEnd && (await this.#resync.vouches(recordEnd))) {
      target = recordEnd;
    } else {
      target = await this.#nextRecord(from);
      if (target !== undefined) text = `the bytes from ${from} to ${target} make no records`;
    }
    const end = target ?? window.fileEnd;
    const known = opcode >= Opcode.Header && opcode <= Opcode.DataEnd && length < 2 ** 40;
    const cut = target === undefined && known && recordEnd > window.fileEnd;
    if (cut) text = `the file ends inside the record at byte ${from}`;
    const reason = cut ? 'truncated' : opcode === Opcode.Chunk ? 'corrupt-chunk' : 'corrupt-record';
    this.#gathering.diary.lose({ reason, text, offset: from, end, ...this.#summary?.damageIn(from, end) });
    this.#goOn(end);
    this.#indexesTellLoss = true;
  }

  async #nextRecord(from: number): Promise<number | undefined> {
    await this.#askSummary();
    if (this.#summary && this.#summary.chunks > 0) {
      for (const anchor of this.#summary.anchorsAfter(from)) {
        if (await this.#resync.isRecord(anchor, true)) return anchor;
      }
    }
    const chunked = this.#chunks > 0 || (this.#summary?.chunks ?? 0) > 0 || (await this.#resync.seesChunks(from + 1));
    return this.#resync.search(from + 1, !chunked);
  }

  async #askSummary(): Promise<void> {
    if (this.#summaryTried) return;
    this.#summaryTried = true;
    const peek = (offset: number, bytes: number): Promise<Uint8Array> => this.#window.peek(offset, bytes);
    this.#summary = await readSummary(peek, this.#window.fileEnd, this.#tools.limits);
    this.#gathering.definitions.fallback = this.#summary?.definitions;
  }

  /** The file's opening bytes where no file begins: recordings were glued together. */
  #takeInnerMagic(left: number): Stop | undefined {
    const closes = left === MAGIC.byteLength && this.#footerSeen;
    if (!closes)
      this.#gathering.diary.note('magic', `an MCAP file begins or ends at byte ${this.#at}, inside this one`);
    this.#dataEnded = false;
    this.#closed = closes;
    this.#goOn(this.#at + MAGIC.byteLength);
    return undefined;
  }

  /** Fewer bytes than a record's head are left: the closing magic, or a rest. */
  #takeStub(left: number): Stop {
    if (!this.#window.holds(this.#at, left)) return this.#need(left);
    if (left === MAGIC.byteLength && this.#takeMagic(this.#at - this.#window.start)) {
      this.#takeInnerMagic(left);
    } else {
      const text = `the file ends inside the ${this.#footerSeen ? 'closing magic' : 'head of a record'} at byte ${this.#at}`;
      this.#gathering.diary.lose({ reason: 'truncated', text, offset: this.#at, end: this.#window.fileEnd });
      this.#goOn(this.#window.fileEnd);
    }
    return 'end';
  }

  #need(bytes: number): Stop {
    this.#needBytes = bytes;
    return 'more';
  }

  #goOn(offset: number, isMessageIndex = false): void {
    this.#at = offset;
    if (!isMessageIndex) this.#indexesTellLoss = false;
  }

  #finish(): void {
    const { diary, messages } = this.#gathering;
    diary.flush();
    if (!this.#closed) {
      const missing = this.#footerSeen ? 'closing magic' : 'footer';
      diary.note('unclosed', `the file has no ${missing}: it was not closed when recording ended`);
    }
    const counted = this.#statistics?.messages;
    if (counted !== undefined && counted !== BigInt(messages)) {
      diary.note('statistics', `the summary counts ${counted} messages, ${messages} were read`);
    }
  }
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
