/** Plans a verification, and checks on the way what the catalog alone can prove: digests against leaves. */
import { PitlaneError } from '@pitlane/base/errors';
import { channelDigestFromLeaves, type Sha256Hex } from '@pitlane/contracts/identity';
import type { Catalog } from '@pitlane/ports/catalog';
import {
  activeRecordings,
  type ChannelRow,
  channelRows,
  type ChunkRow,
  chunkRows,
  type ChunkTopicRow,
  chunkTopicRows,
  type DriveKey,
  driveIds,
  driveRow,
  receiptRows,
} from '../catalog-rows.ts';
import { descriptorKey } from '../objects/object-index.ts';
import {
  type Descriptor,
  type DriveVerifyPlan,
  type ExpectedChannel,
  type ExpectedChunk,
  type Fault,
  isChosen,
  type Share,
  type VerifyPlan,
} from './verify-plan.ts';

export interface VerifyRequest {
  readonly tenant: string;
  /** All drives of the tenant without; for a fleet ask drive by drive, so that one plan stays small. */
  readonly driveId?: string | undefined;
  /** `1/30`: this share of the chunks, another one every day, all of them within 30 days. */
  readonly subset?: string | undefined;
  /** Counts the days, for `subset`. */
  readonly dayNumber?: number | undefined;
}

export async function planVerify(catalog: Catalog, request: VerifyRequest): Promise<VerifyPlan> {
  const { tenant, driveId } = request;
  const share = shareFrom(request.subset, request.dayNumber ?? 0);
  const drives: DriveVerifyPlan[] = [];
  for (const id of driveId === undefined ? await driveIds(catalog, tenant) : [driveId]) {
    drives.push(await planDrive(catalog, { tenant, driveId: id }, share));
  }
  return { version: 1, drives };
}

function shareFrom(text: string | undefined, dayNumber: number): Share | undefined {
  if (text === undefined) return undefined;
  const [, part = '0', whole = '0'] = /^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? [];
  const [share, parts] = [Number(part), Number(whole)];
  if (share < 1 || share > parts) throw new PitlaneError('bad-usage', `"${text}" is no subset: write it like 1/30`);
  return { share, parts, dayNumber };
}

/** The chosen chunks; of a small drive at least one. */
function someOf(chunks: readonly { readonly chunkId: string }[], share: Share): number[] {
  const chosen = chunks.flatMap(({ chunkId }, i) => (isChosen(share, chunkId) ? [i] : []));
  return chosen.length === 0 && chunks.length > 0 ? [0] : chosen;
}

async function planDrive(catalog: Catalog, key: DriveKey, share: Share | undefined): Promise<DriveVerifyPlan> {
  const { vehicleId } = await driveRow(catalog, key);
  const recordings = (await activeRecordings(catalog, key)).map(({ recordingId }) => recordingId);
  const numberOf = new Map(recordings.map((recordingId, number) => [recordingId, number]));
  const channels = (await channelRows(catalog, key)).filter(({ recordingId }) => numberOf.has(recordingId));
  const expected = new Expected(key, channels, await chunkRows(catalog, key));
  for (const [number, recordingId] of recordings.entries()) {
    for await (const inChunk of chunkTopicRows(catalog, key, recordingId)) expected.add(number, recordingId, inChunk);
  }
  const chunks = expected.finish(recordings);
  return {
    ...key,
    vehicleId,
    recordings,
    descriptors: expected.descriptors,
    chunks,
    ...(share && { subset: someOf(chunks, share), share }),
    receipts: await receiptRows(catalog, key),
    digests: channels.map((row) => [numberOf.get(row.recordingId) as number, row.channel, row.digest] as const),
    faults: expected.faults,
  };
}

interface PlacedLeaf {
  readonly windowNs: bigint | null;
  readonly group: string;
  readonly part: number;
  readonly leaf: Sha256Hex;
}

class Expected {
  readonly descriptors: Descriptor[] = [];
  readonly faults: Fault[] = [];
  readonly #driveId: string;
  readonly #rows: ReadonlyMap<string, ChunkRow>;
  readonly #numbers = new Map<string, number>();
  readonly #descriptorOf = new Map<string, number>();
  readonly #channels: readonly ChannelRow[];
  /** Recordings whose channels are known; those of an open dock come with its manifest. */
  readonly #closed: ReadonlySet<string>;
  readonly #open = new Set<string>();
  readonly #leaves = new Map<string, PlacedLeaf[]>();
  readonly #chunks = new Map<string, { channels: readonly ExpectedChannel[]; recordings: number[] }>();

  constructor({ driveId }: DriveKey, channels: readonly ChannelRow[], rows: ReadonlyMap<string, ChunkRow>) {
    this.#driveId = driveId;
    this.#rows = rows;
    this.#channels = channels;
    this.#closed = new Set(channels.map(({ recordingId }) => recordingId));
    for (const { recordingId, channel, messages: _, digest: __, ...descriptor } of channels) {
      this.#descriptorOf.set(`${recordingId} ${channel}`, this.#numberOf(descriptor));
    }
  }

  /** Takes what one recording has in one chunk. */
  add(recording: number, recordingId: string, inChunk: readonly ChunkTopicRow[]): void {
    const [{ chunkId }] = inChunk as [ChunkTopicRow];
    const chunk = this.#rows.get(chunkId);
    if (!chunk) return;
    if (chunk.kind === 'log' && !this.#closed.has(recordingId)) {
      this.#open.add(chunkId);
      return;
    }
    const channels = inChunk.map((row): ExpectedChannel => {
      if (chunk.kind === 'log') this.#place(`${recordingId} ${row.channel}`, chunk, row);
      return [this.#describe(recordingId, chunk, row), row.messages, row.leaf];
    });
    const known = this.#chunks.get(chunkId);
    known?.recordings.push(recording);
    if (!known) this.#chunks.set(chunkId, { channels, recordings: [recording] });
    else if (sortedText(known.channels) !== sortedText(channels)) {
      this.#fault(chunk, undefined, 'is described otherwise in another recording of the drive');
    }
  }

  finish(recordings: readonly string[]): ExpectedChunk[] {
    for (const row of this.#channels) this.#checkDigest(row, recordings);
    const closed = [...this.#rows.values()].filter(
      ({ chunkId }) => this.#chunks.has(chunkId) || !this.#open.has(chunkId),
    );
    return closed.map(({ chunkId, kind, object, bytes, crc32c, sha256, generation }) => {
      const inside = this.#chunks.get(chunkId);
      if (!inside) this.#fault({ object, chunkId }, undefined, 'has no row that says what it holds');
      const { channels = [], recordings: owners = [] } = inside ?? {};
      return { chunkId, kind, object, bytes, crc32c, sha256, generation, channels, recordings: owners };
    });
  }

  #checkDigest(row: ChannelRow, recordings: readonly string[]): void {
    const leaves = (this.#leaves.get(`${row.recordingId} ${row.channel}`) ?? []).sort(byWindowAndPart);
    // Windows from 2^63 ns on are all NULL in the catalog: more than one of them cannot be put in order here.
    if (leaves.filter(({ windowNs }) => windowNs === null).length > 1) return;
    if (channelDigestFromLeaves(leaves.map(({ leaf }) => leaf)) === row.digest) return;
    const fault = `the leaves of ${row.topic} in recording ${recordings.indexOf(row.recordingId) + 1} (${row.recordingId.slice(0, 8)}) do not give its digest`;
    this.faults.push({ object: this.#driveId, chunkId: null, topic: row.topic, fault });
  }

  #place(channel: string, { group }: ChunkRow, { windowNs, part, leaf }: ChunkTopicRow): void {
    let leaves = this.#leaves.get(channel);
    if (!leaves) this.#leaves.set(channel, (leaves = []));
    leaves.push({ windowNs, group, part, leaf });
  }

  #describe(recordingId: string, chunk: ChunkRow, row: ChunkTopicRow): number {
    if (chunk.kind !== 'log') return this.#numberOf(pseudo(row.topic));
    const known = this.#descriptorOf.get(`${recordingId} ${row.channel}`);
    if (known !== undefined) return known;
    this.#fault(chunk, row.topic, `${row.topic} is no channel of the recording in the catalog`);
    return this.#numberOf(pseudo(row.topic));
  }

  #numberOf(descriptor: Descriptor): number {
    const key = `${descriptor.twin} ${descriptorKey(descriptor)}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.descriptors.push(descriptor) - 1;
    this.#numbers.set(key, number);
    return number;
  }

  #fault({ object, chunkId }: { object: string; chunkId: string }, topic: string | undefined, text: string): void {
    this.faults.push({ object, chunkId, ...(topic !== undefined && { topic }), fault: text });
  }
}

/** What travels in chunks of the other kinds stands under a name of ours. */
export const pseudo = (topic: string): Descriptor => ({
  topic,
  messageEncoding: '',
  metadata: {},
  schemaName: null,
  schemaEncoding: null,
  schemaSha256: null,
  twin: 0,
});

const sortedText = (channels: readonly ExpectedChannel[]): string =>
  channels
    .map((channel) => channel.join(' '))
    .sort()
    .join('\n');

/** As the digest was made: by window, the shared group ("") first, then by part. */
function byWindowAndPart(a: PlacedLeaf, b: PlacedLeaf): number {
  if (a.windowNs !== b.windowNs) {
    if (a.windowNs === null || b.windowNs === null) return a.windowNs === null ? 1 : -1;
    return a.windowNs < b.windowNs ? -1 : 1;
  }
  if (a.group !== b.group) return a.group < b.group ? -1 : 1;
  return a.part - b.part;
}
