import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DriveId, type RecordingId, sha256Of } from '@pitlane/contracts/identity';
import { RECEIPT_VERSION, type Receipt, signReceipt } from '@pitlane/contracts/receipt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkReceiptFile, receiptFileText } from './receipt-file.ts';

const keys = generateKeyPairSync('ed25519');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pitlane-receipt-'));
  await writeFile(join(folder, 'key'), keys.publicKey.export({ type: 'spki', format: 'pem' }));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const receiptOf = (dockId: string): Receipt =>
  signReceipt(
    {
      receiptVersion: RECEIPT_VERSION,
      tenant: 't',
      driveId: 'd' as DriveId,
      vehicleId: 'v',
      dockId,
      garage: 'g',
      store: 'file',
      manifestObject: 'm',
      manifestSha256: sha256Of(dockId),
      recordings: [{ recordingId: sha256Of(dockId) as string as RecordingId, bytes: 10, lostBytes: 0 }],
      chunks: 1,
      bytesStored: 5,
      objectsSha256Root: sha256Of('root'),
      signedAt: '2026-01-01T00:00:00Z',
    },
    keys.privateKey,
  );
const textOf = (receipt: Receipt): string => `${JSON.stringify(receipt, null, 2)}\n`;

async function check(text: string): Promise<Receipt[]> {
  await writeFile(join(folder, 'receipts'), text);
  return checkReceiptFile(join(folder, 'receipts'), join(folder, 'key'));
}

describe('a file of receipts', () => {
  const [one, other] = [receiptOf('dock-1'), receiptOf('dock-2')];

  it('with one receipt is that receipt as it lies in the store', async () => {
    expect(receiptFileText([textOf(one)])).toBe(textOf(one));
    expect(await check(textOf(one))).toEqual([one]);
  });

  it('with several holds each of them, and each is checked', async () => {
    expect(await check(receiptFileText([textOf(one), textOf(other)]))).toEqual([one, other]);
    const forged = { ...other, body: { ...other.body, chunks: 9 } };
    await expect(check(receiptFileText([textOf(one), textOf(forged)]))).rejects.toThrow(
      /number 2 of the 2 receipts.*does not hold/,
    );
  });

  it('is none when there is nothing in it, or something else', async () => {
    for (const text of [
      '{"receipts":[]}',
      '{"receipts":[null]}',
      `{"receipts":[${textOf(one)},{}]}`,
      '[]',
      'null',
      '{',
    ]) {
      await expect(check(text), text).rejects.toThrow(/is no receipt/);
    }
  });
});
