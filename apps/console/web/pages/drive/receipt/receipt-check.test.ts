import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type ReceiptBody, signReceipt } from '@pitlane/contracts/receipt';
import { describe, expect, it, vi } from 'vitest';
import { CannotCheck, checkReceiptText } from './receipt-check.ts';

/** RFC 8410's PKCS 8 head before 32 bytes of seed, for tests alone. */
function keyFrom(seed: string): KeyObject {
  const head = Buffer.from('302e020100300506032b657004220420', 'hex');
  const key = Buffer.concat([head, createHash('sha256').update(seed).digest()]);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}
const pemOf = (seed: string): string =>
  createPublicKey(keyFrom(seed)).export({ type: 'spki', format: 'pem' }).toString();

const golden = JSON.parse(
  readFileSync(new URL('../../../../../../libs/contracts/receipt/golden/receipt.json', import.meta.url), 'utf8'),
) as { receipt: { name: string; input: { seed: string; body: ReceiptBody }; expected: object }[] };
const [first] = golden.receipt;
const { body, seed } = first?.input ?? { body: {} as ReceiptBody, seed: '' };
const receipt = signReceipt(body, keyFrom(seed));
const wrongs = async (text: string, pem = pemOf(seed), driveId: string = body.driveId): Promise<string[]> => {
  const { isRight, steps } = await checkReceiptText(text, pem, driveId);
  const wrong = steps.filter((step) => !step.isRight).map((step) => step.text);
  expect(isRight).toBe(wrong.length === 0);
  return wrong;
};

describe('checking a receipt in the browser', () => {
  it.each(golden.receipt)('takes what the contract holds for right: $name', async ({ input, expected }) => {
    const text = JSON.stringify({ ...expected, body: input.body });
    expect(await wrongs(text, pemOf(input.seed), input.body.driveId)).toEqual([]);
  });

  it('says in words what was looked at', async () => {
    const { steps } = await checkReceiptText(JSON.stringify(receipt), pemOf(seed), body.driveId);
    expect(steps.map(({ text }) => text)).toEqual([
      'It is of version 1.',
      'Its id is the SHA-256 of what it says.',
      `It names the key ${receipt.keyId}.`,
      'The holder of that key signed it (Ed25519).',
      'It is about this drive.',
    ]);
  });

  it('finds every change of what was signed, even with the id made to fit', async () => {
    for (const field of Object.keys(body) as (keyof ReceiptBody)[]) {
      const forged = { ...body, [field]: typeof body[field] === 'number' ? 99 : 'forged' };
      expect(await wrongs(JSON.stringify({ ...receipt, body: forged })), field).toContain(
        'Something in it was changed.',
      );
      const { receiptId } = signReceipt(forged, keyFrom(seed));
      const texts = await wrongs(JSON.stringify({ ...receipt, body: forged, receiptId }));
      expect(texts, field).toContain('The signature is not that of this key.');
    }
  });

  it('finds another key, a key that is only named, a broken signature, and another drive', async () => {
    const other = signReceipt(body, keyFrom('somebody else'));
    expect(await wrongs(JSON.stringify(other))).toEqual([
      `It names another key, ${other.keyId}.`,
      'The signature is not that of this key.',
    ]);
    expect(await wrongs(JSON.stringify({ ...other, keyId: receipt.keyId }))).toEqual([
      'The signature is not that of this key.',
    ]);
    for (const signature of ['', 'no base64!', receipt.signature.slice(4)])
      expect(await wrongs(JSON.stringify({ ...receipt, signature }))).toEqual([
        'The signature is not that of this key.',
      ]);
    expect(await wrongs(JSON.stringify(receipt), pemOf(seed), 'another')).toEqual([`It is about ${body.driveId}.`]);
  });

  it('answers what is no receipt at all, and what was never signed in this form', async () => {
    for (const text of ['', 'null', '[]', '{}', '{"body":null}', '{"body":{},"receiptId":1}'])
      expect(await wrongs(text), text).toEqual(['This is no receipt.']);
    const broken = { ...receipt, body: { ...body, chunks: 0.5 } };
    expect(await wrongs(JSON.stringify(broken))).toContain('The signature is not that of this key.');
  });

  it('says why where it cannot check, and never that the receipt is wrong', async () => {
    const text = JSON.stringify(receipt);
    for (const pem of ['', 'no key', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'])
      await expect(checkReceiptText(text, pem, body.driveId)).rejects.toThrow(CannotCheck);
    vi.stubGlobal('crypto', {});
    await expect(checkReceiptText(text, pemOf(seed), body.driveId)).rejects.toThrow(/https or from this machine/);
    vi.unstubAllGlobals();
  });
});
