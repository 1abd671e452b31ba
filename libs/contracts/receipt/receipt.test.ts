import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeGolden } from '../golden.fixture.ts';
import type { Sha256Hex } from '../identity/index.ts';
import {
  checkReceipt,
  keyIdOf,
  MerkleRoot,
  type Receipt,
  type ReceiptBody,
  type ReceiptObject,
  receiptObjectText,
  signReceipt,
} from './index.ts';

/** An Ed25519 key from a text, for tests alone: RFC 8410's PKCS 8 head before 32 bytes of seed. */
function keyFrom(seed: string): KeyObject {
  const head = Buffer.from('302e020100300506032b657004220420', 'hex');
  const key = Buffer.concat([head, createHash('sha256').update(seed).digest()]);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}

const sha256 = (...parts: (Uint8Array | string)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** MTH of RFC 6962, section 2.1, word by word. */
function merkleTreeHash(lines: readonly string[]): Buffer {
  if (lines.length === 0) return sha256();
  if (lines.length === 1) return sha256(Uint8Array.of(0), lines[0] as string);
  let split = 1;
  while (split * 2 < lines.length) split *= 2;
  return sha256(Uint8Array.of(1), merkleTreeHash(lines.slice(0, split)), merkleTreeHash(lines.slice(split)));
}

function rootOf(lines: readonly string[]): string {
  const root = new MerkleRoot();
  for (const line of lines) root.add(line);
  return root.digest();
}

describeGolden('a receipt', {
  file: new URL('./golden/receipt.json', import.meta.url),
  raise: 'raise RECEIPT_VERSION (libs/contracts/receipt) and check the old one too, or take the change back',
  makers: {
    receipt: ({ seed, body }: { seed: string; body: ReceiptBody }) => {
      const { body: signed, ...rest } = signReceipt(body, keyFrom(seed));
      expect(signed).toEqual(body);
      return rest;
    },
    objectLine: (line: ReceiptObject) => receiptObjectText(line),
    merkleRoot: rootOf,
  },
});

describe('the Merkle root', () => {
  it('is that of RFC 6962, for 0 to 9 lines and any others', () => {
    for (let n = 0; n <= 9; n += 1) {
      const lines = Array.from({ length: n }, (_, i) => `line ${i}\n`);
      expect(rootOf(lines), `${n} lines`).toBe(merkleTreeHash(lines).toString('hex'));
    }
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 70 }), (lines) => {
        expect(rootOf(lines)).toBe(merkleTreeHash(lines).toString('hex'));
      }),
    );
  });

  it('can be asked for between lines', () => {
    const root = new MerkleRoot();
    for (const [i, line] of ['a', 'b', 'c', 'd', 'e'].entries()) {
      root.add(line);
      expect(root.digest()).toBe(merkleTreeHash(['a', 'b', 'c', 'd', 'e'].slice(0, i + 1)).toString('hex'));
    }
  });
});

describe('checking a receipt', () => {
  const key = keyFrom('cloud');
  const publicKey = createPublicKey(key);
  const body: ReceiptBody = {
    receiptVersion: 1,
    tenant: 't',
    driveId: 'd' as ReceiptBody['driveId'],
    vehicleId: 'v',
    dockId: 'dock',
    garage: 'g',
    store: 'file',
    manifestObject: 'm',
    manifestSha256: 'a'.repeat(64) as Sha256Hex,
    recordings: [],
    chunks: 0,
    bytesStored: 0,
    objectsSha256Root: 'b'.repeat(64) as Sha256Hex,
    signedAt: '2026-01-01T00:00:00Z',
  };
  const receipt = signReceipt(body, key);
  const check = (changed: Receipt) => () => checkReceipt(changed, publicKey);

  it('takes what was signed, also after a way through JSON', () => {
    check(JSON.parse(JSON.stringify(receipt)) as Receipt)();
  });

  it('finds every change of the body, even with the id made to fit', () => {
    for (const field of Object.keys(body) as (keyof ReceiptBody)[]) {
      const forged = { ...body, [field]: typeof body[field] === 'number' ? 99 : 'forged' };
      expect(check({ ...receipt, body: forged }), field).toThrow(/does not hold/);
      const { receiptId } = signReceipt(forged, key);
      expect(check({ ...receipt, body: forged, receiptId }), field).toThrow(/signature is wrong|version/);
    }
  });

  it('finds a wrong id, another key, a key that is only named, and a cut signature', () => {
    expect(check({ ...receipt, receiptId: 'c'.repeat(64) as Sha256Hex })).toThrow(/its id is not/);
    const other = signReceipt(body, keyFrom('somebody else'));
    expect(check(other)).toThrow(/it names key/);
    expect(check({ ...other, keyId: keyIdOf(publicKey) })).toThrow(/signature is wrong/);
    for (const signature of ['', receipt.signature.slice(4), `A${receipt.signature.slice(1)}`, 'no base64 at all!']) {
      expect(check({ ...receipt, signature }), signature).toThrow(/signature is wrong/);
    }
  });

  it('refuses a version that it does not know, though it is signed', () => {
    expect(check(signReceipt({ ...body, receiptVersion: 2 }, key))).toThrow(/version 2 is not 1/);
  });
});
