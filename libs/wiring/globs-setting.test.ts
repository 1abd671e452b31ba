import { expect, it } from 'vitest';
import { globsSetting } from './globs-setting.ts';

const { parse } = globsSetting({ variable: 'PITLANE_TOPICS', example: '/imu', meaning: '' });

it('takes globs with commas between them, or a list', () => {
  expect(parse('/lidar/*, /imu')).toEqual(['/imu', '/lidar/*']);
  expect(parse('["/imu","/a,b"]')).toEqual(['/a,b', '/imu']);
});

it('takes no list that names nothing: whoever wrote it meant to withhold something', () => {
  for (const text of [',', '[]', '[""]', '[1]', '[']) expect(parse(text)).toBeUndefined();
});
