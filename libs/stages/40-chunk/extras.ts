/**
 * What a log holds besides messages: metadata records, attachments, and channels without any message. They travel in
 * chunks of kind `extras`, written as they come, so that nothing a car wrote is left behind. The header names no profile:
 * logs of one drive often hold one and the same record, their extras are one object then, and its bytes must not depend
 * on which log came first.
 */
import { type ChunkChannelIdentity, chunkIdFrom, LeafHash } from '@pitlane/contracts/identity';
import type { ChunkFacts } from '@pitlane/contracts/manifest';
import { chunkObjectName } from '@pitlane/contracts/object-layout';
import { CHUNK_BYTES_MAX, PLAN_VERSION } from '@pitlane/contracts/plan';
import { channelRecord, type FileChannel, type FileSchema, McapFileWriter, schemaRecord } from '@pitlane/formats/mcap';
import type { Attachment, MetadataRecord } from '@pitlane/formats/recording';
import { recordingFolder, type SpoolFile } from '@pitlane/ports/spool';
import type { BookedChannel } from './channel-book.ts';
import { type ChunkJob, type ChunkTools, chunkName } from './job.ts';

const KINDS = ['pitlane/metadata', 'pitlane/attachments', 'pitlane/channels'] as const;
type Kind = (typeof KINDS)[number];

interface Part {
  readonly file: SpoolFile;
  readonly writer: McapFileWriter;
  readonly leaves: Map<Kind, { hash: LeafHash; records: number; bytes: number }>;
  bytesRaw: number;
  sourceStart: number;
  sourceEnd: number;
}

export class Extras {
  readonly #job: ChunkJob;
  readonly #tools: ChunkTools;
  readonly #sealed: Omit<ChunkFacts, 'ordinal'>[] = [];
  #part: Part | undefined;

  constructor(job: ChunkJob, tools: ChunkTools) {
    this.#job = job;
    this.#tools = tools;
  }

  async addMetadata(metadata: MetadataRecord): Promise<void> {
    const part = await this.#partFor(metadata.sourceOffset, 0);
    this.#count(part, 'pitlane/metadata', await part.writer.addMetadata(metadata.name, metadata.entries));
  }

  async addAttachment(attachment: Attachment): Promise<void> {
    const part = await this.#partFor(attachment.sourceOffset, attachment.data.byteLength);
    this.#count(part, 'pitlane/attachments', await part.writer.addAttachment(attachment));
  }

  /** Adds the channels without messages and seals what is open. */
  async finish(silent: readonly BookedChannel[], nextOrdinal: () => number): Promise<ChunkFacts[]> {
    if (silent.length > 0) await this.#declare(silent);
    await this.#seal();
    return this.#sealed.map((facts) => ({ ...facts, ordinal: nextOrdinal() }));
  }

  async discard(): Promise<void> {
    await this.#part?.file.discard().catch(() => {});
  }

  async #declare(silent: readonly BookedChannel[]): Promise<void> {
    const part = await this.#partFor(0, 0);
    const schemaIds = new Map<string, number>();
    const schemas: [number, FileSchema][] = [];
    const channels: [number, FileChannel][] = [];
    for (const [id, { channel, schemaKey }] of silent.entries()) {
      if (channel.schema && !schemaIds.has(schemaKey)) {
        schemaIds.set(schemaKey, schemaIds.size + 1);
        schemas.push([schemaIds.size, channel.schema]);
      }
      const schemaId = channel.schema ? (schemaIds.get(schemaKey) as number) : 0;
      channels.push([id, { ...channel, schemaId }]);
    }
    for (const [id, schema] of schemas) part.writer.registerSchema(id, schema);
    for (const [id, channel] of channels) part.writer.registerChannel(id, channel);
    await part.writer.declare(schemas, channels);
    for (const [id, schema] of schemas) this.#count(part, 'pitlane/channels', schemaRecord(id, schema), 0);
    for (const [id, channel] of channels) this.#count(part, 'pitlane/channels', channelRecord(id, channel));
  }

  #count(part: Part, kind: Kind, record: Uint8Array, records = 1): void {
    const leaf = part.leaves.get(kind) ?? { hash: new LeafHash(), records: 0, bytes: 0 };
    part.leaves.set(kind, leaf);
    leaf.hash.update(record);
    leaf.records += records;
    leaf.bytes += record.byteLength;
    part.bytesRaw += record.byteLength;
  }

  async #partFor(sourceOffset: number, bytes: number): Promise<Part> {
    if (this.#part && this.#part.bytesRaw > 0 && this.#part.bytesRaw + bytes > CHUNK_BYTES_MAX) await this.#seal();
    if (!this.#part) {
      const name = chunkName('extras', '', null, this.#sealed.length);
      const file = await this.#tools.spool.create(recordingFolder(this.#job), name);
      const writer = new McapFileWriter((parts) => file.append(parts), this.#tools.crc32);
      await writer.start('', 'pitlane');
      this.#part = { file, writer, leaves: new Map(), bytesRaw: 0, sourceStart: sourceOffset, sourceEnd: sourceOffset };
    }
    this.#part.sourceEnd = Math.max(this.#part.sourceEnd, sourceOffset + 1);
    return this.#part;
  }

  async #seal(): Promise<void> {
    const part = this.#part;
    if (!part) return;
    await part.writer.finish();
    const file = await part.file.seal();
    this.#part = undefined;
    const present = KINDS.flatMap((kind) => {
      const leaf = part.leaves.get(kind);
      return leaf ? [{ kind, messages: leaf.records, bytes: leaf.bytes, leaf: leaf.hash.digest() }] : [];
    });
    const { tenant, driveId, recordingId } = this.#job;
    const channels = present.map(({ kind, messages, leaf }) => pseudoChannel(kind, messages, leaf));
    const chunkId = chunkIdFrom({ tenant, driveId, planVersion: PLAN_VERSION, kind: 'extras', channels });
    this.#sealed.push({
      chunkId,
      recordingId,
      kind: 'extras',
      group: '',
      windowStart: null,
      part: this.#sealed.length,
      sourceStart: part.sourceStart,
      sourceEnd: part.sourceEnd,
      startTime: null,
      endTime: null,
      messages: 0,
      bytesRaw: part.bytesRaw,
      object: chunkObjectName(this.#job, chunkId),
      bytesStored: file.bytes,
      crc32c: file.crc32c,
      sha256: file.sha256 as ChunkFacts['sha256'],
      channels: present.map(({ kind, messages, bytes, leaf }, channel) => ({
        channel,
        topic: kind,
        messages,
        bytes,
        startTime: null,
        endTime: null,
        leaf,
      })),
    });
  }
}

const pseudoChannel = (topic: string, messages: number, leaf: ChunkChannelIdentity['leaf']): ChunkChannelIdentity => ({
  topic,
  messageEncoding: '',
  metadata: {},
  schemaName: null,
  schemaEncoding: null,
  schemaSha256: null,
  twin: 0,
  messages,
  leaf,
});
