/** The indexer's key pair on disk: made at first use, the private half readable by its owner only. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, PitlaneError } from '@pitlane/base/errors';

export interface ReceiptKeys {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly publicKeyFile: string;
}

/** @param folder holds `receipt.key` (PKCS 8) and `receipt.pub` (SPKI), both PEM, Ed25519. */
export async function openReceiptKeys(folder: string): Promise<ReceiptKeys> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const privateKeyFile = join(folder, 'receipt.key');
  const publicKeyFile = join(folder, 'receipt.pub');
  const pem = await readFile(privateKeyFile, 'utf8').catch(() => makeKey(privateKeyFile));
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(pem);
  } catch (error) {
    throw new PitlaneError(
      'bad-settings',
      `${privateKeyFile} is no private key in PEM: ${messageOf(error)}. Put the right one there; earlier receipts are checked with its public half.`,
    );
  }
  const publicKey = createPublicKey(privateKey);
  await writeFile(publicKeyFile, publicKey.export({ type: 'spki', format: 'pem' }));
  return { privateKey, publicKey, publicKeyFile };
}

async function makeKey(file: string): Promise<string> {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(pem);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return pem;
}
