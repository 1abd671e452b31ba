import { type ChunkId, type DriveId, sha256Of } from '@pitlane/contracts/identity';
import type { SignalMapping } from '@pitlane/contracts/signals';
import { afterEach, describe, expect, it } from 'vitest';
import { type GivenChannel, objectOf } from '../../test/support/chunk-object.ts';
import { crc32cText, MemoryObjectStore } from '../../test/support/memory-object-store.ts';
import { DeriveProcess } from './derive-process.ts';

const drive = { tenant: 'default', vehicleId: 'car-1', driveId: 'drive-1' as DriveId };
const chunk = { drive, chunkId: sha256Of('chunk') as string as ChunkId };
const mapping: SignalMapping = {
  mappingVersion: 1,
  vehicleType: 'test',
  vehicles: [],
  defaults: false,
  topics: [{ topic: '/state', signals: [{ signal: 'x', field: 'x' }] }],
};
const plans = { signals: [mapping], tracks: { topics: [] } };
const signal = new AbortController().signal;

/** A chunk object under `name`, of one channel with one message. */
async function stored(name: string, topic = '/state') {
  const channel: GivenChannel = {
    topic,
    messageEncoding: 'json',
    schema: { name: 'x', encoding: 'jsonschema', data: Buffer.from('{}') },
  };
  const messages = [{ channel: 0, sequence: 0, logTimeNs: 5n, data: Buffer.from('{"x":7}') }];
  const cuts = { innerMessages: 10, compression: 'zstd' } as const;
  const { bytes } = await objectOf(messages, [{ ...channel, index: 0, twin: 0 }], cuts, '');
  const store = new MemoryObjectStore();
  await store.put(name, { bytes }, { crc32c: crc32cText(bytes) });
  return { store, job: { chunk, object: name, bytesStored: bytes.byteLength } };
}

let running: DeriveProcess | undefined;
afterEach(() => running?.close());

const module = new URL('./hanging.fixture.ts', import.meta.url);

describe('the process that derives', () => {
  it('gives the signals of a chunk, and nothing of one that has none of their topics', async () => {
    const { store, job } = await stored('sound');
    running = new DeriveProcess(store);
    const [derived] = await running.derive(job, plans, signal);
    expect(derived?.event.signals).toMatchObject([{ signal: 'x', startTime: '5', values: [7] }]);
    const other = await stored('other', '/camera');
    running.close();
    running = new DeriveProcess(other.store);
    expect(await running.derive(other.job, plans, signal)).toEqual([]);
  });

  it('is killed when it hangs, and said to have died when it does; the next chunk has a fresh one', async () => {
    const hanging = await stored('endless');
    running = new DeriveProcess(hanging.store, { module, silentMsMax: 2000 });
    const told = { code: 'decoder-failed', message: expect.stringContaining('longer than 2000 ms') };
    await expect(running.derive(hanging.job, plans, signal)).rejects.toMatchObject(told);
    running.close();
    const deadly = await stored('deadly');
    running = new DeriveProcess(deadly.store, { module });
    for (const attempt of ['first', 'fresh']) {
      const dead = { code: 'decoder-failed', message: expect.stringContaining('died') };
      await expect(running.derive(deadly.job, plans, signal), attempt).rejects.toMatchObject(dead);
    }
  });

  it('says of an object that is no chunk, or not there, what is wrong with it', async () => {
    const { store, job } = await stored('sound');
    running = new DeriveProcess(store);
    await expect(running.derive({ ...job, object: 'gone' }, plans, signal)).rejects.toMatchObject({
      code: 'not-found',
    });
    await expect(running.derive({ ...job, bytesStored: 100 }, plans, signal)).rejects.toMatchObject({
      code: 'corrupt-input',
    });
  });

  it('stops when it is told to, in the midst of a chunk', async () => {
    const { store, job } = await stored('endless');
    running = new DeriveProcess(store, { module });
    const stop = new AbortController();
    const deriving = running.derive(job, plans, stop.signal);
    setTimeout(() => stop.abort(), 500);
    await expect(deriving).rejects.toMatchObject({ code: 'interrupted' });
  });
});
