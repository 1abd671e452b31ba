import type { ChunkClaim } from '@pitlane/contracts/records';
import type { Ship } from '@pitlane/stages/70-ship';
import { expect, it } from 'vitest';
import { finishing } from './finish-shipping.ts';

const claim = {} as ChunkClaim;

/** A ship that ends when it is let, or when it is cut off. */
function handShip() {
  let finish = (): void => {};
  let begun = 0;
  const ship: Ship = (_claim, _path, { signal }) => {
    begun += 1;
    return new Promise((resolve, reject) => {
      finish = () => resolve({ via: 'claim-check', known: false });
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    });
  };
  return { ship, finish: () => finish(), begun: () => begun };
}

/** Waits that end when they are told. */
function handWait() {
  const ends: (() => void)[] = [];
  const waits: number[] = [];
  const wait = (waitMs: number, signal: AbortSignal): Promise<void> => {
    waits.push(waitMs);
    return new Promise((resolve) => {
      ends.push(resolve);
      signal.addEventListener('abort', () => resolve());
    });
  };
  return { wait, waits, end: () => ends.forEach((one) => one()) };
}

it('sends to the end what is under way when the dock stops, and begins nothing more', async () => {
  const { ship, finish, begun } = handShip();
  const { wait, waits } = handWait();
  const patient = finishing(ship, 500, wait);
  const dock = new AbortController();
  const shipped = patient(claim, 'path', { lane: 'bulk', signal: dock.signal });
  dock.abort(new Error('stopping'));
  finish();
  expect(await shipped).toEqual({ via: 'claim-check', known: false });
  await expect(patient(claim, 'path', { lane: 'bulk', signal: dock.signal })).rejects.toThrow('stopping');
  expect([begun(), waits]).toEqual([1, [500]]);
});

it('cuts it off when it takes longer than it may', async () => {
  const { ship } = handShip();
  const { wait, end } = handWait();
  const dock = new AbortController();
  const shipped = finishing(ship, 500, wait)(claim, 'path', { lane: 'bulk', signal: dock.signal });
  dock.abort(new Error('stopping'));
  end();
  await expect(shipped).rejects.toThrow('stopping');
});
