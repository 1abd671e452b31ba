import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { describeGolden } from '../golden.fixture.ts';
import {
  WEBHOOK_EVENT_TYPES,
  type WebhookEvent,
  type WebhookLoss,
  webhookBody,
  webhookEventId,
  webhookLine,
  webhookLoss,
  webhookSignature,
} from './index.ts';

const run = promisify(execFile);

describeGolden('webhooks', {
  file: new URL('./golden/webhook.json', import.meta.url),
  raise: 'receivers know events by these ids and check these signatures, so say v2 in a header of its own',
  makers: {
    ids: (event: WebhookEvent) => webhookEventId(event),
    signatures: ({ secret, timestamp, body }: Record<'secret' | 'timestamp' | 'body', string>) =>
      webhookSignature(secret, timestamp, body),
  },
});

const drive = { tenant: 'default', driveId: 'd-1', vehicleId: 'car-1' };
const staged: WebhookEvent = {
  type: 'drive.staged',
  drive,
  data: { garage: 'g', dockId: 'dock-1', path: '/media/disk', safeToPull: true, text: 'read back' },
};

describe('an event', () => {
  it('has the id of what happened, whenever and in whatever words it is told', () => {
    const again: WebhookEvent = { ...staged, data: { ...staged.data, text: 'its files stand in the spool' } };
    const other: WebhookEvent = { ...staged, data: { ...staged.data, dockId: 'dock-2' } };
    const foreign: WebhookEvent = { ...staged, drive: { ...drive, tenant: 'another' } };
    expect(webhookEventId(again)).toBe(webhookEventId(staged));
    expect(new Set([staged, other, foreign].map(webhookEventId)).size).toBe(3);
    expect(webhookLine(other)).toBe(webhookLine(staged));
    expect(webhookLine(foreign)).not.toBe(webhookLine(staged));
  });

  it('is JSON with its id, type, time, drive and data', () => {
    expect(JSON.parse(webhookBody(staged, 1_767_225_600_123))).toEqual({
      id: webhookEventId(staged),
      type: 'drive.staged',
      occurredAt: '2026-01-01T00:00:00.123Z',
      drive,
      data: staged.data,
    });
  });

  it('tells a loss in short, however long its texts are', () => {
    const long = 'ü'.repeat(5000);
    const loss = { path: long, reason: 'truncated', text: long, bytes: 5, keptIn: null, offset: 7 };
    const told = webhookLoss({
      ...loss,
      topics: Array.from({ length: 999 }, () => long),
      startTime: '0',
      endTime: null,
    } as WebhookLoss);
    expect(JSON.stringify(told).length).toBeLessThan(7000);
    expect(told).not.toHaveProperty('offset');
  });
});

describe('the README for receivers', async () => {
  const readme = await readFile(new URL('./README.md', import.meta.url), 'utf8');
  const snippet = (language: string): string => {
    const code = new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(readme)?.[1];
    if (code === undefined) throw new Error(`the README has no ${language}`);
    return code;
  };
  const secret = 'a-secret-of-the-test';
  const body = webhookBody({ ...staged, drive: { ...drive, vehicleId: 'Käfer' } }, 0);
  const timestamp = '1767225600';
  const signature = webhookSignature(secret, timestamp, body);
  const later = (seconds: number): number => Number(timestamp) + seconds;
  const cases: readonly {
    secret: string;
    timestamp: string;
    signature: string;
    body: string;
    now: number;
    ok: boolean;
  }[] = [
    { secret, timestamp, signature, body, now: later(3), ok: true },
    { secret, timestamp, signature, body, now: later(299), ok: true },
    { secret, timestamp, signature, body, now: later(301), ok: false },
    { secret, timestamp, signature, body, now: later(-301), ok: false },
    { secret: 'another-secret-here', timestamp, signature, body, now: later(3), ok: false },
    { secret, timestamp: '1767225601', signature, body, now: later(3), ok: false },
    { secret, timestamp: 'soon', signature, body, now: later(3), ok: false },
    { secret, timestamp: '', signature, body, now: 0, ok: false },
    { secret, timestamp, signature: signature.slice(3), body, now: later(3), ok: false },
    { secret, timestamp, signature: `v1=${'ü'.repeat(64)}`, body, now: later(3), ok: false },
    { secret, timestamp, signature: '', body, now: later(3), ok: false },
    { secret, timestamp, signature, body: `${body} `, now: later(3), ok: false },
  ];
  const wanted = cases.map(({ ok }) => ok);
  const input = JSON.stringify(cases);

  it('has each type of event', () => {
    expect(WEBHOOK_EVENT_TYPES.filter((type) => !readme.includes(`| \`${type}\` |`))).toEqual([]);
  });

  it('has a check for Node that takes what is ours and nothing else', async () => {
    const ask = `const told = JSON.parse(process.argv[1]).map((one) => isFromPitlane(one.secret, {
      'pitlane-timestamp': one.timestamp, 'pitlane-signature': one.signature }, Buffer.from(one.body), one.now));
      console.log(JSON.stringify(told));`;
    const args = ['--input-type=module', '--eval', `${snippet('js')}\n${ask}`, input];
    expect(JSON.parse((await run(process.execPath, args)).stdout)).toEqual(wanted);
  });

  it('has a check for Python that takes what is ours and nothing else', async () => {
    const ask = `import json, sys
print(json.dumps([is_from_pitlane(one["secret"], {"pitlane-timestamp": one["timestamp"],
  "pitlane-signature": one["signature"]}, one["body"].encode(), one["now"]) for one in json.loads(sys.argv[1])]))`;
    const { stdout } = await run('python3', ['-c', `${snippet('python')}\n${ask}`, input]);
    expect(JSON.parse(stdout)).toEqual(wanted);
  });
});
