/** Whether a receipt that comes from the cloud was signed by the indexer that this garage believes. */
import type { KeyObject } from 'node:crypto';
import { PitlaneError } from '@pitlane/base/errors';
import { checkReceipt, keyIdOf, type Receipt } from '@pitlane/contracts/receipt';

/** As `checkReceipt`, and says whose mistake it is when the indexer has another key than the garage knows. */
export function checkSigner(receipt: Receipt, receiptKey: KeyObject): void {
  if (receipt.keyId !== keyIdOf(receiptKey)) {
    throw new PitlaneError(
      'checksum-mismatch',
      `the receipt ${receipt.receiptId.slice(0, 12)} is signed with key ${receipt.keyId}, and this garage believes ${keyIdOf(receiptKey)} alone: wipe nothing on its word. If the indexer was given a new key, give its receipt.pub to this garage (PITLANE_RECEIPT_KEY_FILE), then dock again`,
    );
  }
  checkReceipt(receipt, receiptKey);
}
