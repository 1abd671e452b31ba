/** Drives of cars whose clock nobody had set: found by UTC all the same, under their docking day, and not changed. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bytesFromUtf8 } from '@pitlane/base/bytes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { channel, chunk, file, joinAll, message, schema } from '../adversarial/mcap-bytes.ts';
import { NodeUnderTest, scratchFolder } from '../support/node-under-test.ts';
import { smallLog } from '../support/small-log.ts';

/** 2026-03-03T08:00:30Z. */
const TRUE_START_S = 1_772_524_830;
const SECONDS = 90;

/** A log that counts from 1970 on: a bus, and where `hasFix`, the stamps of position fixes. */
function logFrom1970({ hasFix }: { readonly hasFix: boolean }): Uint8Array {
  const declared = [schema(1, 'foxglove.LocationFix'), channel(1, '/gnss', 1), channel(2, '/can')];
  const messages = Array.from({ length: SECONDS }, (_, second) => {
    const timeNs = BigInt(second + 7) * 1_000_000_000n;
    const json = `{"timestamp":{"sec":${TRUE_START_S + second},"nsec":0},"latitude":48.1,"longitude":11.5}`;
    const fix = hasFix ? [message(1, second, timeNs, bytesFromUtf8(json))] : [];
    return joinAll([message(2, second, timeNs), ...fix]);
  });
  return file([chunk({ body: joinAll([...declared, ...messages]) })]);
}

describe('a node', () => {
  let scratch: Awaited<ReturnType<typeof scratchFolder>>;
  let node: NodeUnderTest;
  let withFix: Awaited<ReturnType<NodeUnderTest['dockOne']>>;
  let without: typeof withFix;
  let good: typeof withFix;

  async function docked(name: string, bytes: Uint8Array): Promise<typeof withFix> {
    const log = path.join(scratch.path, name);
    await writeFile(log, bytes);
    return node.dockOne(log, { vehicleId: name.replace('.mcap', '') });
  }

  beforeAll(async () => {
    scratch = await scratchFolder();
    node = await NodeUnderTest.open(path.join(scratch.path, 'home'));
    withFix = await docked('fix.mcap', logFrom1970({ hasFix: true }));
    without = await docked('bare.mcap', logFrom1970({ hasFix: false }));
    good = await docked('good.mcap', smallLog({ seconds: 20 }));
  }, 120_000);

  afterAll(async () => {
    await node.close();
    await scratch[Symbol.asyncDispose]();
  });

  it('finds a drive that counted from 1970 on by the UTC of its fixes, in one statement', async () => {
    const rows = await node.rows(
      `SELECT DISTINCT drive_id FROM chunks_on_utc
       WHERE utc_start_time < TIMESTAMP '2026-03-03 08:01:00' AND utc_end_time >= TIMESTAMP '2026-03-03 08:00:00'
       ORDER BY drive_id`,
    );
    expect(rows.map(({ drive_id: id }) => id)).toEqual([withFix.driveId, good.driveId].sort());
    const [first] = await node.rows(
      `SELECT min(utc_start_ns) AS start_ns, max(utc_end_ns) AS end_ns FROM chunks_on_utc WHERE drive_id = '${withFix.driveId}'`,
    );
    expect(first).toEqual({
      start_ns: `${TRUE_START_S}000000000`,
      end_ns: `${TRUE_START_S + SECONDS - 1}000000000`,
    });
  });

  it('lets both lie under the day on which they were docked, and says how far their times are believed', async () => {
    const rows = await node.rows(
      `SELECT drive_id, time_quality, partition_day = CAST(docked_at AS DATE) AS is_docking_day FROM drives`,
    );
    const byDrive = new Map(rows.map(({ drive_id: id, ...row }) => [id, row]));
    expect(byDrive.get(withFix.driveId)).toEqual({ time_quality: 'corrected', is_docking_day: true });
    expect(byDrive.get(without.driveId)).toEqual({ time_quality: 'docking', is_docking_day: true });
    expect(byDrive.get(good.driveId)).toEqual({ time_quality: 'good', is_docking_day: false });
  });

  it('says what it found in the result of the docking, in why and in the list of clocks', async () => {
    const told =
      'started in 1970; the stamps of the position fixes say 2026-03-03T08:00:30Z (90 times, scattered by 0 s); ' +
      'offset +1772524823.0 s from log time 1970-01-01T00:00:07Z on; queries by UTC use it';
    expect(withFix.recordings[0]?.clock?.segments).toMatchObject([{ text: told, source: 'fix', applied: true }]);
    expect(await node.why(withFix.driveId)).toContain(`clock: fix.mcap ${told}`);
    expect((await node.why(good.driveId)).filter((line) => line.startsWith('clock:'))).toEqual([]);
    const recordingId = good.recordings[0]?.recordingId ?? '';
    expect(await node.why(recordingId)).toContain(
      'clock: good.mcap no other clock to compare with; its times are taken as they are',
    );
    const [listed] = await node.list('clocks', { drive: withFix.driveId });
    expect(listed).toMatchObject({ offsetNs: '1772524823000000000', startTime: '7000000000', applied: true });
  });

  it('changes nothing of the log: its times and bytes are exported as they were', async () => {
    const [first] = (await node.exported(withFix.driveId)).messages;
    expect(first?.logTimeNs).toBe(7_000_000_000n);
    expect(await node.verify()).toMatchObject([{ ok: true }, { ok: true }, { ok: true }]);
    const [chunks] = await node.rows(
      `SELECT min(start_ns) AS start_ns FROM chunks WHERE drive_id = '${withFix.driveId}'`,
    );
    expect(chunks).toEqual({ start_ns: '7000000000' });
  });

  it('knows the same of clocks when the catalog is rebuilt from the bucket', async () => {
    const before = await node.rows('SELECT * FROM clocks ORDER BY drive_id, segment');
    expect(before.length).toBe(3);
    await node.reindex();
    expect(await node.rows('SELECT * FROM clocks ORDER BY drive_id, segment')).toEqual(before);
  });
});
