/**
 * The indexer's key pair on disk: made at first use, the private half readable by its owner only. Invariant: a file named
 * `receipt.key` is a whole key that was synced; whoever makes one links it there, and of several the first wins.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
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
  const pem = await readFile(privateKeyFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return makeKey(privateKeyFile);
    throw new PitlaneError(
      'bad-settings',
      `${privateKeyFile} cannot be read: ${messageOf(error)}. Let its owner read it.`,
    );
  });
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
  // Garages may be reading it: it is never half there.
  const publicDraft = `${publicKeyFile}.${randomUUID()}.draft`;
  await writeFile(publicDraft, publicKey.export({ type: 'spki', format: 'pem' }));
  await rename(publicDraft, publicKeyFile);
  return { privateKey, publicKey, publicKeyFile };
}

async function makeKey(file: string): Promise<string> {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const draft = `${file}.${randomUUID()}.draft`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(pem);
    await handle.sync();
    await link(draft, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await handle.close();
    await rm(draft, { force: true });
  }
  await syncFolder(dirname(file));
  return readFile(file, 'utf8');
}

/** A key whose name a power cut forgets would have signed receipts that nobody can check. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
