import { PitlaneError } from '@pitlane/base/errors';
import { expect, it } from 'vitest';
import { type Check, checked, cleared, opening } from './check.ts';

const refuse = () => Promise.reject(new PitlaneError('refused', 'not for you'));

it('names the right that is missing where the world refused, and nowhere else', async () => {
  expect(await checked('made', refuse, 'CREATE')).toEqual({
    name: 'made',
    ok: false,
    text: 'not for you; it lacks the right CREATE',
  });
  const away = () => Promise.reject(new PitlaneError('unavailable', 'away'));
  expect(await checked('made', away, 'CREATE')).toEqual({ name: 'made', ok: false, text: 'away' });
});

it('says what a removal that failed leaves behind', async () => {
  const { ok, text } = await cleared('removed', refuse, 'the dataset d', 'DELETE');
  expect([ok, text]).toEqual([
    false,
    expect.stringMatching(/lacks the right DELETE; what is there of the dataset d is left behind/),
  ]);
  expect(await cleared('removed', async () => {}, 'the dataset d')).toEqual({ name: 'removed', ok: true, text: '' });
});

it('keeps the checks of a store before its fault', async () => {
  const checks: Check[] = [];
  const faulty = opening('catalog', async function* () {
    yield { name: 'first', ok: true, text: '' };
    await refuse();
  });
  for await (const check of faulty) checks.push(check);
  expect(checks.map(({ name, ok, text }) => [name, ok, text])).toEqual([
    ['first', true, ''],
    ['catalog can be tried', false, 'not for you'],
  ]);
});
