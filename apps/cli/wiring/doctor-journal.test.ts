import { expect, it } from 'vitest';
import { webhookCheck } from './doctor-journal.ts';

it('finds nothing wrong with webhooks that wait, and what is parked', () => {
  const waiting = { receiver: 'one', waiting: 3, parked: 0 };
  expect(webhookCheck([])).toMatchObject({ ok: true, text: '0 waiting, 0 parked' });
  expect(webhookCheck([waiting])).toMatchObject({ ok: true, text: '3 waiting, 0 parked' });
  const { ok, text } = webhookCheck([waiting, { receiver: 'two', waiting: 1, parked: 2 }]);
  expect([ok, text]).toEqual([false, expect.stringMatching(/^4 waiting, 2 parked: .*webhooks replay/)]);
});
