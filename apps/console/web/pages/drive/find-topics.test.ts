import { mayLeave } from '@pitlane/contracts/topic-filter';
import { describe, expect, it } from 'vitest';
import { foundTopics, globsFor, toggled } from './find-topics.ts';

const TOPICS = ['/camera/front/image', '/IMU/data', '/imu/raw', '/lidar/top'];

describe('finding topics', () => {
  it('takes a part of a name in any case, or globs', () => {
    expect(foundTopics('', TOPICS)).toEqual(TOPICS);
    expect(foundTopics('imu', TOPICS)).toEqual(['/IMU/data', '/imu/raw']);
    expect(foundTopics('/imu/*, /lidar/*', TOPICS)).toEqual(['/imu/raw', '/lidar/top']);
    expect(foundTopics('nothing', TOPICS)).toEqual([]);
  });

  it('chooses what was found by name, and by what was looked for where names are too long for one question', () => {
    expect(globsFor(['/imu/raw'], 'imu')).toEqual(['/imu/raw']);
    const many = Array.from({ length: 500 }, (_, at) => `/a/topic/with/a/long/name/${at}`);
    expect(globsFor(many, 'topic')).toEqual(['*topic*']);
    expect(globsFor(many, '/a/*,/b')).toEqual(['/a/*', '/b']);
  });

  it('adds a topic and takes it away, with names that would mean several', () => {
    expect(toggled('/b', ['/a'])).toEqual(['/a', '/b']);
    expect(toggled('/a', ['/a', '/b'])).toEqual(['/b']);
    const [odd = ''] = toggled('/a,*', []);
    expect(mayLeave({ topics: [odd], exclude: [] }, '/a,*')).toBe(true);
    expect(mayLeave({ topics: [odd], exclude: [] }, '/a,bcd')).toBe(false);
  });
});
