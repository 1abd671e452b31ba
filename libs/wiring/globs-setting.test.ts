import { expect, it } from 'vitest';
import { globsSetting, rankedGlobsSetting } from './globs-setting.ts';

const { parse } = globsSetting({ variable: 'PITLANE_TOPICS', example: '/imu', meaning: '' });

it('takes globs with commas between them, or a list', () => {
  expect(parse('/lidar/*, /imu')).toEqual(['/imu', '/lidar/*']);
  expect(parse('["/imu","/a,b"]')).toEqual(['/a,b', '/imu']);
});

it('takes no list that names nothing: whoever wrote it meant to withhold something', () => {
  for (const text of [',', '[]', '[""]', '[1]', '[']) expect(parse(text)).toBeUndefined();
});

it('keeps the order of globs of which the first goes before the others', () => {
  const ranked = rankedGlobsSetting({ variable: 'PITLANE_POSITION_TOPICS', example: '/fix', meaning: '' });
  expect(ranked.parse('/z, /a, /z')).toEqual(['/z', '/a']);
  expect(ranked.parse('["/z",7]')).toBeUndefined();
});
