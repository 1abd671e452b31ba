/** What every journal must do with standing orders. Orders are of all tenants, so a case looks for its own among them. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { DriveId } from '@pitlane/contracts/identity';
import type { ContractCase } from '../contract/index.ts';
import { assertSame, ofTenant, recordingOf } from './contract-recordings.ts';
import type { Journal, OrderEntry, OrderServing } from './index.ts';

export const ordersContract: readonly ContractCase<Journal>[] = [
  ofTenant('keeps orders in the order in which they were given, until they are removed', (journal, tenant) => {
    const [late, early] = [orderOf(tenant, 2000), orderOf(tenant, 1000)];
    const own = (): readonly OrderEntry[] => journal.orders().filter((order) => order.tenant === tenant);
    journal.putOrder(late);
    journal.putOrder(early);
    journal.putOrder(early);
    assert.deepEqual(own(), [early, late]);
    assert.equal(journal.removeOrder(early.orderId), true);
    assert.equal(journal.removeOrder(early.orderId), false);
    assert.deepEqual(own(), [late]);
  }),
  ofTenant(
    'keeps what an order has of each drive, the newest word, and forgets it with the order',
    (journal, tenant) => {
      const [order, other] = [orderOf(tenant, 1), orderOf(tenant, 2)];
      for (const one of [order, other]) journal.putOrder(one);
      const [first, second] = [servingOf(order, 'a'), servingOf(order, 'b')];
      const foreign = servingOf(other, 'a');
      for (const one of [second, first, foreign]) journal.putServing(one);
      journal.putServing({ ...first, state: 'landed', chunks: 7 });
      assert.deepEqual(journal.servings(order.orderId), [{ ...first, state: 'landed', chunks: 7 }, second]);
      journal.dropServing(order.orderId, tenant, second.driveId);
      assert.equal(journal.servings(order.orderId).length, 1);
      journal.removeOrder(order.orderId);
      assert.deepEqual(journal.servings(order.orderId), []);
      assert.deepEqual(journal.servings(other.orderId), [foreign]);
    },
  ),
  ofTenant('finds the recordings of a vehicle, within its tenant alone', (journal, tenant) => {
    const one = recordingOf(tenant, 'one', { vehicleId: 'car-47' });
    const two = recordingOf(tenant, 'two', { vehicleId: 'car-47', driveId: 'other' as DriveId });
    const another = recordingOf(tenant, 'three', { vehicleId: 'car-4' });
    const foreign = recordingOf(`${tenant}-foreign`, 'one', { vehicleId: 'car-47' });
    for (const entry of [one, two, another, foreign]) journal.putRecording(entry);
    assertSame(journal.recordingsOfVehicle(tenant, 'car-47'), [one, two]);
    assertSame(journal.recordingsOfVehicle(tenant, 'car-5'), []);
  }),
];

const orderOf = (tenant: string, createdAtMs: number): OrderEntry => ({
  orderId: randomUUID(),
  tenant,
  vehicleId: 'car-47',
  topics: ['/lidar/*'],
  startTime: '0',
  endTime: '18446744073709551615',
  priority: 20,
  note: null,
  createdAtMs,
});

const servingOf = ({ orderId, tenant }: OrderEntry, drive: string): OrderServing => ({
  orderId,
  tenant,
  driveId: drive as DriveId,
  state: 'under-way',
  chunks: 0,
  bytesStored: 0,
  atMs: 5,
});
