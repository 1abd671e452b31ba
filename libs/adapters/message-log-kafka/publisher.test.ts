import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type PlacedMessage, requests } from './publisher.ts';

const message = fc
  .record({ partition: fc.nat(3), bytes: fc.nat(700) })
  .map(({ partition, bytes }): PlacedMessage => ({ partition, key: Buffer.from('k'), value: Buffer.alloc(bytes) }));

it('splits records into requests that keep the order of each partition and give none too much', () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 40 }), (placed) => {
      const split = [...requests(placed, 1000)];
      expect(split.flat()).toHaveLength(placed.length);
      for (const partition of [0, 1, 2, 3]) {
        const own = (messages: readonly PlacedMessage[]) => messages.filter((one) => one.partition === partition);
        expect(own(split.flat())).toEqual(own(placed));
        for (const request of split) {
          const bytes = own(request).map(({ value }) => value.byteLength);
          expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(1000);
        }
      }
      for (const request of split) expect(request.length).toBeGreaterThan(0);
    }),
  );
});

it('fills a request from every partition', () => {
  const placed = [0, 0, 0, 1, 1, 2].map((partition) => ({
    partition,
    key: Buffer.from('k'),
    value: Buffer.alloc(900),
  }));
  const partitions = [...requests(placed, 1000)].map((request) => request.map(({ partition }) => partition));
  expect(partitions).toEqual([[0, 1, 2], [0, 1], [0]]);
});

it('sends a record that is larger than a batch alone, for the brokers to judge', () => {
  const [small, large] = [1, 5000].map((bytes) => ({
    partition: 0,
    key: Buffer.from('k'),
    value: Buffer.alloc(bytes),
  }));
  const placed = [small, large, small] as PlacedMessage[];
  expect([...requests(placed, 1000)].map((request) => request.length)).toEqual([1, 1, 1]);
});
