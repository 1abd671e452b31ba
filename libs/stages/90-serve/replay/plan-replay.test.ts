import { describe, expect, it } from 'vitest';
import { landed, messagesOf, SECOND, START } from './replayed-drive.fixture.ts';
import { isOnItsWay, isWithheld, planReplay } from './plan-replay.ts';

async function driveWithGaps() {
  const drive = await landed(messagesOf(100));
  const range = (topic: string, from: bigint, to: bigint, state: string, reason: string | null): void =>
    drive.row('coverage', {
      topic,
      start_ns: String(START + from * SECOND),
      end_ns: String(START + to * SECOND),
      state,
      reason,
    });
  range('/imu', 0n, 9n, 'indexed', null);
  range('/imu', 10n, 20n, 'in-flight', null);
  range('/gps', 3n, 4n, 'lost', 'truncated');
  range('/lidar', 0n, 20n, 'on-dock', null);
  range('/cabin', 0n, 20n, 'lost', 'withheld');
  return drive;
}

const topicsOf = ({ missing }: Awaited<ReturnType<typeof planReplay>>): string[] => missing.map(({ topic }) => topic);

describe('the plan of a replay', () => {
  it('names what is on its way, lost and withheld, and nothing that is indexed', async () => {
    const drive = await driveWithGaps();
    const { missing } = await planReplay(drive.catalog, drive.key);
    expect(missing.map(({ topic, state, reason }) => `${topic} ${reason ?? state}`)).toEqual([
      '/cabin withheld',
      '/gps truncated',
      '/imu in-flight',
      '/lidar on-dock',
    ]);
    expect(missing.filter(isOnItsWay).map(({ topic }) => topic)).toEqual(['/imu', '/lidar']);
    expect(missing.filter(isWithheld).map(({ topic }) => topic)).toEqual(['/cabin']);
    expect(missing[2]).toMatchObject({
      startTime: String(START + 10n * SECOND),
      endTime: String(START + 20n * SECOND),
    });
  });

  it('names only what lies in the selection', async () => {
    const { catalog, key } = await driveWithGaps();
    expect(topicsOf(await planReplay(catalog, { ...key, endNs: START + 5n * SECOND }))).toEqual([
      '/cabin',
      '/gps',
      '/lidar',
    ]);
    expect(
      topicsOf(await planReplay(catalog, { ...key, startNs: START + 5n * SECOND, topics: ['/imu', '/gps'] })),
    ).toEqual(['/imu']);
  });

  it('counts a loss of unknown topic and time against every selection', async () => {
    const drive = await landed(messagesOf(10));
    drive.row('coverage', { topic: '', start_ns: null, end_ns: null, state: 'lost', reason: 'corrupt-chunk' });
    const { missing } = await planReplay(drive.catalog, { ...drive.key, topics: ['/imu'], startNs: START });
    expect(missing).toMatchObject([{ topic: '', startTime: null, endTime: null }]);
  });

  it('plays the topics that are there when others are on their way', async () => {
    const { catalog, key } = await driveWithGaps();
    const { messages, missing } = await planReplay(catalog, { ...key, topics: ['/imu', '/lidar'] });
    expect(messages.channels.map(({ topic }) => topic)).toEqual(['/imu']);
    expect(missing.map(({ topic }) => topic)).toEqual(['/imu', '/lidar']);
  });

  it('says what to do where nothing is there yet, and where nothing will come', async () => {
    const { catalog, key } = await driveWithGaps();
    await expect(planReplay(catalog, { ...key, topics: ['/lidar'] })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('--missing wait') as string,
    });
    await expect(planReplay(catalog, { ...key, topics: ['/cabin'] })).rejects.toMatchObject({ code: 'not-found' });
    await expect(planReplay(catalog, { ...key, topics: ['/sonar'] })).rejects.toMatchObject({ code: 'not-found' });
  });
});
