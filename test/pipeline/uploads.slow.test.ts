/** Uploads to a node in a process of its own: killed in mid-upload, started again, gone on with, docked, signed for, freed. */
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { BayStatus, UploadStatus } from '@pitlane/garage';
import { Upload, type UploadOptions } from 'tus-js-client';
import { expect, it } from 'vitest';
import { readNodeFile } from '../../apps/cli/node/node-file.ts';
import { type RunningCommand, runCommand, startCommand, until } from '../support/command.ts';
import { NodeUnderTest, scratchFolder } from '../support/node-under-test.ts';
import { smallLog } from '../support/small-log.ts';

const WITHIN_MS = 120_000;
const LARGE_BYTES = 300 * 1024 * 1024;

async function up(home: string, environment: Record<string, string> = {}): Promise<RunningCommand> {
  const running = startCommand(['up', '--port', '0', '--home', home, '--json'], { environment });
  expect(await until(() => running.said.stdout.includes('}'), WITHIN_MS), running.said.stderr).toBe(true);
  return running;
}

async function stop(running: RunningCommand): Promise<void> {
  running.signalAll('SIGTERM');
  await running.ended;
}

const clientOf = async (home: string): Promise<{ url: string; headers: Record<string, string> }> => {
  const node = await readNodeFile(home);
  return { url: node?.url ?? '', headers: { authorization: `Bearer ${node?.token}` } };
};

async function uploadsOf(home: string): Promise<readonly UploadStatus[]> {
  const { url } = await clientOf(home);
  return ((await (await fetch(`${url}/v1/garage/uploads`)).json()) as { uploads: UploadStatus[] }).uploads;
}

async function driveIn(home: string, bay = 'uploads') {
  const { url } = await clientOf(home);
  const { bays } = (await (await fetch(`${url}/v1/garage/bays`)).json()) as { bays: BayStatus[] };
  return bays.find((one) => one.bay === bay)?.disks[0];
}

/** Resolves with the upload's address when all is there; rejects with what stopped it. */
function sent(file: string, options: UploadOptions): { readonly upload: Upload; readonly ended: Promise<string> } {
  let upload: Upload | undefined;
  const ended = new Promise<string>((resolve, reject) => {
    upload = new Upload(createReadStream(file) as unknown as Buffer, {
      retryDelays: null,
      storeFingerprintForResuming: false,
      ...options,
      onError: reject,
      onSuccess: () => resolve(upload?.url ?? ''),
    });
    upload.start();
  });
  return { upload: upload as unknown as Upload, ended };
}

it('an upload that a killed node left goes on where it was, two at once, and comes out signed for and verified', async () => {
  await using scratch = await scratchFolder();
  const home = path.join(scratch.path, 'home');
  const [large, log] = [path.join(scratch.path, 'large.bin'), path.join(scratch.path, 'log.mcap')];
  await writeFile(large, 'begins with this');
  await truncate(large, LARGE_BYTES);
  await writeFile(log, smallLog());
  const first = await up(home);
  const { url, headers } = await clientOf(home);
  const endpoint = `${url}/v1/garage/uploads`;
  const about = { vehicle: 'car-47', drive: 'friday' };
  const one = sent(large, { endpoint, headers, metadata: { ...about, filename: 'raw/large.bin' } });
  const broken = one.ended.then(
    () => expect.fail('it was through before it was cut'),
    () => 'broken',
  );
  const isUnderWay = async () => (await uploadsOf(home)).some(({ bytesReceived }) => bytesReceived > 1024 * 1024);
  expect(await until(isUnderWay, WITHIN_MS)).toBe(true);
  const at = new URL(one.upload.url ?? '').pathname;
  first.signalAll('SIGKILL');
  await first.ended;
  expect(await broken).toBe('broken');

  const second = await up(home);
  const [left] = await uploadsOf(home);
  expect(left).toMatchObject({ state: 'receiving', drive: 'friday', filename: 'raw/large.bin', bytes: LARGE_BYTES });
  expect(left?.bytesReceived).toBeGreaterThan(1024 * 1024);
  expect(left?.bytesReceived).toBeLessThan(LARGE_BYTES);
  const again = await clientOf(home);
  let leastSent = Number.POSITIVE_INFINITY;
  const rest = sent(large, {
    headers: again.headers,
    uploadUrl: `${again.url}${at}`,
    onProgress: (bytes) => (leastSent = Math.min(leastSent, bytes)),
  });
  const beside = sent(log, {
    endpoint: `${again.url}/v1/garage/uploads`,
    headers: again.headers,
    metadata: { ...about, filename: 'log.mcap', complete: 'true' },
  });
  await Promise.all([rest.ended, beside.ended]);
  expect(leastSent).toBeGreaterThanOrEqual(left?.bytesReceived ?? 0);
  expect(await until(async () => (await driveIn(home))?.state === 'done', WITHIN_MS)).toBe(true);
  const done = await driveIn(home);
  expect(done).toMatchObject({ files: 2, bytes: LARGE_BYTES + smallLog().byteLength, safeToPull: false });
  const driveId = done?.driveIds[0] as string;
  expect(driveId).toMatch(/^car-47-/);

  const node = await NodeUnderTest.attach(home);
  expect(await node.verify(driveId)).toMatchObject([{ driveId, ok: true }]);
  const drives = path.join(home, 'uploads', 'drives');
  expect((await node.retire(driveId, true)).freedBytes).toBeGreaterThanOrEqual(LARGE_BYTES);
  expect((await readdir(path.join(drives, 'car-47', 'friday'))).sort()).toEqual(['log.mcap', 'raw']);
  expect((await node.retire(driveId)).text).toMatch(/uploads\/drives of .*; files on docked disks are untouched/);
  expect(await readdir(drives)).toEqual([]);
  expect(await uploadsOf(home)).toEqual([]);
  expect(await readFile(log)).toEqual(Buffer.from(smallLog()));
  await stop(second);
}, 240_000);

it('`pitlane push` sends a folder, goes on after an interruption, knows what is there, and tells what is refused', async () => {
  await using scratch = await scratchFolder();
  const [home, run] = [path.join(scratch.path, 'home'), path.join(scratch.path, 'run 1')];
  await mkdir(path.join(run, 'raw'), { recursive: true });
  await writeFile(path.join(run, 'a.mcap'), smallLog());
  await writeFile(path.join(run, 'pitlane.drive.json'), JSON.stringify({ vehicleId: 'car-9' }));
  await writeFile(path.join(run, 'raw/large.bin'), 'begins');
  await truncate(path.join(run, 'raw/large.bin'), LARGE_BYTES);
  const running = await up(home);
  const { url } = await clientOf(home);
  const push = ['push', run, '--to', url, '--home', home, '--json'];

  const cut = startCommand(push);
  const isUnderWay = async () => (await uploadsOf(home)).some(({ bytesReceived }) => bytesReceived > 1024 * 1024);
  expect(await until(isUnderWay, WITHIN_MS), cut.said.stderr).toBe(true);
  cut.signalAll('SIGINT');
  expect((await cut.ended).code).toBe(4);
  const received = (await uploadsOf(home)).find(({ filename }) => filename === 'raw/large.bin')?.bytesReceived ?? 0;
  expect(received).toBeGreaterThan(1024 * 1024);

  const whole = await runCommand(push);
  expect([whole.code, whole.stderr]).toEqual([0, expect.not.stringContaining('Error') as string]);
  const told = JSON.parse(whole.stdout) as { vehicleId: string; drive: string; uploads: { known: boolean }[] };
  expect(told).toMatchObject({ vehicleId: 'car-9', drive: expect.stringMatching(/^run_1-[0-9a-f]{8}$/) as string });
  expect(told.uploads.length).toBe(3);
  expect(await uploadsOf(home)).toMatchObject([{ state: 'done' }, { state: 'done' }, { state: 'done' }]);
  expect(await until(async () => (await driveIn(home))?.state === 'done', WITHIN_MS)).toBe(true);
  expect((await driveIn(home))?.driveIds).toEqual([expect.stringMatching(/^car-9-/)]);

  const again = await runCommand(push);
  expect([again.code, (JSON.parse(again.stdout) as typeof told).uploads.map(({ known }) => known)]).toEqual([
    0,
    [true, true, true],
  ]);
  await writeFile(path.join(run, 'a.mcap'), 'something else');
  const other = await runCommand([...push, '--drive', told.drive]);
  expect([other.code, other.stdout]).toEqual([1, expect.stringMatching(/"already-exists".*has a a\.mcap already/)]);
  const { stdout } = await runCommand(['bays', '--home', home]);
  expect(stdout).toMatch(/uploads .*\n.*done: .*signed for: `pitlane retire car-9-/);
  await stop(running);
  const away = await runCommand(['push', path.join(run, 'a.mcap'), '--to', 'http://127.0.0.1:9', '--vehicle', 'car-9']);
  expect([away.code, away.stderr]).toEqual([4, expect.stringMatching(/127\.0\.0\.1:9 went away|does not answer/)]);
}, 240_000);
