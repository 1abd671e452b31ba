/**
 * Checks receipts in the browser, with what the browser has and nothing from the network: the same steps as
 * `pitlane verify --receipt`. It says in words what was looked at, and what was not.
 */
import { canonicalJson } from '@pitlane/contracts/canonical-json';
import type { Receipt } from '@pitlane/contracts/receipt';

export interface Step {
  readonly isRight: boolean;
  readonly text: string;
}

export interface Checked {
  readonly isRight: boolean;
  readonly steps: readonly Step[];
  readonly receipt: Receipt | undefined;
}

/** The browser cannot check; the text says why, and what to do. */
export class CannotCheck extends Error {}

const KNOWN_VERSION = 1;
const KEY_ID_DIGITS = 16;

/** Throws `CannotCheck` where the browser has no such arithmetic, or the key is none. */
export async function checkReceiptText(text: string, keyPem: string, driveId: string): Promise<Checked> {
  const { subtle } = crypto as { subtle?: SubtleCrypto };
  if (!subtle) throw new CannotCheck('Browsers check signatures only on pages from https or from this machine.');
  const receipt = receiptFrom(text);
  if (!receipt) return { isRight: false, steps: [{ isRight: false, text: 'This is no receipt.' }], receipt };
  const der = derFrom(keyPem);
  const key = await subtle.importKey('spki', der, 'Ed25519', false, ['verify']).catch((error: unknown) => {
    const isUnknown = error instanceof Error && error.name === 'NotSupportedError';
    throw new CannotCheck(
      isUnknown ? 'This browser knows no Ed25519 signatures.' : 'The key is no Ed25519 public key in PEM.',
    );
  });
  const { body } = receipt;
  const signed = new TextEncoder().encode(canonicalTextOf(body));
  const [receiptId, keyId] = await Promise.all([sha256(subtle, signed), sha256(subtle, der)]);
  const signature = bytesFromBase64(receipt.signature);
  const isSigned = signature !== undefined && (await subtle.verify('Ed25519', key, signature, signed));
  const steps = [
    step(
      body.receiptVersion === KNOWN_VERSION,
      `It is of version ${body.receiptVersion}.`,
      'This page does not know that version.',
    ),
    step(receipt.receiptId === receiptId, 'Its id is the SHA-256 of what it says.', 'Something in it was changed.'),
    step(
      receipt.keyId === keyId.slice(0, KEY_ID_DIGITS),
      `It names the key ${keyId.slice(0, KEY_ID_DIGITS)}.`,
      `It names another key, ${receipt.keyId}.`,
    ),
    step(isSigned, 'The holder of that key signed it (Ed25519).', 'The signature is not that of this key.'),
    step(body.driveId === driveId, 'It is about this drive.', `It is about ${body.driveId}.`),
  ];
  return { isRight: steps.every(({ isRight }) => isRight), steps, receipt };
}

const step = (isRight: boolean, text: string, otherwise: string): Step => ({
  isRight,
  text: isRight ? text : otherwise,
});

/** What cannot be put into that form was never signed in it. */
function canonicalTextOf(body: unknown): string {
  try {
    return canonicalJson(body);
  } catch {
    return '';
  }
}

function receiptFrom(text: string): Receipt | undefined {
  try {
    const receipt = JSON.parse(text) as Partial<Receipt> | null;
    const isReceipt =
      typeof receipt?.body === 'object' &&
      (receipt.body as unknown) !== null &&
      [receipt.receiptId, receipt.keyId, receipt.signature].every((field) => typeof field === 'string');
    return isReceipt ? (receipt as Receipt) : undefined;
  } catch {
    return undefined;
  }
}

function derFrom(pem: string): Uint8Array<ArrayBuffer> {
  const [, inside = ''] = /-----BEGIN PUBLIC KEY-----([\s\S]+?)-----END PUBLIC KEY-----/.exec(pem) ?? [];
  const der = bytesFromBase64(inside.replace(/\s+/g, ''));
  if (der && der.byteLength > 0) return der;
  throw new CannotCheck('The key is no public key in PEM: it begins with -----BEGIN PUBLIC KEY-----.');
}

function bytesFromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}

async function sha256(subtle: SubtleCrypto, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
