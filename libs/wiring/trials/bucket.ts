/** The customer's bucket tried: one object first, because who may not remove it must not be given more. */
import { randomUUID } from 'node:crypto';
import type { ObjectStore } from '@pitlane/ports/object-store';
import { objectStoreContract } from '@pitlane/ports/object-store/contract';
import { type Check, checked, cleared, tryCases } from './check.ts';

const PORT = 'object store';

export async function* tryBucket(store: ObjectStore, signal: AbortSignal): AsyncGenerator<Check> {
  const name = `pitlane-contract/doctor-${randomUUID()}`;
  const put = () => store.put(name, { bytes: new Uint8Array(0) }, { crc32c: '00000000' });
  const created = await checked(`${PORT} lets an object be created`, put, 'storage.objects.create');
  yield created;
  const removed = await cleared(
    `${PORT} lets an object be removed`,
    () => store.remove(name),
    name,
    'storage.objects.delete',
  );
  if (created.ok) yield removed;
  if (created.ok && removed.ok) {
    yield* tryCases(PORT, objectStoreContract, store, signal);
    return;
  }
  if (signal.aborted) return;
  yield await checked(
    `${PORT} says that there is no such object`,
    () => store.stat(`${name}-none`),
    'storage.objects.get',
  );
  const list = async (): Promise<void> => {
    for await (const _ of store.list(`${name}-none`)) break;
  };
  yield await checked(`${PORT} lists names`, list, 'storage.objects.list');
}
