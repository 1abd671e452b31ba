import { afterEach, expect, it } from 'vitest';
import { StreamingChildren } from './index.ts';
import type { FixtureJob } from './stream-child.fixture.ts';

const opened: StreamingChildren<FixtureJob>[] = [];
afterEach(() => {
  for (const children of opened.splice(0)) children.close();
});
function childrenOf(processesMax: number): StreamingChildren<FixtureJob> {
  const module = new URL('./stream-child.fixture.ts', import.meta.url);
  const children = new StreamingChildren<FixtureJob>({
    module,
    processesMax,
    busyText: 'all busy',
    diedText: 'it died',
  });
  opened.push(children);
  return children;
}

async function all(stream: AsyncGenerator<Uint8Array, object, undefined>): Promise<{ bytes: Buffer; result: object }> {
  const parts: Buffer[] = [];
  for (;;) {
    const next = await stream.next();
    if (next.done) return { bytes: Buffer.concat(parts), result: next.value };
    parts.push(Buffer.from(next.value));
  }
}

it('gives the bytes of one job after another from the same process, with what each came to', async () => {
  const children = childrenOf(1);
  const job: FixtureJob = { parts: 3, partBytes: 1_500_000, ends: 'well' };
  const first = await all(children.run(job));
  const second = await all(children.run({ ...job, partBytes: 7 }));
  expect(first.bytes.equals(Buffer.concat([0, 1, 2].map((i) => Buffer.alloc(1_500_000, i))))).toBe(true);
  expect(second.bytes).toEqual(Buffer.concat([0, 1, 2].map((i) => Buffer.alloc(7, i))));
  expect(second.result).toEqual(first.result);
});

it('tells why a job failed, and that a process died, and goes on with the next', async () => {
  const children = childrenOf(1);
  const job = { parts: 1, partBytes: 10 };
  await expect(all(children.run({ ...job, ends: 'badly' }))).rejects.toMatchObject({ code: 'corrupt-input' });
  await expect(all(children.run({ ...job, ends: 'dead' }))).rejects.toMatchObject({
    code: 'decoder-failed',
    message: 'it died',
  });
  expect((await all(children.run({ ...job, ends: 'well' }))).bytes).toHaveLength(10);
});

it('sends away who comes when all are at work, and takes the next when one has been let go of', async () => {
  const children = childrenOf(1);
  const endless: FixtureJob = { parts: 1_000_000, partBytes: 1_000_000, ends: 'well' };
  const stream = children.run(endless);
  await stream.next();
  await expect(children.run(endless).next()).rejects.toMatchObject({ code: 'unavailable', retryable: true });
  await stream.return({});
  expect((await all(children.run({ ...endless, parts: 2 }))).bytes).toHaveLength(2_000_000);
});

it('ends a stream that waits when its signal says so', async () => {
  const children = childrenOf(1);
  const stop = new AbortController();
  const stream = children.run({ parts: 1_000_000, partBytes: 1000, ends: 'well' }, stop.signal);
  await stream.next();
  stop.abort();
  await expect(all(stream)).rejects.toMatchObject({ code: 'interrupted' });
});
