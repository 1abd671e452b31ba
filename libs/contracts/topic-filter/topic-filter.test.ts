import { isPitlaneError } from '@pitlane/base/errors';
import { describe, expect, it } from 'vitest';
import { bothFilters, EVERY_TOPIC, filterText, globsFromText, isOpen, mayLeave, topicFilterFrom } from './index.ts';

const codeOf = (work: () => unknown): string | undefined => {
  try {
    work();
  } catch (error) {
    return isPitlaneError(error) ? error.code : 'another';
  }
  return undefined;
};

describe('a topic filter', () => {
  it('lets every topic leave where nothing is asked', () => {
    expect(isOpen(topicFilterFrom({}))).toBe(true);
    expect(mayLeave(EVERY_TOPIC, '/imu')).toBe(true);
    expect(filterText(EVERY_TOPIC)).toBe('');
  });

  it('lets only what is named leave, and never what is excluded', () => {
    const filter = topicFilterFrom({ topics: ['/lidar/*', '/imu'], exclude: ['/lidar/rear'] });
    const topics = ['/imu', '/imu/raw', '/lidar/top', '/lidar/rear', '/cabin'];
    expect(topics.filter((topic) => mayLeave(filter, topic))).toEqual(['/imu', '/lidar/top']);
    expect(filterText(filter)).toBe('only /imu, /lidar/*, without /lidar/rear');
  });

  it('is the same in whatever order and however often it is written', () => {
    expect(topicFilterFrom({ exclude: ['/b', '/a', '/b'] })).toEqual(topicFilterFrom({ exclude: ['/a', '/b'] }));
    expect(globsFromText(' /a, ,/b/*,')).toEqual(['/a', '/b/*']);
  });

  it.each([[[]], [['']], [['x'.repeat(1025)]], [Array.from({ length: 101 }, (_, i) => `/${i}`)]])(
    'is refused where a list names nothing, or more than a list may',
    (globs) => {
      expect(codeOf(() => topicFilterFrom({ topics: globs }))).toBe('bad-usage');
      expect(codeOf(() => topicFilterFrom({ exclude: globs }))).toBe('bad-usage');
    },
  );

  it('holds beside that of the garage: excludes add up, and one list alone may allow', () => {
    const [imu, cabin] = [topicFilterFrom({ topics: ['/imu'] }), topicFilterFrom({ exclude: ['/cabin'] })];
    expect(bothFilters(imu, cabin)).toEqual({ topics: ['/imu'], exclude: ['/cabin'] });
    expect(bothFilters(cabin, imu)).toEqual(bothFilters(imu, cabin));
    expect(bothFilters(imu, imu)).toEqual(imu);
    expect(codeOf(() => bothFilters(imu, topicFilterFrom({ topics: ['/lidar'] })))).toBe('bad-usage');
  });
});
