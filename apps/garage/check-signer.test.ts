import { generateKeyPairSync } from 'node:crypto';
import { keyIdOf, type ReceiptBody, signReceipt } from '@pitlane/contracts/receipt';
import { expect, it } from 'vitest';
import { checkSigner } from './check-signer.ts';

const [ours, theirs] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')];
const receipt = signReceipt({ receiptVersion: 1 } as ReceiptBody, ours.privateKey);

it('takes a receipt of the indexer that the garage believes', () => {
  expect(() => checkSigner(receipt, ours.publicKey)).not.toThrow();
});

it('refuses one under another key, names both, and says what to do when the indexer was given a new one', () => {
  const told = (): void => checkSigner(receipt, theirs.publicKey);
  expect(told).toThrow(expect.objectContaining({ code: 'checksum-mismatch' }));
  expect(told).toThrow(`key ${receipt.keyId}, and this garage believes ${keyIdOf(theirs.publicKey)}`);
  expect(told).toThrow(/wipe nothing.*PITLANE_RECEIPT_KEY_FILE.*dock again/);
});

it('refuses one that names the right key and was not signed with it', () => {
  const forged = { ...signReceipt(receipt.body, theirs.privateKey), keyId: receipt.keyId };
  expect(() => checkSigner(forged, ours.publicKey)).toThrow('its signature is wrong');
});
