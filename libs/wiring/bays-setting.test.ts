import { expect, it } from 'vitest';
import { baysFromText, baysSetting } from './bays-setting.ts';

it('a list of bays is taken with their paths and vehicles', () => {
  expect(baysFromText(baysSetting.example)).toEqual([
    { id: 'bay-1', path: '/media/bay-1' },
    { id: 'bay-2', path: '/media/bay-2/*', vehicleId: 'car-47' },
  ]);
  expect(baysFromText('[{"id":"a","path":"/media/a/"}]')).toEqual([{ id: 'a', path: '/media/a' }]);
  expect(baysFromText('[]')).toEqual([]);
});

it.each([
  'bay-1',
  '{}',
  '[1]',
  '[{"id":"a"}]',
  '[{"id":"a","path":"media"}]',
  '[{"id":"a b","path":"/m"}]',
  '[{"id":"a","path":"/m/*/x"}]',
  '[{"id":"a","path":"/m","vehicel":"car"}]',
  '[{"id":"a","path":"/m","vehicle":"../car"}]',
  '[{"id":"a","path":"/m"},{"id":"a","path":"/n"}]',
  '[{"id":"a","path":"/m"},{"id":"b","path":"/m"}]',
])('%s is no list of bays', (text) => {
  expect(baysFromText(text)).toBeUndefined();
});
