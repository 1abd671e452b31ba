import { createHash, createVerify, generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { openGcsLinks } from './links.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const credentials = {
  client_email: 'pitlane@project.iam.example',
  private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
};
/** The library refuses what is over by the clock of the machine. */
const NOW_MS = Date.UTC(2100, 2, 3, 8, 0, 0);
const clock = { nowMs: () => NOW_MS };

/** What the store checks, by the rules of V4: https://cloud.google.com/storage/docs/authentication/signatures */
function isSigned(link: string): boolean {
  const { searchParams, pathname, host } = new URL(link);
  const signature = Buffer.from(searchParams.get('X-Goog-Signature') ?? '', 'hex');
  const encoded = (text: string): string =>
    encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  const query = [...searchParams]
    .filter(([name]) => name !== 'X-Goog-Signature')
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort()
    .join('&');
  const canonical = ['GET', pathname, query, `host:${host}`, '', 'host', 'UNSIGNED-PAYLOAD'].join('\n');
  const [, ...scope] = (searchParams.get('X-Goog-Credential') ?? '').split('/');
  const hash = createHash('sha256').update(canonical).digest('hex');
  const text = ['GOOG4-RSA-SHA256', searchParams.get('X-Goog-Date'), scope.join('/'), hash].join('\n');
  return createVerify('RSA-SHA256').update(text).verify(publicKey, signature);
}

it('signs a link to one generation of one object, for as long as it is told, by the rules of V4', async () => {
  const links = openGcsLinks({ bucket: 'logs', credentials, clock });
  const { url, expiresAtMs } = await links.readUrl('v1/ab/default/car 1/d/c.mcap', { generation: '42', seconds: 600 });
  expect(expiresAtMs).toBe(NOW_MS + 600_000);
  const { origin, pathname, searchParams } = new URL(url);
  expect([origin, pathname]).toEqual(['https://storage.googleapis.com', '/logs/v1/ab/default/car%201/d/c.mcap']);
  expect([searchParams.get('generation'), searchParams.get('X-Goog-Expires')]).toEqual(['42', '600']);
  expect(isSigned(url)).toBe(true);
  expect(isSigned(url.replace('generation=42', 'generation=43'))).toBe(false);
});

it('leads to the endpoint that is set', async () => {
  const links = openGcsLinks({ bucket: 'logs', endpoint: 'https://storage.private.example', credentials, clock });
  const { url } = await links.readUrl('v1/c.mcap', { generation: '1', seconds: 60 });
  expect(url).toMatch(/^https:\/\/storage\.private\.example\/logs\/v1\/c\.mcap\?/);
  expect(isSigned(url)).toBe(true);
});

it('says what is missing where the credentials cannot sign', async () => {
  const broken = { client_email: 'pitlane@project.iam.example', private_key: 'no key' };
  const links = openGcsLinks({ bucket: 'logs', credentials: broken, clock });
  await expect(links.readUrl('v1/c.mcap', { generation: '1', seconds: 60 })).rejects.toMatchObject({
    code: 'refused',
    message: expect.stringContaining('iam.serviceAccounts.signBlob'),
  });
});
