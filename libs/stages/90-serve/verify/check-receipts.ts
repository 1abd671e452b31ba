/** Checks the receipts of a drive: signature, Merkle root, and that their manifests and the catalog say the same. */
import type { KeyObject } from 'node:crypto';
import { utf8FromBytes } from '@pitlane/base/bytes';
import { isPitlaneError, messageOf } from '@pitlane/base/errors';
import { counted } from '@pitlane/base/units';
import { canonicalJson, sha256Of } from '@pitlane/contracts/identity';
import { type ManifestLine, manifestLineFromText } from '@pitlane/contracts/manifest';
import { receiptObjectsName } from '@pitlane/contracts/object-layout';
import { checkReceipt, MerkleRoot, type Receipt, type ReceiptObject } from '@pitlane/contracts/receipt';
import type { ObjectStore } from '@pitlane/ports/object-store';
import { ObjectLines } from '../objects/object-lines.ts';
import type { DriveVerifyPlan, ExpectedReceipt, Fault } from './verify-plan.ts';

export interface ReceiptTools {
  readonly store: ObjectStore;
  /** Without it everything but the signature is checked. */
  readonly receiptKey?: KeyObject | undefined;
}

const FAULTS_MAX = 100;

/** An object that a receipt vouches for. */
export interface SignedObject {
  readonly receiptId: string;
  readonly line: ReceiptObject;
}

export interface ReceiptFindings {
  readonly faults: readonly Fault[];
  /** Objects that no chunk of the plan stands for, such as those of a superseded copy; each as its newest receipt has it. */
  readonly signedAlone: readonly SignedObject[];
}

export async function checkReceipts(drive: DriveVerifyPlan, tools: ReceiptTools): Promise<ReceiptFindings> {
  const faults: Fault[] = [];
  const known = new KnownChunks(drive);
  // Newest first: an object that was lost and made again is another generation, which only the later receipt names.
  const vouched = new Set<string>();
  const signedAlone = new Map<string, SignedObject>();
  for (const expected of drive.receipts.toReversed()) {
    const add = (fault: string, object = expected.object): void => {
      if (faults.length < FAULTS_MAX) faults.push({ object, chunkId: null, fault });
    };
    try {
      const receipt = await readReceipt(drive, expected, tools, add);
      if (receipt) await checkWhatIsSigned(drive, receipt, { known, vouched, signedAlone }, tools.store, add);
    } catch (error) {
      if (!isPitlaneError(error, 'not-found', 'corrupt-input')) throw error;
      add(messageOf(error));
    }
  }
  return { faults, signedAlone: [...signedAlone.values()] };
}

type Add = (fault: string, object?: string) => void;

async function readReceipt(
  drive: DriveVerifyPlan,
  { object, receiptId }: ExpectedReceipt,
  { store, receiptKey }: ReceiptTools,
  add: Add,
): Promise<Receipt | undefined> {
  if (!(await store.stat(object))) {
    add('the receipt is missing from the store');
    return undefined;
  }
  let receipt: Receipt;
  try {
    receipt = JSON.parse(utf8FromBytes(await store.read(object))) as Receipt;
    if (receiptKey) checkReceipt(receipt, receiptKey);
    else if (receipt.receiptId !== sha256Of(canonicalJson(receipt.body))) add('its id is not the SHA-256 of its body');
  } catch (error) {
    if (!isPitlaneError(error, 'checksum-mismatch') && !(error instanceof SyntaxError)) throw error;
    add(messageOf(error));
    return undefined;
  }
  if (receipt.receiptId !== receiptId) add(`it is receipt ${receipt.receiptId}, the catalog names ${receiptId}`);
  const { tenant, driveId } = receipt.body;
  if (tenant !== drive.tenant || driveId !== drive.driveId) add(`it is of drive ${driveId} of ${tenant}`);
  return receipt;
}

async function checkWhatIsSigned(
  drive: DriveVerifyPlan,
  receipt: Receipt,
  { known, ...seen }: SeenObjects & { readonly known: KnownChunks },
  store: ObjectStore,
  add: Add,
): Promise<void> {
  const { body } = receipt;
  const signed = await signedObjects(drive, receipt, seen, store, add);
  const manifest = new ObjectLines(store, body.manifestObject);
  const compared = known.comparison((fault) => add(fault, body.manifestObject));
  let ended = false;
  for await (const text of manifest.lines()) {
    const line: ManifestLine = manifestLineFromText(text, body.manifestObject);
    ended = line.type === 'end';
    if (line.type === 'chunk' && !signed.has(line.chunkId)) {
      add(`chunk ${line.chunkId} of the manifest is not under the receipt's root`);
    }
    compared.take(line);
  }
  if (manifest.sha256 !== body.manifestSha256) {
    add(`its SHA-256 is ${manifest.sha256}, the receipt says ${body.manifestSha256}`, body.manifestObject);
  }
  if (!ended) add('it stops before its last line', body.manifestObject);
  compared.finish();
}

/** What newer receipts have named; the objects of each receipt are added. */
interface SeenObjects {
  /** Chunks that a receipt names as the catalog has them. */
  readonly vouched: Set<string>;
  /** Those without a chunk in the plan, by chunk id. */
  readonly signedAlone: Map<string, SignedObject>;
}

/** The chunks under the Merkle root, after the root was computed again. */
async function signedObjects(
  drive: DriveVerifyPlan,
  { receiptId, body }: Receipt,
  { vouched, signedAlone }: SeenObjects,
  store: ObjectStore,
  add: Add,
): Promise<Set<string>> {
  const name = receiptObjectsName({ ...drive, driveId: body.driveId }, receiptId);
  const byId = new Map(drive.chunks.map((chunk) => [chunk.chunkId, chunk]));
  const signed = new Set<string>();
  const root = new MerkleRoot();
  let bytesStored = 0;
  for await (const text of new ObjectLines(store, name).lines()) {
    root.add(text);
    const line = JSON.parse(text) as ReceiptObject;
    signed.add(line.chunkId);
    bytesStored += line.bytesStored;
    const chunk = byId.get(line.chunkId);
    if (!chunk && !signedAlone.has(line.chunkId)) signedAlone.set(line.chunkId, { receiptId, line });
    if (chunk?.crc32c === line.crc32c && chunk.generation === line.generation) vouched.add(line.chunkId);
    else if (chunk && !vouched.has(line.chunkId)) {
      add(
        `object ${line.object} is signed as generation ${line.generation} with CRC-32C ${line.crc32c}, the catalog has others`,
        name,
      );
    }
  }
  if (root.digest() !== body.objectsSha256Root) add('its lines do not give the Merkle root of the receipt', name);
  if (signed.size !== body.chunks || bytesStored !== body.bytesStored) {
    add(
      `it has ${counted(signed.size, 'object')} of ${bytesStored} bytes, the receipt says ${body.chunks} of ${body.bytesStored}`,
      name,
    );
  }
  return signed;
}

/** The catalog's side: its chunks by recording, and its digests. */
class KnownChunks {
  readonly #chunks = new Map<string, Set<string>>();
  readonly #digests = new Map<string, string>();

  constructor(drive: DriveVerifyPlan) {
    const nameOf = (recording: number): string => drive.recordings[recording] as string;
    for (const recordingId of drive.recordings) this.#chunks.set(recordingId, new Set());
    for (const { chunkId, recordings } of drive.chunks) {
      for (const recording of recordings) this.#chunks.get(nameOf(recording))?.add(chunkId);
    }
    for (const [recording, channel, digest] of drive.digests)
      this.#digests.set(`${nameOf(recording)} ${channel}`, digest);
  }

  /** Compares one manifest; recordings that do not count in the catalog are passed over. */
  comparison(add: (fault: string) => void) {
    const unseen = new Map<string, Set<string>>();
    return {
      take: (line: ManifestLine): void => {
        if (line.type === 'recording') {
          const chunks = this.#chunks.get(line.recordingId);
          if (chunks && !unseen.has(line.recordingId)) unseen.set(line.recordingId, new Set(chunks));
        } else if (line.type === 'chunk') {
          const chunks = this.#chunks.get(line.recordingId);
          if (chunks && !unseen.has(line.recordingId)) unseen.set(line.recordingId, new Set(chunks));
          if (chunks && !chunks.has(line.chunkId))
            add(`chunk ${line.chunkId} is in the manifest and not in the catalog`);
          unseen.get(line.recordingId)?.delete(line.chunkId);
        } else if (line.type === 'channel' && this.#chunks.has(line.recordingId)) {
          const digest = this.#digests.get(`${line.recordingId} ${line.channel}`);
          if (digest !== line.digest) add(`${line.topic} has another digest in the manifest than in the catalog`);
        }
      },
      finish: (): void => {
        for (const chunks of unseen.values()) {
          for (const chunkId of chunks) add(`chunk ${chunkId} is in the catalog and not in the manifest`);
        }
      },
    };
  }
}
