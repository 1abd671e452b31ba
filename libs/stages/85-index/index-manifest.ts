/** A closed dock: every object is looked at, the catalog is completed, superseded copies step back, and it is signed. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { crc32c } from '@node-rs/crc32';
import { bytesFromUtf8, utf8FromBytes } from '@pitlane/base/bytes';
import { isPitlaneError } from '@pitlane/base/errors';
import { mapOrdered } from '@pitlane/base/flow';
import { counted } from '@pitlane/base/units';
import type { CatalogEvent } from '@pitlane/contracts/catalog';
import type { ChunkId } from '@pitlane/contracts/identity';
import type { ChunkFacts, DockFacts, DriveFacts, ManifestLine, RecordingFacts } from '@pitlane/contracts/manifest';
import { drivePrefix, ObjectMetadata, receiptObjectName, receiptObjectsName } from '@pitlane/contracts/object-layout';
import {
  checkReceipt,
  MerkleRoot,
  RECEIPT_VERSION,
  type Receipt,
  receiptObjectText,
  signReceipt,
} from '@pitlane/contracts/receipt';
import type { Answer, ManifestClosed, StoredObject } from '@pitlane/contracts/records';
import type { Decompressors } from '@pitlane/formats/recording';
import type { Catalog } from '@pitlane/ports/catalog';
import type { ObjectStore } from '@pitlane/ports/object-store';
import { readManifest } from './read-manifest.ts';
import { withoutKnownChunks } from './known-chunks.ts';
import { TextBytes } from './text-bytes.ts';
import { supersededCopies } from './superseded-copies.ts';

export interface IndexTools {
  readonly store: ObjectStore;
  readonly catalog: Catalog;
  readonly decompressors: Decompressors;
  readonly privateKey: KeyObject;
  /** RFC 3339 of now. */
  readonly now: () => string;
}

const LOOKS_AT_ONCE = 8;
const EVENTS_AT_ONCE = 2000;
const MISSING_MAX = 1000;

/**
 * Answers with a receipt, or with the objects that have to be sent again; refuses a manifest that is damaged, before
 * anything of it is indexed. Doing it twice changes nothing.
 */
export async function indexManifest(closed: ManifestClosed, tools: IndexTools): Promise<Answer> {
  const { dockId, drive, manifestSha256 } = closed;
  const fault = await manifestFault(closed, tools.store);
  if (fault)
    return { type: 'refused', dockId, driveId: drive.driveId, manifestSha256, reason: fault, retryable: false };
  const work = new Indexing(closed, tools);
  const missing = await work.lookAtAll();
  if (missing.length > 0) {
    const objects = counted(missing.length, 'object is', 'objects are');
    const reason = `${missing.length === MISSING_MAX ? 'at least ' : ''}${objects} missing or wrong`;
    return { type: 'resend', dockId, driveId: drive.driveId, manifestSha256, reason, objects: missing };
  }
  return { type: 'receipt', dockId: closed.dockId, receipt: await work.sign() };
}

/** Reads the manifest to its end, where its hash is known; each recording has all of its chunks, once and in order. */
async function manifestFault(closed: ManifestClosed, store: ObjectStore): Promise<string | undefined> {
  const lines = readManifest(store, { object: closed.manifestObject, sha256: closed.manifestSha256 });
  const { tenant, driveId, vehicleId } = closed.drive;
  const chunks = new Map<string, { wanted: number; seen: number }>();
  try {
    for await (const line of lines) {
      if (
        line.type === 'manifest' &&
        (line.tenant !== tenant || line.driveId !== driveId || line.vehicleId !== vehicleId)
      ) {
        return `${closed.manifestObject} is of another drive than was announced`;
      }
      if (line.type === 'recording') chunks.set(line.recordingId, { wanted: line.chunks, seen: 0 });
      if (line.type !== 'chunk') continue;
      const listed = chunks.get(line.recordingId);
      if (!listed || line.ordinal !== listed.seen)
        return `${closed.manifestObject} lists chunk ${line.ordinal} out of turn`;
      listed.seen += 1;
    }
    const short = [...chunks].find(([, { wanted, seen }]) => wanted !== seen);
    return short && `${closed.manifestObject} lists ${short[1].seen} of the ${short[1].wanted} chunks of ${short[0]}`;
  } catch (error) {
    if (isPitlaneError(error, 'checksum-mismatch', 'corrupt-input', 'not-found')) return error.message;
    throw error;
  }
}

class Indexing {
  readonly #closed: ManifestClosed;
  readonly #tools: IndexTools;
  readonly #root = new MerkleRoot();
  readonly #objectLines = new TextBytes();
  readonly #seen = new Set<ChunkId>();
  readonly #recordings: RecordingFacts[] = [];
  readonly #lostBytes = new Map<string, number>();
  #head: (DriveFacts & DockFacts & { chunkStore: string }) | undefined;
  #bytesStored = 0;
  #events: CatalogEvent[] = [];

  constructor(closed: ManifestClosed, tools: IndexTools) {
    this.#closed = closed;
    this.#tools = tools;
  }

  /** Names of objects that are not as the manifest says. What is sound is indexed all the same. */
  async lookAtAll(): Promise<string[]> {
    const { store } = this.#tools;
    const { manifestObject: object, manifestSha256: sha256 } = this.#closed;
    const missing: string[] = [];
    const lines = readManifest(store, { object, sha256 });
    const looked = mapOrdered(lines, LOOKS_AT_ONCE, async (line) => ({
      line,
      stored: line.type === 'chunk' ? await lookAt(line, store) : undefined,
    }));
    for await (const { line, stored } of looked) {
      if (line.type === 'manifest') this.#head = line;
      else if (line.type === 'chunk' && !stored) {
        if (missing.length < MISSING_MAX) missing.push(line.object);
      } else if (line.type === 'chunk') this.#addChunk(line, stored as StoredObject);
      else if (line.type === 'recording') this.#addRecording(line);
      else if (line.type === 'channel') this.#add({ type: 'channel', drive: this.#closed.drive, channel: line });
      else if (line.type === 'verdict') this.#addVerdict(line);
      else if (line.type === 'finding')
        this.#add({ type: 'finding', drive: this.#closed.drive, dockId: this.#closed.dockId, finding: line });
      else if (line.type === 'loss') {
        this.#lostBytes.set(line.recordingId, (this.#lostBytes.get(line.recordingId) ?? 0) + line.bytes);
        this.#add({ type: 'loss', drive: this.#closed.drive, loss: line });
      }
      if (this.#events.length >= EVENTS_AT_ONCE) await this.#flush();
    }
    await this.#flush();
    return missing;
  }

  /** Signs once for a manifest: a receipt that lies in the store already is given again. */
  async sign(): Promise<Receipt> {
    const { drive, dockId, manifestObject, manifestSha256 } = this.#closed;
    const { store, privateKey, now } = this.#tools;
    await this.#settleCopies();
    const earlier = await earlierReceipt(store, this.#closed, createPublicKey(privateKey));
    if (earlier) return this.#record(earlier);
    const receipt = signReceipt(
      {
        receiptVersion: RECEIPT_VERSION,
        ...drive,
        dockId,
        garage: this.#head?.garage ?? '',
        store: store.traits.storeName,
        manifestObject,
        manifestSha256,
        recordings: this.#recordings.map(({ recordingId, bytes }) => ({
          recordingId,
          bytes,
          lostBytes: this.#lostBytes.get(recordingId) ?? 0,
        })),
        chunks: this.#seen.size,
        bytesStored: this.#bytesStored,
        objectsSha256Root: this.#root.digest(),
        signedAt: now(),
      },
      privateKey,
    );
    const text = `${JSON.stringify(receipt, null, 2)}\n`;
    await putJson(store, receiptObjectsName(drive, receipt.receiptId), this.#objectLines.take());
    await putJson(store, receiptObjectName(drive, receipt.receiptId), [bytesFromUtf8(text)]);
    return this.#record(receipt);
  }

  async #record(receipt: Receipt): Promise<Receipt> {
    this.#add(receiptEvent(receipt, receiptObjectName(this.#closed.drive, receipt.receiptId)));
    await this.#flush();
    return receipt;
  }

  /** One batch: a copy steps back in the same moment in which the whole begins to count. */
  async #settleCopies(): Promise<void> {
    const { drive } = this.#closed;
    const before = await this.#supersededBefore();
    const closing = this.#recordings.map(({ recordingId }) => recordingId).filter((id) => !before.has(id));
    const copies = await supersededCopies(drive, new Set(closing), this.#tools);
    const holders = new Map(copies.map(({ recordingId, by }) => [recordingId, by]));
    for (const recordingId of closing) {
      if (!holders.has(recordingId)) this.#add({ type: 'chunk-set', drive, recordingId, state: 'active', by: null });
    }
    for (const [recordingId, by] of holders) {
      this.#add({ type: 'chunk-set', drive, recordingId, state: 'superseded', by });
    }
    for (const { recordingId } of this.#recordings) this.#add({ type: 'state', drive, recordingId, state: 'indexed' });
    await this.#flush();
  }

  /** A copy that has stepped back stays back when its manifest comes again. */
  async #supersededBefore(): Promise<Set<unknown>> {
    const { tenant, driveId } = this.#closed.drive;
    const rows = await this.#tools.catalog.query(
      "SELECT recording_id FROM recordings WHERE tenant = ? AND drive_id = ? AND set_state = 'superseded'",
      [tenant, driveId],
    );
    return new Set(rows.map((row) => row.recording_id));
  }

  #addRecording(recording: RecordingFacts): void {
    this.#recordings.push(recording);
    const { drive } = this.#closed;
    if (this.#head) this.#add({ type: 'dock', drive: this.#head, dock: this.#head });
    this.#add({ type: 'recording', drive, dockId: this.#closed.dockId, recording });
  }

  #addVerdict(verdict: ManifestLine & { type: 'verdict' }): void {
    const { drive, dockId } = this.#closed;
    this.#add({ type: 'verdict', drive, dock: { dockId, dockedAtMs: this.#head?.dockedAtMs ?? 0 }, verdict });
  }

  #addChunk(chunk: ChunkFacts, stored: StoredObject): void {
    this.#add({ type: 'chunk', drive: this.#closed.drive, chunk, stored });
    if (this.#seen.has(chunk.chunkId)) return;
    this.#seen.add(chunk.chunkId);
    this.#bytesStored += stored.bytesStored;
    const line = receiptObjectText({ chunkId: chunk.chunkId, object: chunk.object, ...stored });
    this.#root.add(line);
    this.#objectLines.add(line);
  }

  #add(event: CatalogEvent): void {
    this.#events.push(event);
  }

  async #flush(): Promise<void> {
    const events = await withoutKnownChunks(this.#events, this.#tools.catalog);
    this.#events = [];
    if (events.length > 0) await this.#tools.catalog.append(events);
  }
}

async function earlierReceipt(
  store: ObjectStore,
  { drive, manifestSha256 }: ManifestClosed,
  publicKey: KeyObject,
): Promise<Receipt | undefined> {
  for await (const { name } of store.list(`${drivePrefix(drive)}receipts/`)) {
    if (!name.endsWith('.json')) continue;
    const receipt = receiptFrom(utf8FromBytes(await store.read(name)), publicKey);
    if (receipt?.body.manifestSha256 === manifestSha256) return receipt;
  }
  return undefined;
}

/** A receipt that lies in the store, if it is one and we signed it. */
function receiptFrom(text: string, publicKey: KeyObject): Receipt | undefined {
  try {
    const receipt = JSON.parse(text) as Receipt;
    checkReceipt(receipt, publicKey);
    return receipt;
  } catch {
    return undefined; // somebody else's, or damaged: another one is signed
  }
}

/** What the store says of a chunk's object, if it is this chunk. */
async function lookAt(chunk: ChunkFacts, store: ObjectStore): Promise<StoredObject | undefined> {
  const info = await store.stat(chunk.object);
  if (info?.metadata[ObjectMetadata.chunkId] !== chunk.chunkId) return undefined;
  return { generation: info.generation, bytesStored: info.bytes, crc32c: info.crc32c };
}

/** Creates a JSON object; the same name holds the same content, so finding it there is as good. */
async function putJson(store: ObjectStore, name: string, blocks: readonly Uint8Array[]): Promise<void> {
  const crc = blocks.reduce((sum, block) => crc32c(block, sum), 0);
  try {
    await store.put(name, { blocks }, { crc32c: crc.toString(16).padStart(8, '0'), contentType: 'application/json' });
  } catch (error) {
    if (!isPitlaneError(error, 'already-exists')) throw error;
  }
}

export function receiptEvent({ receiptId, keyId, body }: Receipt, object: string): CatalogEvent {
  const { tenant, driveId, vehicleId, dockId, manifestObject, chunks, bytesStored, objectsSha256Root, signedAt } = body;
  const recordings = body.recordings.map(({ recordingId }) => recordingId);
  return {
    type: 'receipt',
    drive: { tenant, driveId, vehicleId },
    receipt: {
      receiptId,
      dockId,
      keyId,
      signedAt,
      object,
      manifestObject,
      recordings,
      chunks,
      bytesStored,
      objectsSha256Root,
    },
  };
}
