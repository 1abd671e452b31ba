/** A receipt as a file: checked with a public key alone. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import { checkReceipt, type Receipt } from '@pitlane/contracts/receipt';

/** The receipt in `file`. Throws `checksum-mismatch` unless the holder of the key in `keyFile` signed it as it stands. */
export async function checkReceiptFile(file: string, keyFile: string): Promise<Receipt> {
  const [receiptText, keyText] = await Promise.all([textOf(file), textOf(keyFile)]);
  const receipt = receiptFrom(receiptText, file);
  checkReceipt(receipt, keyFrom(keyText, keyFile));
  return receipt;
}

/** Writes a receipt or its key. */
export async function writeReceiptFile(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((cause: unknown) => {
    const why = existsSync(dirname(file)) ? messageOf(cause) : `there is no folder ${dirname(file)}: make it first`;
    throw new PitlaneError('not-found', `${file} cannot be written: ${why}`, { cause });
  });
}

function receiptFrom(text: string, file: string): Receipt {
  try {
    const receipt = JSON.parse(text) as Partial<Receipt> | null;
    const whole = typeof receipt?.body === 'object' && typeof receipt.signature === 'string';
    if (receipt && whole && typeof receipt.receiptId === 'string') return receipt as Receipt;
  } catch {
    // Told below, like JSON of another kind.
  }
  throw new PitlaneError('corrupt-input', `${file} is no receipt: get it with \`pitlane receipt DRIVE -o FILE\``);
}

function keyFrom(text: string, file: string): KeyObject {
  try {
    return createPublicKey(text);
  } catch (cause) {
    throw new PitlaneError('corrupt-input', `${file} is no public key in PEM (${messageOf(cause)})`, { cause });
  }
}

async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    const why = existsSync(file) ? messageOf(cause) : 'there is no such file; check the path';
    throw new PitlaneError('not-found', `${file} cannot be read: ${why}`, { cause });
  });
}
