import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSettings } from '@pitlane/base/settings';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { API_SETTINGS, listeningOf, receiptKeyOf } from './api-settings.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pitlane-api-settings-'));
});
afterAll(() => rm(folder, { recursive: true }));

const settingsOf = (environment: Record<string, string> = {}) => parseSettings(API_SETTINGS, { environment });
async function holding(text: string): Promise<string> {
  const file = join(folder, 'file');
  await writeFile(file, text);
  return file;
}

it('listens on loopback and lets nothing but reading in, unless told otherwise', async () => {
  expect(await listeningOf(settingsOf())).toMatchObject({ host: '127.0.0.1', port: 7420 });
  expect(await listeningOf(settingsOf())).not.toHaveProperty('token');
});

it('takes the token out of its file, and refuses what is none without repeating it', async () => {
  const tokenIn = async (text: string) => listeningOf(settingsOf({ PITLANE_API_TOKEN_FILE: await holding(text) }));
  expect((await tokenIn('0123456789abcdef\n')).token).toBe('0123456789abcdef');
  for (const bad of ['', 'short', 'two words of a token']) {
    const told = await tokenIn(bad).catch((error: Error) => error.message);
    expect(told).toMatch(/holds no token: write 16/);
    if (bad !== '') expect(told).not.toContain(bad);
  }
  const missing = settingsOf({ PITLANE_API_TOKEN_FILE: join(folder, 'missing') });
  await expect(listeningOf(missing)).rejects.toThrow(/missing cannot be read/);
});

it('takes the public key that signs receipts, and asks for it where there is none', async () => {
  const { publicKey } = generateKeyPairSync('ed25519');
  const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string;
  const keyIn = async (text: string) => receiptKeyOf(settingsOf({ PITLANE_RECEIPT_KEY_FILE: await holding(text) }));
  expect((await keyIn(pem)).equals(publicKey)).toBe(true);
  await expect(keyIn('no key')).rejects.toThrow(/is no public key in PEM/);
  await expect(receiptKeyOf(settingsOf())).rejects.toThrow(/set PITLANE_RECEIPT_KEY_FILE/);
});
