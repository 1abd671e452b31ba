import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPitlaneError } from '@pitlane/base/errors';
import { parseSettings } from '@pitlane/base/settings';
import { memoryLog } from '@pitlane/base/telemetry';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WEBHOOK_SETTINGS, type WebhookSetup, webhookSetupOf } from './webhook-settings.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pitlane-webhook-settings-'));
  file = join(folder, 'secret');
  await writeFile(file, 'a-secret-of-the-test\n');
});
afterEach(() => rm(folder, { recursive: true }));

const setup = (urls: string, more: Record<string, string> = {}): WebhookSetup =>
  webhookSetupOf(
    parseSettings(WEBHOOK_SETTINGS, {
      environment: { PITLANE_WEBHOOK_URLS: urls, PITLANE_WEBHOOK_SECRET_FILE: file, ...more },
    }),
    memoryLog(),
  );

function faultsOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (isPitlaneError(error, 'bad-settings')) return error.message;
    throw error;
  }
  return '';
}

describe('the settings of webhooks', () => {
  it('tell nobody, and ask for no secret, unless they say otherwise', () => {
    expect(webhookSetupOf(parseSettings(WEBHOOK_SETTINGS, { environment: {} }), memoryLog()).receivers).toEqual([]);
  });

  it('name receivers by an id of their own and show no more than their host', () => {
    const { receivers, events, secret } = setup('https://a.example.com/x?key=1, https://a.example.com/y');
    expect(receivers.map(({ shown }) => shown)).toEqual(['https://a.example.com', 'https://a.example.com']);
    expect(new Set(receivers.map(({ id }) => id)).size).toBe(2);
    expect(receivers.every(({ id }) => /^[0-9a-f]{12}$/.test(id))).toBe(true);
    expect([...events]).toEqual(['drive.staged', 'drive.receipted', 'drive.loss', 'dataset.built']);
    expect(secret()).toBe('a-secret-of-the-test');
    expect([...setup('https://a.example.com', { PITLANE_WEBHOOK_EVENTS: 'drive.loss' }).events]).toEqual([
      'drive.loss',
    ]);
  });

  it('read the secret again each time, keep the last while it is being replaced, and never sign with nothing', async () => {
    const { secret } = setup('https://a.example.com');
    await writeFile(file, 'another-secret-of-it');
    expect(secret()).toBe('another-secret-of-it');
    await rm(file);
    expect(secret()).toBe('another-secret-of-it');
    await writeFile(file, '\n');
    expect(secret).toThrow('holds no secret any more');
  });

  it('let this machine be told without TLS, and others where somebody says so', () => {
    const near = 'http://127.0.0.1:8080/a,http://localhost:8080/b,http://[::1]:8080/c';
    expect(setup(near).receivers).toHaveLength(3);
    const far = 'http://10.0.0.7/a,http://localhost.example.com/b,http://127.0.0.1.example.com/c';
    expect(faultsOf(() => setup(far)).match(/beyond this machine and without TLS/g)).toHaveLength(3);
    expect(setup(far, { PITLANE_WEBHOOK_HTTP: 'anywhere' }).receivers).toHaveLength(3);
  });

  it('are refused, all faults together, without a word of paths, passwords or secrets', async () => {
    await writeFile(file, 'too short');
    const told = faultsOf(() => setup('http://hooks.example.com/token-in-path,https://me:pass-word@b.example.com/x'));
    expect(told).toContain('PITLANE_WEBHOOK_URLS has http://hooks.example.com, which is beyond this machine');
    expect(told).toContain('PITLANE_WEBHOOK_URLS has a user or a password for https://b.example.com');
    expect(told).toContain('holds no secret: expected 16 to 512');
    expect(told).not.toMatch(/token-in-path|pass-word|too short/);
    const without = faultsOf(() => setup('https://a.example.com', { PITLANE_WEBHOOK_SECRET_FILE: '' }));
    expect(without).toContain('PITLANE_WEBHOOK_SECRET_FILE is not set');
    const nowhere = faultsOf(() =>
      setup('https://a.example.com', { PITLANE_WEBHOOK_SECRET_FILE: join(folder, 'none') }),
    );
    expect(nowhere).toMatch(/the secret of webhooks in .*none: ENOENT/);
  });

  it('take a list of the configuration file, and nothing that is no URL or stands twice', () => {
    const { parse } = WEBHOOK_SETTINGS.webhookUrls;
    expect(parse('["https://a.example.com/1,2"]')).toEqual(['https://a.example.com/1,2']);
    const wrong = ['', 'a.example.com', 'ftp://a', 'https://a,https://a/', '[]', '[1]', '[', 'https://a,'];
    for (const text of wrong) expect([text, parse(text)]).toEqual([text, undefined]);
    expect(parse(Array.from({ length: 17 }, (_, i) => `https://a/${i}`).join())).toBeUndefined();
    expect(WEBHOOK_SETTINGS.webhookEvents.parse('drive.lost')).toBeUndefined();
    expect(WEBHOOK_SETTINGS.webhookEvents.parse('drive.loss,drive.loss')).toBeUndefined();
  });
});
