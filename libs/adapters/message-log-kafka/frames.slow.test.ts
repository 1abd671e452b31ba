import { randomUUID } from 'node:crypto';
import { frameTopic } from '@pitlane/contracts/frame';
import { frameLogContract } from '@pitlane/ports/frame-log/contract';
import { describe, expect, it } from 'vitest';
import { openPlain, openPlainFrames, openScramFrames, openThreadedFrames, plain } from './brokers.fixture.ts';

describe.each([
  ['in plain', openPlainFrames],
  ['from several threads', openThreadedFrames],
  ['over TLS as a SCRAM user', openScramFrames],
] as const)('the frame log over Kafka keeps the contract %s', (_, open) => {
  // Each case reads its lane from the beginning: one topic for all of them would be read again and again.
  it.skipIf(!plain).each(frameLogContract)('$name', async (example) => {
    const prefix = `contract-${randomUUID()}.`;
    const log = open(prefix);
    try {
      await example.run({ log, another: async () => open(prefix) });
    } finally {
      await log.close();
    }
  });
});

describe.skipIf(!plain)('the frame log over Kafka', () => {
  it('lets one partition wait for its handler, and brings frames of the others', { timeout: 60_000 }, async () => {
    const log = openPlainFrames(`apart-${randomUUID()}.`);
    const stop = new AbortController();
    const seen = new Set<number>();
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => (open = resolve));
    const options = { batchBytesMax: 1 << 20, signal: stop.signal, onRevoked: async () => {} };
    const reading = log.consume('bulk', 'g', options, async ([frame]) => {
      seen.add(frame?.partition ?? -1);
      if (seen.size === 4) open();
      await gate;
    });
    const frames = Array.from({ length: 64 }, (_, at) => ({ key: `k${at}`, head: '', body: new Uint8Array(9) }));
    await log.publish('bulk', frames);
    await gate;
    stop.abort();
    await reading;
    expect(seen.size).toBe(4);
    await log.close();
  });

  it('hands over what is no frame of ours, with an empty head', { timeout: 60_000 }, async () => {
    const prefix = `foreign-${randomUUID()}.`;
    const log = openPlainFrames(prefix);
    const foreign = openPlain();
    await foreign.publish(`${prefix}${frameTopic('normal')}`, [{ key: '', value: 'not a frame' }]);
    const stop = new AbortController();
    const options = { batchBytesMax: 1 << 20, signal: stop.signal, onRevoked: async () => {} };
    let head: string | undefined;
    await log.consume('normal', 'g', options, async ([frame]) => {
      head = frame?.head;
      stop.abort();
    });
    expect(head).toBe('');
    await Promise.all([log.close(), foreign.close()]);
  });

  it('takes a publication back that waits for its turn, and never one that is under way', {
    timeout: 60_000,
  }, async () => {
    const log = openPlainFrames(`aborted-${randomUUID()}.`);
    const stop = new AbortController();
    const frame = { key: 'k', head: '', body: new Uint8Array(500_000) };
    await log.publish('urgent', [frame]);
    const sent = log.publish('urgent', [frame, frame, frame], stop.signal);
    const waiting = log.publish('urgent', [frame], stop.signal);
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toMatchObject({ code: 'interrupted' });
    await sent;
    expect(await log.lag('urgent', 'g')).toBe(4);
    await log.close();
  });
});
