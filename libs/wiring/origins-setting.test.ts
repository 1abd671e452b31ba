import { expect, it } from 'vitest';
import { originsFromText } from './origins-setting.ts';

it('takes origins as browsers write them, with commas between them or as a list', () => {
  const both = ['https://app.foxglove.dev', 'http://viewer.example:8080'];
  expect(originsFromText(both.join(', '))).toEqual(both);
  expect(originsFromText(JSON.stringify(both))).toEqual(both);
});

it('takes nothing that would let in more than it says', () => {
  for (const text of [
    '*',
    'null',
    'https://*.example',
    'https://viewer.example/',
    'viewer.example',
    'file:///',
    '',
    '[1]',
    '[',
  ]) {
    expect(originsFromText(text)).toBeUndefined();
  }
});
