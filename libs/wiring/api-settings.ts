/** The settings of a program that people ask over HTTP, and the files that they name. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { GIB } from '@pitlane/base/bytes';
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import { bytes, count, type SettingsOf, text } from '@pitlane/base/settings';
import { originsSetting } from './origins-setting.ts';

export const NAME = /^[A-Za-z0-9][A-Za-z0-9._~-]{0,127}$/;
export const NAME_EXPECTED = 'a letter or digit, then up to 127 letters, digits, ".", "_", "~" or "-"';

export const API_SETTINGS = {
  port: count({
    variable: 'PITLANE_PORT',
    default: 7420,
    min: 0,
    max: 65_535,
    meaning: 'port of `pitlane up`, and of the API of a garage or a catalog API that runs by itself; 0 takes any',
  }),
  apiHost: text({
    variable: 'PITLANE_API_HOST',
    default: '127.0.0.1',
    example: '0.0.0.0',
    expected: 'an address of this machine',
    meaning: 'address on which the two that run by themselves listen; beyond loopback they need a token',
  }),
  apiTokenFile: text({
    variable: 'PITLANE_API_TOKEN_FILE',
    default: '',
    example: '/run/secrets/pitlane-token',
    expected: 'a file',
    meaning: 'the file that holds the token that their clients must send; without one nothing but reading is let in',
  }),
  corsOrigins: originsSetting({
    variable: 'PITLANE_CORS_ORIGINS',
    example: 'https://app.foxglove.dev,http://viewer.example:8080',
    meaning:
      'pages of these origins may ask the API from a browser, such as a viewer that opens slices by URL; without any, only our own',
  }),
  slicesAtOnce: count({
    variable: 'PITLANE_SLICES_AT_ONCE',
    default: 4,
    min: 1,
    max: 64,
    meaning:
      'so many slices are cut, and so many replays go on, at the same time, each in a process of its own; who comes then is told to come back',
  }),
  sliceCacheBytes: bytes({
    variable: 'PITLANE_SLICE_CACHE_BYTES',
    default: 2 * GIB,
    min: 0,
    example: '2GiB',
    meaning: 'disk below the home for finished slices of which viewers and resumed downloads read parts',
  }),
  tenant: text({
    variable: 'PITLANE_TENANT',
    default: 'default',
    example: 'acme',
    meaning: 'whose data, where nothing else says it',
    pattern: NAME,
    expected: NAME_EXPECTED,
  }),
  receiptKeyFile: text({
    variable: 'PITLANE_RECEIPT_KEY_FILE',
    default: '',
    example: '/etc/pitlane/receipt.pub',
    expected: 'a file',
    meaning: 'the public key of an indexer that runs elsewhere, PEM; receipts are believed by it alone',
  }),
} as const;

export type ApiSettings = SettingsOf<typeof API_SETTINGS>;

const TOKEN = /^[\x21-\x7e]{16,512}$/;

/** How the server listens. Throws `bad-settings` where the file holds no token. */
export async function listeningOf({ port, apiHost: host, apiTokenFile, corsOrigins: origins }: ApiSettings): Promise<{
  readonly port: number;
  readonly host: string;
  readonly origins: readonly string[];
  readonly token?: string;
  readonly tokenPlace: string;
}> {
  const tokenPlace = 'the file that PITLANE_API_TOKEN_FILE names to it';
  if (apiTokenFile === '') return { port, host, origins, tokenPlace };
  const token = (await textIn(apiTokenFile)).trim();
  if (TOKEN.test(token)) return { port, host, origins, token, tokenPlace };
  const fault = `${apiTokenFile} holds no token: write 16 to 512 letters, digits and signs into it, without spaces`;
  throw new PitlaneError('bad-settings', `${fault}, such as those of \`openssl rand -hex 32\``);
}

/** The public half of the key that signs receipts elsewhere. Throws `bad-settings`. */
export async function receiptKeyOf({ receiptKeyFile }: Pick<ApiSettings, 'receiptKeyFile'>): Promise<KeyObject> {
  if (receiptKeyFile === '') {
    const fault =
      'the indexer runs elsewhere: set PITLANE_RECEIPT_KEY_FILE to its public key, HOME/keys/receipt.pub there';
    throw new PitlaneError('bad-settings', fault);
  }
  try {
    return createPublicKey(await textIn(receiptKeyFile));
  } catch (cause) {
    throw new PitlaneError('bad-settings', `${receiptKeyFile} is no public key in PEM: ${messageOf(cause)}`, { cause });
  }
}

async function textIn(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new PitlaneError('bad-settings', `${file} cannot be read: ${messageOf(cause)}`, { cause });
  }
}
