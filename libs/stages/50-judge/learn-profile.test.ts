import { describe, expect, it } from 'vitest';
import { profileFromText, profileText } from '@pitlane/contracts/profile';
import { learnProfile, type PastDrive, type PastTopic } from './index.ts';

const topic = (name: string, meanHz: number | null, messages = 1000, schemaName: string | null = null): PastTopic => ({
  topic: name,
  schemaName,
  messages,
  meanHz,
});
const drivesOf = (...topics: (readonly PastTopic[])[]): PastDrive[] =>
  topics.map((own, i) => ({ driveId: `drive-${i}`, topics: own }));
const learn = (drives: readonly PastDrive[], presentShare = 0.8) =>
  learnProfile(drives, { vehicleId: '47', vehicleType: 'shuttle', presentShare });

describe('a profile that is learnt', () => {
  it('has the median of the rates, whatever one bad drive had, and is read back as it is', () => {
    const profile = learn(
      drivesOf(
        [topic('/imu', 99.8)],
        [topic('/imu', 100.04)],
        [topic('/imu', 31)],
        [topic('/imu', 100.1)],
        [topic('/imu', 99.9)],
      ),
    );
    expect(profile.topics).toEqual([{ topic: '/imu', required: true, rateHz: 99.9, tolerance: 0.2 }]);
    expect(profileFromText(profileText(profile), 'learnt')).toEqual(profile);
  });

  it('requires what was in most drives, and knows what else there may be', () => {
    const common = [topic('/gps', 10, 600, 'sensor_msgs/msg/NavSatFix')];
    const drives = drivesOf(common, common, common, common, [...common, topic('/debug', 5)]);
    expect(learn(drives).topics).toMatchObject([
      { topic: '/debug', required: false },
      { topic: '/gps', required: true, kind: 'gnss' },
    ]);
  });

  it('expects no rate of what comes by events, once, or not at all', () => {
    const drives = [1, 9, 40, 3].map((hz) => [
      topic('/events', hz),
      topic('/tf_static', null, 1),
      topic('/silent', null, 0),
      topic('/few', 1, 5),
    ]);
    expect(
      learn(drivesOf(...drives)).topics.map(({ topic: name, periodic, rateHz }) => [name, periodic, rateHz]),
    ).toEqual([
      ['/events', false, undefined],
      ['/few', false, undefined],
      ['/tf_static', false, undefined],
    ]);
  });

  it('knows cameras, lidars and the like by their schemas', () => {
    const schemas = [
      'sensor_msgs/msg/CompressedImage',
      'foxglove.PointCloud',
      'sensor_msgs/msg/Imu',
      'radar_msgs/msg/RadarScan',
      'can_msgs/msg/Frame',
      'std_msgs/msg/String',
    ];
    const { topics } = learn(drivesOf(schemas.map((schema, i) => topic(`/t${i}`, 10, 1000, schema))));
    expect(topics.map(({ kind }) => kind)).toEqual(['camera', 'lidar', 'imu', 'radar', 'can', undefined]);
  });
});
