/**
 * A drive as it lies in the store and the catalog once it is indexed, made from messages that a test gives.
 * It cuts by the plan's windows with limits of the test's choosing, writes real chunk objects, and fills the views.
 * It never goes through the chunk stage, so that serving is tested against the contract and not against that code.
 */
import { crc32 } from 'node:zlib';
import {
  canonicalJson,
  type ChunkChannelIdentity,
  type ChunkId,
  type ChunkKind,
  channelDigestFromLeaves,
  chunkIdFrom,
  type DriveId,
  parseRecordingId,
  type RecordingId,
  type Sha256Hex,
  sha256Of,
} from '@pitlane/contracts/identity';
import type { ChunkChannelFacts, ChunkFacts } from '@pitlane/contracts/manifest';
import { chunkObjectName, ObjectMetadata } from '@pitlane/contracts/object-layout';
import { PLAN_VERSION, WINDOW_NS, windowOf } from '@pitlane/contracts/plan';
import { channelRecord, type FileSchema, McapFileWriter, schemaRecord } from '@pitlane/formats/mcap';
import type { SqlRow } from '@pitlane/ports/catalog';
import { ArrayCatalog } from './array-catalog.ts';
import {
  type BookedChannel,
  type Cuts,
  fileChannel,
  type GivenChannel,
  type GivenMessage,
  objectOf,
} from './chunk-object.ts';
import { MemoryObjectStore } from './memory-object-store.ts';

export { type GivenChannel, type GivenMessage, plainCompressor } from './chunk-object.ts';

export interface GivenRecording {
  /** Where it is not the SHA-256 of its content. */
  readonly recordingId?: string;
  readonly path: string;
  readonly format?: string;
  readonly profile?: string;
  readonly notes?: readonly string[];
  readonly channels?: readonly GivenChannel[];
  /** In the order of the recording. */
  readonly messages?: readonly GivenMessage[];
  readonly metadata?: readonly (readonly [string, Readonly<Record<string, string>>])[];
  readonly attachments?: readonly { readonly name: string; readonly data: Uint8Array }[];
  /** Bytes that travel as they are; the recording's id is their SHA-256. */
  readonly opaque?: Uint8Array;
  readonly unread?: readonly { readonly offset: number; readonly data: Uint8Array }[];
}

const TENANT = 'default';
const DRIVE = 'car-1-20260101T000000Z-00000000' as DriveId;
const VEHICLE = 'car-1';

export class LandedDrive {
  readonly tenant = TENANT;
  readonly driveId = DRIVE;
  readonly vehicleId = VEHICLE;
  readonly key = { tenant: TENANT, driveId: DRIVE };
  readonly store = new MemoryObjectStore();
  readonly views: Record<string, SqlRow[]> = {
    drives: [{ tenant: TENANT, drive_id: DRIVE, vehicle_id: VEHICLE, state: 'receipted' }],
    recordings: [],
    channels: [],
    chunks: [],
    chunk_topics: [],
    losses: [],
    coverage: [],
    receipts: [],
  };
  readonly catalog = new ArrayCatalog(this.views);
  readonly facts: ChunkFacts[] = [];
  readonly #cuts: Cuts;

  constructor(cuts: Partial<Cuts> = {}) {
    this.#cuts = { chunkMessages: 100, innerMessages: 10, sliceBytes: 1000, compression: 'zstd', ...cuts };
  }

  async add(given: GivenRecording): Promise<RecordingId> {
    const content = given.opaque ?? `${given.path} ${this.rows('recordings').length}`;
    const recordingId = parseRecordingId(given.recordingId ?? sha256Of(content));
    const format = given.format ?? (given.opaque ? 'opaque' : 'mcap');
    const { path, profile = '', notes = [] } = given;
    const described = { path, format, profile, notes, bytes: given.opaque?.byteLength ?? 0 };
    this.rows('recordings').push({ ...this.#ofDrive(), recording_id: recordingId, ...described, set_state: 'active' });
    const recording = new RecordingChunks(this, recordingId, given, this.#cuts);
    await recording.land();
    return recordingId;
  }

  /** What a view holds; a test may change the array. */
  rows(view: string): SqlRow[] {
    return (this.views[view] ??= []);
  }

  #ofDrive(): SqlRow {
    return { tenant: TENANT, drive_id: DRIVE, vehicle_id: VEHICLE };
  }

  row(view: string, row: SqlRow): void {
    this.rows(view).push({ ...this.#ofDrive(), ...row });
  }

  async landChunk(facts: ChunkFacts, bytes: Uint8Array): Promise<void> {
    this.facts.push(facts);
    if (!this.store.objects.has(facts.object)) {
      const metadata = { [ObjectMetadata.chunkId]: facts.chunkId, [ObjectMetadata.sha256]: facts.sha256 };
      const info = this.store.replace(facts.object, bytes, metadata);
      this.row('chunks', {
        chunk_id: facts.chunkId,
        kind: facts.kind,
        topic_group: facts.group,
        object: facts.object,
        bytes_stored: bytes.byteLength,
        crc32c: info.crc32c,
        sha256: facts.sha256,
        generation: info.generation,
        messages: facts.messages,
        bytes_raw: facts.channels.reduce((sum, { bytes: inside }) => sum + inside, 0),
      });
    }
    for (const inside of facts.channels) {
      this.row('chunk_topics', {
        recording_id: facts.recordingId,
        chunk_id: facts.chunkId,
        ordinal: facts.ordinal,
        channel: inside.channel,
        topic: inside.topic,
        window_ns: facts.windowStart,
        part: facts.part,
        messages: inside.messages,
        start_ns: inside.startTime,
        end_ns: inside.endTime,
        leaf: inside.leaf,
        source_start: facts.sourceStart,
        source_end: facts.sourceEnd,
      });
    }
  }
}

class RecordingChunks {
  readonly #drive: LandedDrive;
  readonly #recordingId: RecordingId;
  readonly #given: GivenRecording;
  readonly #cuts: Cuts;
  readonly #channels: readonly BookedChannel[];
  readonly #leaves: { window: bigint; group: string; part: number; channel: number; leaf: Sha256Hex }[] = [];
  #ordinal = 0;

  constructor(drive: LandedDrive, recordingId: RecordingId, given: GivenRecording, cuts: Cuts) {
    this.#drive = drive;
    this.#recordingId = recordingId;
    this.#given = given;
    this.#cuts = cuts;
    const twins = new Map<string, number>();
    this.#channels = (given.channels ?? []).map((channel, index) => {
      const key = JSON.stringify([channel.topic, channel.messageEncoding, channel.metadata, channel.schema?.name]);
      const twin = twins.get(key) ?? 0;
      twins.set(key, twin + 1);
      return { ...channel, index, twin };
    });
  }

  async land(): Promise<void> {
    for (const { key, messages } of this.#cut()) await this.#landLog(key, messages);
    await this.#landExtras();
    if (this.#given.opaque) await this.#landRaw('opaque', [{ offset: 0, data: this.#given.opaque }]);
    if (this.#given.unread) await this.#landRaw('unread', this.#given.unread);
    for (const channel of this.#channels) this.#bookChannel(channel);
  }

  /** Windows and groups in order of appearance; a chunk is full after so many messages. */
  #cut(): { key: { window: bigint; group: string; part: number; sourceStart: number }; messages: GivenMessage[] }[] {
    const chunks: {
      key: { window: bigint; group: string; part: number; sourceStart: number };
      messages: GivenMessage[];
    }[] = [];
    const open = new Map<string, (typeof chunks)[number]>();
    for (const [sourceStart, message] of (this.#given.messages ?? []).entries()) {
      const group = message.group ?? this.#channels[message.channel]?.group ?? '';
      const window = windowOf(message.logTimeNs);
      const name = `${window} ${group}`;
      let chunk = open.get(name);
      if (!chunk || chunk.messages.length >= this.#cuts.chunkMessages) {
        chunk = { key: { window, group, part: chunk ? chunk.key.part + 1 : 0, sourceStart }, messages: [] };
        open.set(name, chunk);
        chunks.push(chunk);
      }
      chunk.messages.push(message);
    }
    return chunks;
  }

  async #landLog(
    { window, group, part, sourceStart }: { window: bigint; group: string; part: number; sourceStart: number },
    messages: readonly GivenMessage[],
  ): Promise<void> {
    const { bytes, channels } = await objectOf(messages, this.#channels, this.#cuts, this.#given.profile ?? '');
    const facts = channels.map(({ channel, leaf, records }): ChunkChannelFacts => {
      this.#leaves.push({ window, group, part, channel: channel.index, leaf });
      const times = records.map(({ logTimeNs }) => logTimeNs);
      return {
        channel: channel.index,
        topic: channel.topic,
        messages: records.length,
        bytes: records.reduce((sum, { data }) => sum + data.byteLength, 0),
        startTime: String(times.reduce((a, b) => (a < b ? a : b))),
        endTime: String(times.reduce((a, b) => (a > b ? a : b))),
        leaf,
      };
    });
    const identities = channels.map(({ channel, leaf, records }) => identityOf(channel, records.length, leaf));
    const place = { group, windowStart: String(window * WINDOW_NS), part, sourceStart };
    await this.#landObject('log', place, identities, facts, bytes);
  }

  async #landExtras(): Promise<void> {
    const silent = this.#channels.filter(
      ({ index }) => !this.#given.messages?.some(({ channel }) => channel === index),
    );
    const { metadata = [], attachments = [] } = this.#given;
    if (silent.length + metadata.length + attachments.length === 0) return;
    const parts: Uint8Array[] = [];
    const writer = new McapFileWriter(async (more) => void parts.push(...more.map((part) => part.slice())), crc32);
    await writer.start('', 'pitlane');
    const records: [string, number, Uint8Array[]][] = [];
    const one = { logTimeNs: 5n, createTimeNs: 6n, mediaType: 'text/plain' };
    const metadataRecords = [];
    for (const [name, entries] of metadata)
      metadataRecords.push(await writer.addMetadata(name, new Map(Object.entries(entries))));
    if (metadata.length > 0) records.push(['pitlane/metadata', metadata.length, metadataRecords]);
    const attachmentRecords = [];
    for (const { name, data } of attachments)
      attachmentRecords.push(await writer.addAttachment({ ...one, name, data }));
    if (attachments.length > 0) records.push(['pitlane/attachments', attachments.length, attachmentRecords]);
    if (silent.length > 0) records.push(['pitlane/channels', silent.length, await declareSilent(writer, silent)]);
    await writer.finish();
    await this.#landPseudo('extras', 0, records, Buffer.concat(parts));
  }

  async #landRaw(kind: 'opaque' | 'unread', ranges: readonly { offset: number; data: Uint8Array }[]): Promise<void> {
    const slices: Uint8Array[] = [];
    for (const { data } of ranges) {
      for (let at = 0; at < data.byteLength; at += this.#cuts.sliceBytes)
        slices.push(data.subarray(at, at + this.#cuts.sliceBytes));
    }
    const channel: BookedChannel = { topic: `pitlane/${kind}`, index: 0, twin: 0 };
    for (let part = 0; part * this.#cuts.chunkMessages < slices.length; part += 1) {
      const inside = slices.slice(part * this.#cuts.chunkMessages, (part + 1) * this.#cuts.chunkMessages);
      const messages = inside.map((data, sequence) => ({ channel: 0, logTimeNs: 0n, sequence, data }));
      const { bytes, channels } = await objectOf(messages, [channel], this.#cuts, '');
      const [only] = channels as [(typeof channels)[number]];
      const identities = [identityOf(channel, messages.length, only.leaf)];
      const none = { startTime: null, endTime: null, bytes: 0 };
      const facts = [{ channel: 0, topic: channel.topic, messages: messages.length, leaf: only.leaf, ...none }];
      await this.#landObject(kind, { group: '', windowStart: null, part, sourceStart: part }, identities, facts, bytes);
    }
    if (kind === 'unread') for (const { offset, data } of ranges) this.#loss(offset, data.byteLength);
  }

  #loss(offset: number, bytes: number): void {
    this.#drive.row('losses', {
      recording_id: this.#recordingId,
      reason: 'truncated',
      byte_offset: offset,
      bytes,
      kept_in: 'a chunk',
    });
  }

  async #landPseudo(
    kind: ChunkKind,
    part: number,
    records: [string, number, Uint8Array[]][],
    bytes: Uint8Array,
  ): Promise<void> {
    const inside = records.map(([topic, messages, all], index) => {
      return { channel: { topic, index, twin: 0 }, messages, leaf: sha256Of(Buffer.concat(all)) };
    });
    const identities = inside.map(({ channel, messages, leaf }) => identityOf(channel, messages, leaf));
    const none = { startTime: null, endTime: null, bytes: 0 };
    const facts = inside.map(({ channel, messages, leaf }) => {
      return { channel: channel.index, topic: channel.topic, messages, leaf, ...none };
    });
    await this.#landObject(kind, { group: '', windowStart: null, part, sourceStart: 0 }, identities, facts, bytes);
  }

  async #landObject(
    kind: ChunkKind,
    place: Pick<ChunkFacts, 'group' | 'windowStart' | 'part' | 'sourceStart'>,
    identities: readonly ChunkChannelIdentity[],
    channels: readonly ChunkChannelFacts[],
    bytes: Uint8Array,
  ): Promise<void> {
    const { tenant, driveId } = this.#drive;
    const chunkId: ChunkId = chunkIdFrom({ tenant, driveId, planVersion: PLAN_VERSION, kind, channels: identities });
    const facts: ChunkFacts = {
      chunkId,
      recordingId: this.#recordingId,
      kind,
      ordinal: this.#ordinal++,
      ...place,
      sourceEnd: place.sourceStart + 1,
      startTime: null,
      endTime: null,
      messages: channels.reduce((sum, { messages }) => sum + messages, 0),
      bytesRaw: 0,
      object: chunkObjectName(this.#drive, chunkId),
      bytesStored: bytes.byteLength,
      crc32c: '',
      sha256: sha256Of(bytes),
      channels,
    };
    await this.#drive.landChunk(facts, bytes);
  }

  #bookChannel(channel: BookedChannel): void {
    const leaves = this.#leaves
      .filter((leaf) => leaf.channel === channel.index)
      .sort(
        (a, b) => Number(a.window - b.window) || (a.group < b.group ? -1 : a.group > b.group ? 1 : a.part - b.part),
      );
    this.#drive.row('channels', {
      recording_id: this.#recordingId,
      channel: channel.index,
      topic: channel.topic,
      message_encoding: channel.messageEncoding ?? '',
      metadata: canonicalJson(channel.metadata ?? {}),
      schema_name: channel.schema?.name ?? null,
      schema_encoding: channel.schema?.encoding ?? null,
      schema_sha256: channel.schema ? sha256Of(channel.schema.data) : null,
      messages: this.#given.messages?.filter((message) => message.channel === channel.index).length ?? 0,
      digest: channelDigestFromLeaves(leaves.map(({ leaf }) => leaf)),
    });
  }
}

const identityOf = (channel: BookedChannel, messages: number, leaf: Sha256Hex): ChunkChannelIdentity => ({
  topic: channel.topic,
  messageEncoding: channel.messageEncoding ?? '',
  metadata: channel.metadata ?? {},
  schemaName: channel.schema?.name ?? null,
  schemaEncoding: channel.schema?.encoding ?? null,
  schemaSha256: channel.schema ? sha256Of(channel.schema.data) : null,
  twin: channel.twin,
  messages,
  leaf,
});

async function declareSilent(writer: McapFileWriter, silent: readonly BookedChannel[]): Promise<Uint8Array[]> {
  const schemas: [number, FileSchema][] = silent.flatMap(({ schema }, i) => (schema ? [[i + 1, schema]] : []));
  const channels = silent.map((channel, id) => [id, fileChannel(channel, channel.schema ? id + 1 : 0)] as const);
  for (const [id, schema] of schemas) writer.registerSchema(id, schema);
  for (const [id, channel] of channels) writer.registerChannel(id, channel);
  await writer.declare(schemas, channels);
  return [
    ...schemas.map(([id, schema]) => schemaRecord(id, schema)),
    ...channels.map(([id, channel]) => channelRecord(id, channel)),
  ];
}
