/** What every journal must do with its outbox. Receivers are of all tenants, so a case has receivers of its own. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { ContractCase } from '../contract/index.ts';
import { ofTenant } from './contract-recordings.ts';
import type { Journal } from './index.ts';
import type { OutboxDelivery, OutboxEvent } from './outbox.ts';

export const outboxContract: readonly ContractCase<Journal>[] = [
  ofTenant('gives of each line the first event that waits, each receiver its own', ({ outbox }) => {
    const [one, two] = [randomUUID(), randomUUID()];
    const [a1, a2, b1] = [eventOf('a', [one, two]), eventOf('a', [one]), eventOf('b', [one])];
    outbox.put([a1, a2]);
    outbox.put([b1]);
    assert.deepEqual(idsOf(outbox.heads(one, 9)), [a1.eventId, b1.eventId]);
    assert.deepEqual(idsOf(outbox.heads(one, 1)), [a1.eventId]);
    assert.deepEqual(idsOf(outbox.heads(two, 9)), [a1.eventId]);
    outbox.delivered(a1.eventId, one);
    assert.deepEqual(idsOf(outbox.heads(one, 9)), [a2.eventId, b1.eventId]);
    assert.deepEqual(outbox.heads(two, 9), [deliveryOf(a1, two)]);
  }),
  ofTenant('keeps an event once, also when all have it', ({ outbox }) => {
    const one = randomUUID();
    const event = eventOf('a', [one]);
    outbox.put([event, event]);
    outbox.put([{ ...event, body: 'another' }]);
    assert.deepEqual(outbox.heads(one, 9), [deliveryOf(event, one)]);
    outbox.delivered(event.eventId, one);
    outbox.put([event]);
    assert.deepEqual(outbox.heads(one, 9), []);
  }),
  ofTenant('sorts those that wait by their next try, and lets nothing wait for what is parked', ({ outbox }) => {
    const one = randomUUID();
    const [a1, a2, b1] = [eventOf('a', [one]), eventOf('a', [one]), eventOf('b', [one])];
    outbox.put([a1, a2, b1]);
    const later = { state: 'waiting', tries: 1, nextAtMs: 99_000, error: '503' } as const;
    outbox.setDelivery(a1.eventId, one, later);
    assert.deepEqual(outbox.heads(one, 9), [deliveryOf(b1, one), { ...deliveryOf(a1, one), ...later }]);
    const parked = { state: 'parked', tries: 6, nextAtMs: 0, error: 'gone' } as const;
    outbox.setDelivery(a1.eventId, one, parked);
    assert.deepEqual(idsOf(outbox.heads(one, 9)), [a2.eventId, b1.eventId]);
    const own = outbox.deliveries(1e6, 'parked').filter(({ receiver }) => receiver === one);
    assert.deepEqual(own, [{ ...deliveryOf(a1, one), ...parked }]);
    assert.deepEqual(
      outbox.counts().find(({ receiver }) => receiver === one),
      { receiver: one, waiting: 2, parked: 1 },
    );
  }),
  ofTenant('lets what is parked wait again, by its id, as if never tried', ({ outbox }) => {
    const [one, two] = [randomUUID(), randomUUID()];
    const event = eventOf('a', [one, two]);
    const waits = eventOf('b', [one]);
    outbox.put([event, waits]);
    for (const receiver of [one, two]) {
      outbox.setDelivery(event.eventId, receiver, { state: 'parked', tries: 6, nextAtMs: 7, error: 'gone' });
    }
    assert.equal(outbox.replay([event.eventId, waits.eventId, 'no such event']), 2);
    assert.deepEqual(idsOf(outbox.heads(one, 9)), [event.eventId, waits.eventId]);
    assert.deepEqual(outbox.heads(two, 9), [{ ...deliveryOf(event, two), error: 'gone' }]);
  }),
  ofTenant('forgets old ids that nobody waits for, and never what waits', ({ outbox }) => {
    const one = randomUUID();
    const [waits, parked, old, young] = ['a', 'b', 'c', 'd'].map((line) => eventOf(line, [one]));
    assert.ok(waits && parked && old && young);
    outbox.put([waits, parked, old, young]);
    outbox.setDelivery(parked.eventId, one, { state: 'parked', tries: 6, nextAtMs: 0, error: 'gone' });
    for (const { eventId } of [old, young]) outbox.delivered(eventId, one);
    assert.equal(outbox.trim({ ids: 1, parked: 1e6 }), 0);
    outbox.put([old, young]);
    assert.deepEqual(idsOf(outbox.heads(one, 9)), [waits.eventId, old.eventId]);
    const before = outbox.deliveries(1e6, 'parked').length;
    assert.equal(outbox.trim({ ids: 1, parked: 0 }), before);
    assert.deepEqual(outbox.deliveries(1e6, 'parked'), []);
    assert.deepEqual(idsOf(outbox.heads(one, 9)), [waits.eventId, old.eventId]);
  }),
];

const idsOf = (deliveries: readonly OutboxDelivery[]): string[] => deliveries.map(({ eventId }) => eventId);

const eventOf = (line: string, receivers: readonly string[]): OutboxEvent => ({
  eventId: randomUUID(),
  type: 'drive.staged',
  line,
  body: '{"drive":"ü"}',
  toldAtMs: 5,
  receivers,
});

const deliveryOf = ({ receivers: _, ...event }: OutboxEvent, receiver: string): OutboxDelivery => ({
  ...event,
  receiver,
  state: 'waiting',
  tries: 0,
  nextAtMs: 0,
  error: null,
});
