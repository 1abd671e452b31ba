/**
 * The receipt: the cloud side's signed answer to a closing manifest. It says which recordings, by SHA-256, are in which
 * store as which objects, after the indexer looked at every object itself. Signing and checking are here; who may
 * sign, and when, is the indexer's business.
 */
import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { hexFromBytes } from '@pitlane/base/bytes';
import { PitlaneError } from '@pitlane/base/errors';
import type { ChunkId, DriveId, RecordingId, Sha256Hex } from '../identity/index.ts';
import { canonicalJson, sha256Of } from '../identity/index.ts';

export const RECEIPT_VERSION = 1;

/** One line under the Merkle root: an object as the store itself described it. */
export interface ReceiptObject {
  readonly chunkId: ChunkId;
  readonly object: string;
  readonly generation: string;
  readonly bytesStored: number;
  readonly crc32c: string;
}

export interface ReceiptBody {
  readonly receiptVersion: number;
  readonly tenant: string;
  readonly driveId: DriveId;
  readonly vehicleId: string;
  readonly dockId: string;
  readonly garage: string;
  /** The store's name as the indexer knows it: `gs://bucket`, `file`. */
  readonly store: string;
  readonly manifestObject: string;
  readonly manifestSha256: Sha256Hex;
  readonly recordings: readonly {
    readonly recordingId: RecordingId;
    readonly bytes: number;
    readonly lostBytes: number;
  }[];
  readonly chunks: number;
  readonly bytesStored: number;
  readonly objectsSha256Root: Sha256Hex;
  /** RFC 3339, UTC. */
  readonly signedAt: string;
}

export interface Receipt {
  /** SHA-256 of the body's canonical JSON. */
  readonly receiptId: Sha256Hex;
  readonly body: ReceiptBody;
  /** First 16 hex digits of the SHA-256 of the public key's DER. */
  readonly keyId: string;
  /** Ed25519 over the canonical JSON of the body, base64. */
  readonly signature: string;
}

export const receiptObjectText = (line: ReceiptObject): string => `${canonicalJson(line)}\n`;

/**
 * Merkle root after RFC 6962: leaves are SHA-256(0x00 ‖ line), nodes SHA-256(0x01 ‖ left ‖ right), a tree of n leaves
 * splits at the largest power of two below n. Fed line by line; holds one hash a level.
 */
export class MerkleRoot {
  readonly #levels: { size: number; hash: Uint8Array }[] = [];

  add(line: string): void {
    let node: { size: number; hash: Uint8Array } = {
      size: 1,
      hash: createHash('sha256').update(Uint8Array.of(0)).update(line).digest(),
    };
    for (let last = this.#levels.at(-1); last && last.size === node.size; last = this.#levels.at(-1)) {
      this.#levels.pop();
      node = { size: node.size * 2, hash: parent(last.hash, node.hash) };
    }
    this.#levels.push(node);
  }

  /** The root so far; that of no lines is the SHA-256 of nothing. */
  digest(): Sha256Hex {
    const root = this.#levels.map((level) => level.hash).reduceRight((right, left) => parent(left, right), EMPTY);
    return (this.#levels.length === 0 ? sha256Of('') : hexFromBytes(root)) as Sha256Hex;
  }
}

const EMPTY = new Uint8Array(0);

function parent(left: Uint8Array, right: Uint8Array): Uint8Array {
  if (right === EMPTY) return left;
  return createHash('sha256').update(Uint8Array.of(1)).update(left).update(right).digest();
}

export const keyIdOf = (publicKey: KeyObject): string =>
  createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 16);

export function signReceipt(body: ReceiptBody, privateKey: KeyObject): Receipt {
  const text = canonicalJson(body);
  return {
    receiptId: sha256Of(text),
    body,
    keyId: keyIdOf(createPublicKey(privateKey)),
    signature: sign(null, Buffer.from(text), privateKey).toString('base64'),
  };
}

/** Throws unless the receipt is whole and signed by the holder of `publicKey`. */
export function checkReceipt(receipt: Receipt, publicKey: KeyObject): void {
  const text = canonicalJson(receipt.body);
  const faults: string[] = [];
  if (receipt.body.receiptVersion !== RECEIPT_VERSION)
    faults.push(`version ${receipt.body.receiptVersion} is not ${RECEIPT_VERSION}`);
  if (receipt.receiptId !== sha256Of(text)) faults.push('its id is not the SHA-256 of its body');
  if (receipt.keyId !== keyIdOf(publicKey)) faults.push(`it names key ${receipt.keyId}, not ${keyIdOf(publicKey)}`);
  else if (!verify(null, Buffer.from(text), publicKey, Buffer.from(receipt.signature, 'base64')))
    faults.push('its signature is wrong');
  if (faults.length > 0) {
    throw new PitlaneError(
      'checksum-mismatch',
      `the receipt does not hold: ${faults.join('; ')}. Do not wipe anything on its word.`,
    );
  }
}
