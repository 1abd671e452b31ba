/** Receipts as a file: checked with a public key alone. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isPitlaneError, messageOf, PitlaneError } from '@pitlane/base/errors';
import { checkReceipt, type Receipt } from '@pitlane/contracts/receipt';

/**
 * The receipts in `file`: one by itself, or `{"receipts": [...]}`.
 * Throws `checksum-mismatch` unless the holder of the key in `keyFile` signed each as it stands.
 */
export async function checkReceiptFile(file: string, keyFile: string): Promise<Receipt[]> {
  const [receiptText, keyText] = await Promise.all([textOf(file), textOf(keyFile)]);
  const receipts = receiptsFrom(receiptText, file);
  const key = keyFrom(keyText, keyFile);
  for (const [i, receipt] of receipts.entries()) {
    try {
      checkReceipt(receipt, key);
    } catch (error) {
      if (receipts.length === 1 || !isPitlaneError(error)) throw error;
      const which = `number ${i + 1} of the ${receipts.length} receipts in ${file}`;
      throw new PitlaneError(error.code, `${which}: ${error.message}`, { cause: error });
    }
  }
  return receipts;
}

/** One receipt stays byte for byte as it lies in the store; several stand in one list. */
export function receiptFileText(texts: readonly string[]): string {
  const [first = ''] = texts;
  if (texts.length === 1) return first;
  return `${JSON.stringify({ receipts: texts.map((text) => JSON.parse(text) as Receipt) }, null, 2)}\n`;
}

/** Writes receipts or their key. */
export async function writeReceiptFile(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((cause: unknown) => {
    const why = existsSync(dirname(file)) ? messageOf(cause) : `there is no folder ${dirname(file)}: make it first`;
    throw new PitlaneError('not-found', `${file} cannot be written: ${why}`, { cause });
  });
}

function receiptsFrom(text: string, file: string): Receipt[] {
  try {
    const content = JSON.parse(text) as { receipts?: unknown } | null;
    const receipts: unknown[] = Array.isArray(content?.receipts) ? content.receipts : [content];
    if (receipts.length > 0 && receipts.every(isReceipt)) return receipts;
  } catch {
    // Told below, like JSON of another kind.
  }
  throw new PitlaneError('corrupt-input', `${file} is no receipt: get it with \`pitlane receipt DRIVE -o FILE\``);
}

function isReceipt(value: unknown): value is Receipt {
  const receipt = value as Partial<Receipt> | null;
  if (typeof receipt?.body !== 'object' || typeof receipt.signature !== 'string') return false;
  return typeof receipt.receiptId === 'string' && Array.isArray((receipt.body as Receipt['body'] | null)?.recordings);
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
