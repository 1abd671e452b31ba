/**
 * The way over Kafka and the store while things fail: brokers, links, programs, the store. Garages, landers and indexers are
 * processes of their own; the brokers are reached over SASL_SSL. After each fault every drive is receipted and verified, the
 * bucket holds what the catalog lists, and nothing twice.
 */
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { generateDrive } from '@pitlane/generator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CloudProgram, CloudUnderTest } from '../support/cloud-under-test.ts';
import { type Ended, type RunningCommand, until } from '../support/command.ts';
import { serviceAt } from '../support/services.ts';
import { smallDisk } from '../support/small-disk.ts';
import { smallLog } from '../support/small-log.ts';

const gcs = serviceAt('PITLANE_TEST_GCS');
const bigquery = serviceAt('PITLANE_TEST_BIGQUERY');
const toxiproxy = serviceAt('PITLANE_TEST_TOXIPROXY');
const WITHIN_MS = 120_000;

describe.skipIf(!gcs || !bigquery || !toxiproxy)('over Kafka and the store', { timeout: 300_000 }, () => {
  let cloud: CloudUnderTest;
  let lander: CloudProgram;
  let indexer: CloudProgram;
  let drives = 0;

  beforeAll(async () => {
    cloud = await CloudUnderTest.open({
      gcs: gcs as string,
      bigquery: bigquery as string,
      toxiproxy: toxiproxy as string,
    });
    indexer = await cloud.start('indexer', 'indexer');
    lander = await cloud.start('lander', 'lander');
  });
  afterAll(() => cloud?.close());

  /** A disk with a drive that no other test has; frames of a megabyte and small ones. */
  async function disk(): Promise<{ folder: string; driveId: string }> {
    drives += 1;
    const driveId = `drive-${drives}`;
    const folder = cloud.home(`disk-${drives}`);
    await generateDrive({ outDir: folder, seed: drives, durationS: 6, vehicleId: `car-${drives}`, size: 'small' });
    await writeFile(path.join(folder, 'pitlane.drive.json'), JSON.stringify({ driveId, vehicleId: `car-${drives}` }));
    await writeFile(path.join(folder, 'thin.mcap'), smallLog({ seconds: 600, hz: 5, payloadBytes: 50 + drives }));
    return { folder, driveId };
  }

  const ingest = (folder: string, garage = 'north', more: Record<string, string> = {}): RunningCommand =>
    cloud.garage(garage, ['ingest', folder, '--json'], more);

  /** Waits until the lander has something of the drive under its hands. */
  const landing = (before: number): Promise<boolean> =>
    until(async () => (await lander.metric('pitlane_lander_frame_bytes_total')) > before, WITHIN_MS);

  async function expectWhole(driveId: string, ended: Ended, garage = 'north'): Promise<void> {
    expect(ended.code, ended.stderr).toBe(0);
    const { drives: done } = JSON.parse(ended.stdout) as { drives: { driveId: string; receiptId: string | null }[] };
    expect(done.map((one) => [one.driveId, one.receiptId !== null])).toEqual([[driveId, true]]);
    const verified = await cloud.ask(garage, 'verify', driveId, '--json');
    expect(JSON.parse(verified.stdout), verified.stderr).toMatchObject({ drives: [{ driveId, ok: true, faults: [] }] });
    const sql = `SELECT object FROM chunks WHERE drive_id = '${driveId}' ORDER BY object`;
    const listed = await cloud.ask(garage, 'sql', sql, '--json');
    expect(listed.code, listed.stderr).toBe(0);
    const objects = (JSON.parse(listed.stdout) as { rows: { object: string }[] }).rows.map(({ object }) => object);
    const own = (await cloud.bucket()).filter((name) => name.includes(`/${driveId}/`));
    expect(objects).toEqual(own);
    expect(new Set(objects).size).toBe(objects.length);
  }

  it('goes on when the broker is killed in the middle and started again', async () => {
    const { folder, driveId } = await disk();
    const before = await lander.metric('pitlane_lander_frame_bytes_total');
    const running = ingest(folder);
    await landing(before);
    await cloud.broker.kill();
    await cloud.broker.start();
    await expectWhole(driveId, await running.ended);
  });

  it('goes on when the link is cut in mid-frame, again and again', async () => {
    const { folder, driveId } = await disk();
    const running = ingest(folder);
    for (const bytes of [200_000, 1_000_000, 3_000_000]) {
      await cloud.link.add('cut', { type: 'limit_data', stream: 'upstream', attributes: { bytes } });
      const before = await lander.metric('pitlane_lander_frame_bytes_total');
      await until(async () => (await lander.metric('pitlane_lander_frame_bytes_total')) > before, 5_000);
      await cloud.link.remove('cut');
    }
    await expectWhole(driveId, await running.ended);
  });

  it('goes on over a slow link with latency', async () => {
    const { folder, driveId } = await disk();
    await cloud.link.add('slow', { type: 'bandwidth', stream: 'upstream', attributes: { rate: 2_000 } });
    await cloud.link.add('late', { type: 'latency', stream: 'downstream', attributes: { latency: 100, jitter: 50 } });
    const ended = await ingest(folder).ended;
    await cloud.link.remove('slow');
    await cloud.link.remove('late');
    await expectWhole(driveId, ended);
  });

  it('goes on when the lander is killed in the middle of an object', async () => {
    const { folder, driveId } = await disk();
    const before = await lander.metric('pitlane_lander_frame_bytes_total');
    const running = ingest(folder);
    await landing(before);
    await lander.kill();
    lander = await cloud.start('lander', 'lander');
    await expectWhole(driveId, await running.ended);
  });

  it('goes on when the indexer is killed with a manifest before it', async () => {
    const { folder, driveId } = await disk();
    const running = ingest(folder);
    await until(async () => (await indexer.metric('pitlane_indexer_landings_waiting')) > 0, WITHIN_MS);
    await indexer.kill();
    indexer = await cloud.start('indexer', 'indexer');
    await expectWhole(driveId, await running.ended);
  });

  it('goes on when the store answers 503, 429 and 408, and loses answers after the write', async () => {
    const { folder, driveId } = await disk();
    cloud.store.failNext(
      { status: 503 },
      { losesAnswer: true },
      { status: 429 },
      { losesAnswer: true },
      { status: 408 },
    );
    await expectWhole(driveId, await ingest(folder).ended);
    expect(cloud.store.faultsLeft).toBe(0);
  });

  it('goes on when landers come and go under load', async () => {
    const { folder, driveId } = await disk();
    const before = await lander.metric('pitlane_lander_frame_bytes_total');
    const running = ingest(folder);
    await landing(before);
    const second = await cloud.start('lander', 'lander-2');
    await second.stop();
    const third = await cloud.start('lander', 'lander-3');
    await expectWhole(driveId, await running.ended);
    await third.stop();
  });

  it('goes on when the garage is killed in the middle, and nothing is there twice', async () => {
    const { folder, driveId } = await disk();
    const before = await lander.metric('pitlane_lander_frame_bytes_total');
    const running = ingest(folder);
    await landing(before);
    running.signalAll('SIGKILL');
    await running.ended;
    await expectWhole(driveId, await ingest(folder).ended);
  });

  it('takes one drive from two garages at once', async () => {
    const { folder, driveId } = await disk();
    const [north, south] = await Promise.all([ingest(folder, 'north').ended, ingest(folder, 'south').ended]);
    await expectWhole(driveId, north);
    await expectWhole(driveId, south);
  });

  it('gives no receipt while a landing is withheld, and frees nothing', async () => {
    const { folder, driveId } = await disk();
    await lander.stop();
    const withheld = await cloud.garage('north', ['ingest', folder, '--json', '--timeout', '20']).ended;
    expect(withheld.code, withheld.stderr).toBe(4);
    const retired = await cloud.ask('north', 'retire', driveId);
    expect(retired.code, retired.stderr).toBe(5);
    lander = await cloud.start('lander', 'lander');
    await expectWhole(driveId, await ingest(folder).ended);
  });

  it('sends again what the brokers forgot while landers were away', async () => {
    const { folder, driveId } = await disk();
    await lander.stop();
    const before = await cloud.framesPublished();
    const running = ingest(folder, 'north', { PITLANE_LANDING_DEADLINE_SECONDS: '20' });
    await until(async () => (await cloud.framesPublished()) > before + 5, WITHIN_MS);
    await cloud.forgetFrames();
    lander = await cloud.start('lander', 'lander');
    await expectWhole(driveId, await running.ended);
  });

  it('takes frames that come twice, and in another order, once', async () => {
    const { folder, driveId } = await disk();
    await lander.stop();
    const before = await cloud.framesPublished();
    const running = ingest(folder);
    await until(async () => (await cloud.framesPublished()) > before + 5, WITHIN_MS);
    await cloud.repeatFrames();
    lander = await cloud.start('lander', 'lander');
    await expectWhole(driveId, await running.ended);
  });

  it('stops with exit 4 when the garage has no disk left, and goes on when it has', async (context) => {
    await using small = await smallDisk(cloud.home('cramped'), 6);
    if (!small) {
      context.skip();
      return;
    }
    const { folder, driveId } = await disk();
    const full = await ingest(folder, 'cramped', { PITLANE_DISK_PAUSE_PERCENT: '100' }).ended;
    expect(full.code, full.stderr).toBe(4);
    expect(full.stderr).toMatch(/full/);
    small.resize(300);
    await expectWhole(driveId, await ingest(folder, 'cramped').ended, 'cramped');
  });

  it('waits when the lander has no disk left, and goes on when it has', async (context) => {
    await using full = await smallDisk(cloud.home('lander-full'), 8);
    if (!full) {
      context.skip();
      return;
    }
    const { folder, driveId } = await disk();
    await lander.stop();
    const ballast = path.join(full.path, 'ballast');
    await writeFile(ballast, new Uint8Array(7 << 20));
    lander = await cloud.start('lander', 'lander-full');
    const running = ingest(folder);
    await until(() => lander.complaints.some((text) => text.startsWith('assembly.stalled')), WITHIN_MS);
    await rm(ballast);
    await expectWhole(driveId, await running.ended);
    await lander.stop();
    lander = await cloud.start('lander', 'lander');
  });

  it('has the same catalog again from the bucket alone', async () => {
    const { folder, driveId } = await disk();
    await expectWhole(driveId, await ingest(folder).ended);
    const rows = async (): Promise<unknown> => {
      const sql = 'SELECT drive_id, topic, messages, bytes FROM topics ORDER BY drive_id, topic';
      const { stdout, stderr, code } = await cloud.ask('north', 'sql', sql, '--json');
      expect(code, stderr).toBe(0);
      return JSON.parse(stdout);
    };
    const before = await rows();
    await indexer.stop();
    const rebuilt = await cloud.garage('indexer', ['reindex', '--json'], { PITLANE_CLOUD_PROGRAMS: 'inside' }).ended;
    expect(rebuilt.code, rebuilt.stderr).toBe(0);
    expect(await rows()).toEqual(before);
    indexer = await cloud.start('indexer', 'indexer');
  });
});
