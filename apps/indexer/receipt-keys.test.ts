import { createPublicKey, sign, verify } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPitlaneError } from '@pitlane/base/errors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openReceiptKeys } from './receipt-keys.ts';

let base: string;
let folder: string;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'pitlane-keys-'));
  folder = join(base, 'keys');
});

afterEach(() => rm(base, { recursive: true, force: true }));

describe('the receipt keys', () => {
  it('are made once, and are the same ever after', async () => {
    const [first, again] = [await openReceiptKeys(folder), await openReceiptKeys(folder)];
    const signature = sign(null, Buffer.from('x'), first.privateKey);
    expect(verify(null, Buffer.from('x'), again.publicKey, signature)).toBe(true);
    expect(createPublicKey(await readFile(first.publicKeyFile)).equals(first.publicKey)).toBe(true);
  });

  it('are the same for all who make them at the same time, and leave no drafts', async () => {
    const made = await Promise.all(Array.from({ length: 8 }, () => openReceiptKeys(folder)));
    expect(made.every(({ publicKey }) => publicKey.equals((made[0] as (typeof made)[0]).publicKey))).toBe(true);
    expect((await readdir(folder)).sort()).toEqual(['receipt.key', 'receipt.pub']);
  });

  it('are made in spite of the half of one that a crash left', async () => {
    await mkdir(folder);
    await writeFile(join(folder, 'receipt.key.1.draft'), '-----BEGIN PRIV');
    const { publicKey, publicKeyFile } = await openReceiptKeys(folder);
    expect(createPublicKey(await readFile(publicKeyFile)).equals(publicKey)).toBe(true);
  });

  it('keep the private half from everybody but its owner', async () => {
    await openReceiptKeys(folder);
    expect((await stat(join(folder, 'receipt.key'))).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o077).toBe(0);
  });

  it('are not made anew over a file that is no key, or that cannot be read', async () => {
    await openReceiptKeys(folder);
    const file = join(folder, 'receipt.key');
    await writeFile(file, 'no key');
    await expect(openReceiptKeys(folder)).rejects.toSatisfy((error) => isPitlaneError(error, 'bad-settings'));
    expect(await readFile(file, 'utf8')).toBe('no key');
    await chmod(file, 0);
    await expect(openReceiptKeys(folder)).rejects.toThrow();
  });
});
