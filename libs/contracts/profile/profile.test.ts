import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPitlaneError } from '@pitlane/base/errors';
import { profileFor, profileFromText, profileText, type VehicleProfile } from './index.ts';

const parsed = (value: unknown): VehicleProfile => profileFromText(JSON.stringify(value), 'shuttle.json');

function faultsOf(text: string): string[] {
  try {
    profileFromText(text, 'shuttle.json');
  } catch (error) {
    if (!isPitlaneError(error, 'corrupt-input')) throw error;
    const [head, ...faults] = error.message.split('\n  ');
    expect(head).toBe('shuttle.json is no profile:');
    return faults;
  }
  return [];
}

const SMALL = { profileVersion: 1, vehicleType: 'shuttle', topics: [] };

describe('a profile', () => {
  it('says what is expected, with defaults where it says nothing', () => {
    const profile = parsed({
      ...SMALL,
      vehicles: ['47', 'shuttle-*'],
      topics: [
        { topic: '/lidar', kind: 'lidar', rateHz: 10, tolerance: 0.5, gapMs: 250, hint: 'check the connector' },
        { topic: '/events/*', periodic: false, required: false },
      ],
    });
    expect(profile.topics).toEqual([
      {
        topic: '/lidar',
        kind: 'lidar',
        required: true,
        rateHz: 10,
        tolerance: 0.5,
        gapMs: 250,
        hint: 'check the connector',
      },
      { topic: '/events/*', required: false, tolerance: 0.2, periodic: false },
    ]);
    expect(profileFromText(profileText(profile), 'again')).toEqual(profile);
  });

  it('is told of all of its faults together, each with its place and what is expected', () => {
    const topics = [
      { topic: '', kind: 'cam', rateHz: 0, tolerance: 1, gapMs: 'x', hint: 'a\nb', required: 'yes', more: 1 },
      7,
    ];
    expect(faultsOf(JSON.stringify({ profileVersion: 3, vehicles: '47', topics, colour: 'red' }))).toEqual([
      'colour: no such field: there are profileVersion, vehicleType, vehicles, topics',
      'profileVersion is 3: expected 1',
      'vehicleType: expected a name such as "shuttle"',
      'vehicles is "47": expected vehicle ids or globs such as ["47", "shuttle-*"]',
      'topics[0].more: no such field: there are topic, kind, required, rateHz, tolerance, gapMs, periodic, hint',
      'topics[0].rateHz is 0: expected a number above 0, 100000 at most, such as 10',
      'topics[0].gapMs is "x": expected a number above 0, 86400000 at most, such as 300',
      'topics[0].tolerance is 1: expected a share from 0 to below 1, such as 0.2',
      'topics[0].kind is "cam": expected one of camera, lidar, radar, imu, gnss, can, other',
      'topics[0].required is "yes": expected true or false',
      'topics[0].hint is "a\\nb": expected one line such as "check the connector"',
      'topics[0].topic is "": expected a name or a glob of 1 to 1000 characters',
      'topics[1] is 7: expected an object with topic, kind, required, rateHz, tolerance, gapMs, periodic, hint',
    ]);
  });

  it('is refused when it contradicts itself, is no object, or is too large', () => {
    expect(faultsOf(JSON.stringify({ ...SMALL, topics: [{ topic: '/a', periodic: false, rateHz: 1 }] }))).toEqual([
      'topics[0].periodic is false: expected true where there is a rateHz or gapMs',
    ]);
    expect(faultsOf('[]')).toHaveLength(1);
    expect(faultsOf('{')[0]).toMatch(/^it is no JSON: /);
    expect(faultsOf(' '.repeat(2_000_000))).toEqual(['it is longer than 1048576 bytes']);
    const many = Array.from({ length: 2001 }, () => ({ topic: '/a' }));
    expect(faultsOf(JSON.stringify({ ...SMALL, topics: many }))).toEqual([
      'topics is "a list of 2001": expected 2000 at most',
    ]);
    const faulty = faultsOf(JSON.stringify({ ...SMALL, topics: Array.from({ length: 500 }, () => 1) }));
    expect(faulty.slice(19)).toEqual([expect.stringMatching(/^topics\[19\] /), 'and 480 more']);
  });

  it('is read or refused with its faults, whatever JSON it is', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(faultsOf(text).length).toBeGreaterThan(0);
      }),
    );
  });
});

describe('the profile of a drive', () => {
  const profileOf = (vehicleType: string, ...vehicles: string[]): VehicleProfile =>
    parsed({ ...SMALL, vehicleType, vehicles });
  const profiles = [profileOf('any', '*'), profileOf('shuttle', 'shuttle-*'), profileOf('prototype', 'shuttle-47')];
  const typeFor = (vehicleId: string, labels = {}) => profileFor({ vehicleId, labels }, profiles)?.vehicleType;

  it('is that of the whole name before globs, and of longer globs before shorter ones', () => {
    expect([typeFor('shuttle-47'), typeFor('shuttle-48'), typeFor('truck')]).toEqual(['prototype', 'shuttle', 'any']);
    expect(profileFor({ vehicleId: 'truck', labels: {} }, profiles.slice(1))).toBeUndefined();
  });

  it('is that of the label where the drive has one, or none where no profile is of that type', () => {
    expect(typeFor('truck', { vehicleType: 'shuttle' })).toBe('shuttle');
    expect(typeFor('shuttle-47', { vehicleType: 'bus' })).toBeUndefined();
  });
});
