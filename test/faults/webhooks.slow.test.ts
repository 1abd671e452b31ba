/** Webhooks through kill -9: of everything that happened a receiver hears at least once, in order, whenever the node was killed. */
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { webhookSignature } from '@pitlane/contracts/webhook';
import { expect, it } from 'vitest';
import { runCommand, type RunningCommand, startCommand, until } from '../support/command.ts';
import { COPYING, KILL_AT } from '../support/killed-ingest.ts';
import { scratchFolder } from '../support/node-under-test.ts';
import { smallLog } from '../support/small-log.ts';

const SECRET = 'the-secret-of-the-test';
const WITHIN_MS = 100_000;

interface Heard {
  readonly id: string;
  readonly type: string;
  readonly drive: { readonly driveId: string; readonly vehicleId: string } | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly isSigned: boolean;
  readonly isTaken: boolean;
}

/** Takes nothing until it is told to. */
async function openReceiver() {
  const heard: Heard[] = [];
  const receiver = { heard, takes: false, url: '' };
  const server = http.createServer(
    (request, response) =>
      void text(request).then((body) => {
        const { 'pitlane-timestamp': timestamp, 'pitlane-signature': signature } = request.headers;
        const isSigned = signature === webhookSignature(SECRET, String(timestamp), body);
        heard.push({ ...(JSON.parse(body) as Heard), isSigned, isTaken: receiver.takes });
        response.writeHead(receiver.takes ? 200 : 503).end();
      }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/pitlane`;
  const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  return Object.assign(receiver, { [Symbol.asyncDispose]: close });
}

/** A log that was cut off, on another disk than the temporary files if there is one, so that the drive is staged. */
async function makeDisk(): Promise<{ disk: string; isElsewhere: boolean } & AsyncDisposable> {
  const memory = '/dev/shm';
  const here = await stat(tmpdir());
  const isElsewhere = (await stat(memory).catch(() => here)).dev !== here.dev;
  const disk = await mkdtemp(path.join(isElsewhere ? memory : tmpdir(), 'pitlane-webhooks-'));
  const log = smallLog();
  await writeFile(path.join(disk, 'log.mcap'), log.subarray(0, Math.floor(log.byteLength * 0.7)));
  await writeFile(path.join(disk, 'pitlane.drive.json'), '{"driveId":"drive-1","vehicleId":"car-1"}');
  return { disk, isElsewhere, [Symbol.asyncDispose]: () => rm(disk, { recursive: true }) };
}

it('tell of a drive whose node is killed before, in and after the telling, and of nothing that did not happen', async () => {
  await using scratch = await scratchFolder();
  await using receiver = await openReceiver();
  await using source = await makeDisk();
  const [home, secretFile] = [path.join(scratch.path, 'home'), path.join(scratch.path, 'secret')];
  await mkdir(home);
  await writeFile(secretFile, `${SECRET}\n`);
  const settings = {
    ...COPYING,
    PITLANE_HOME: home,
    PITLANE_WEBHOOK_URLS: receiver.url,
    PITLANE_WEBHOOK_SECRET_FILE: secretFile,
  };
  const killing = (moment: string) => ({
    environment: { ...settings, NODE_OPTIONS: KILL_AT, PITLANE_TEST_KILL: moment },
  });
  const killedAt = async (moment: string, running: RunningCommand): Promise<void> => {
    const { code, stderr } = await running.ended;
    expect([moment, code], stderr).toEqual([moment, 'SIGKILL']);
  };
  const types = (heard: readonly Heard[]): string[] => heard.map(({ type }) => type);
  const all = [...(source.isElsewhere ? ['drive.staged'] : []), 'drive.loss', 'drive.receipted'];
  const ingest = ['ingest', source.disk, '--json'];

  // The receipt is half written: what is told of it is, too, and both are gone.
  const inReceipt = 'after main journal INSERT receipts 1';
  await killedAt(inReceipt, startCommand(ingest, killing(inReceipt)));
  // The receipt stands, and nobody has been told of it.
  const afterReceipt = 'before main staged rm 1';
  await killedAt(afterReceipt, startCommand(ingest, killing(afterReceipt)));
  expect(new Set(types(receiver.heard))).toEqual(new Set(all.slice(0, 1)));

  // The receiver has taken it, and the node does not know.
  receiver.takes = true;
  const taken = 'before main journal DELETE webhook_deliveries 2';
  await killedAt(taken, startCommand(['up', '--port', '0', '--json'], killing(taken)));
  const up = startCommand(['up', '--port', '0', '--json'], { environment: settings });
  const isAllTaken = () => receiver.heard.some(({ type, isTaken }) => isTaken && type === 'drive.receipted');
  expect(await until(isAllTaken, WITHIN_MS), up.said.stderr).toBe(true);
  const tested = await runCommand(['webhooks', 'test', '--json'], { environment: settings });
  expect([tested.code, JSON.parse(tested.stdout)]).toMatchObject([0, { results: [{ ok: true, status: 200 }] }]);
  const listed = await runCommand(['webhooks', 'list', '--json'], { environment: settings });
  expect(JSON.parse(listed.stdout)).toMatchObject({ receivers: [{ waiting: 0, parked: 0 }], deliveries: [] });
  up.signalAll('SIGTERM');
  await up.ended;

  const took = receiver.heard.filter(({ isTaken }) => isTaken);
  expect(types(took)).toEqual([all[0], ...all, 'webhook.test']);
  expect(took[0]?.id).toBe(took[1]?.id);
  expect(new Set(receiver.heard.map(({ id }) => id)).size).toBe(all.length + 1);
  expect(receiver.heard.every(({ isSigned }) => isSigned)).toBe(true);
  expect(took.at(-2)).toMatchObject({ drive: { driveId: 'drive-1', vehicleId: 'car-1' } });
  expect(took.at(-2)?.data).toMatchObject({ receiptId: expect.stringMatching(/^[0-9a-f]{64}$/), recordings: 2 });
  expect(took.at(-3)?.data).toMatchObject({ losses: 1, list: [{ path: 'log.mcap', reason: 'truncated' }] });
  expect(`${up.said.stdout}${up.said.stderr}`).not.toContain(SECRET);
});
