import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '@pitlane/base/telemetry';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LaneThread } from './lane-thread.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pitlane-lane-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const topics = { partitions: 1, replication: 1, createMissing: false };
const frame = { key: 'k', head: '', body: Buffer.from('in the midst of a larger buffer').subarray(3, 9) };

/** A thread whose client cannot be made dies as it starts; nothing asks the brokers. */
function threadWithout(passwordFile: string): LaneThread {
  const user = { username: 'u', passwordFile };
  return new LaneThread('t', { brokers: ['127.0.0.1:1'], topics, user, log: silentLog });
}

it('the thread of a lane that dies fails what it was given as an outage, and another takes the next', async () => {
  const thread = threadWithout(join(folder, 'none'));
  const died = {
    code: 'unavailable',
    retryable: true,
    message: expect.stringMatching(/thread.*t ended.*none/) as string,
  };
  await expect(Promise.allSettled([thread.publish([frame]), thread.publish([frame])])).resolves.toMatchObject([
    { reason: died },
    { reason: died },
  ]);
  await expect(thread.publish([frame])).rejects.toMatchObject(died);
  await thread.close();
});

it('the thread of a lane takes back what waits, and leaves its sender the rest of the buffer', async () => {
  writeFileSync(join(folder, 'password'), 'p');
  const thread = threadWithout(join(folder, 'password'));
  await expect(thread.publish([frame], AbortSignal.abort())).rejects.toMatchObject({ code: 'interrupted' });
  expect(frame.body.toString()).toBe('the mi');
  await thread.close();
});
