import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { GivenMessage } from '../../../../test/support/landed-drive.ts';
import { depsOf, HandClock, landed, messagesOf, replayOf, SECOND, START } from './replayed-drive.fixture.ts';
import { planReplay } from './plan-replay.ts';
import { ReplayDigest } from './replay-digest.ts';
import { planFrom, replaySource } from './replay-source.ts';

type Drive = Awaited<ReturnType<typeof landed>>;

async function digestOf(drive: Drive, fromNs?: bigint, more: { memoryBytesMax?: number } = {}): Promise<string> {
  const { messages } = await planReplay(drive.catalog, drive.key);
  const digest = new ReplayDigest();
  for await (const batch of replaySource(messages, { ...depsOf(drive), ...more })(fromNs)) {
    for (const message of batch) digest.add(message);
  }
  return digest.hex();
}

const messageArb = fc
  .record({ channel: fc.nat(2), second: fc.nat(200), sequence: fc.nat(3), bytes: fc.nat(90_000) })
  .map(({ channel, second, sequence, bytes }): GivenMessage => {
    const data = Buffer.alloc(bytes % 7 === 0 ? bytes : bytes % 100, channel + second);
    return { channel, logTimeNs: START + BigInt(second) * SECOND, sequence, data };
  });

describe('the digest of a replay', () => {
  it('is what it always was', async () => {
    const golden = JSON.parse(readFileSync(new URL('./golden/digest.json', import.meta.url), 'utf8')) as object;
    const empty = new ReplayDigest().hex();
    expect({ empty, drive: await digestOf(await landed(messagesOf(200))) }).toEqual(golden);
  });

  it('is equal whatever the cuts, the compression and the memory', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(messageArb, { maxLength: 80 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 12 }),
        async (messages, chunkMessages, innerMessages) => {
          const one = await digestOf(await landed(messages));
          const drive = await landed(messages, { chunkMessages, innerMessages, compression: '' });
          expect(await digestOf(drive, undefined, { memoryBytesMax: 4096 })).toBe(one);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is equal at any pace', async () => {
    const drive = await landed(messagesOf(100));
    for (const speed of [1, 7.5, Number.POSITIVE_INFINITY]) {
      const clock = new HandClock();
      const digest = new ReplayDigest();
      const replay = await replayOf(drive, clock, { speed, tickEveryNs: SECOND / 3n });
      for await (const event of replay.events()) {
        if (event.type === 'messages') for (const message of event.messages) digest.add(message);
      }
      expect(digest.hex()).toBe(await digestOf(drive));
    }
  });

  it.each<[string, (messages: GivenMessage[]) => GivenMessage[]]>([
    ['the data', ([first, ...rest]) => [{ ...(first as GivenMessage), data: Buffer.from('other') }, ...rest]],
    ['a sequence', ([first, ...rest]) => [{ ...(first as GivenMessage), sequence: 9999 }, ...rest]],
    ['a log time', ([first, ...rest]) => [{ ...(first as GivenMessage), logTimeNs: START - 1n }, ...rest]],
    ['a publish time', ([first, ...rest]) => [{ ...(first as GivenMessage), publishTimeNs: 1n }, ...rest]],
    ['a topic', ([first, ...rest]) => [{ ...(first as GivenMessage), channel: 1 }, ...rest]],
    ['the number of messages', ([, ...rest]) => rest],
  ])('differs when %s does', async (_, change) => {
    const messages = messagesOf(30);
    const same = await digestOf(await landed(messages));
    expect(await digestOf(await landed(change(messages)))).not.toBe(same);
  });

  it('differs when messages of equal bytes are cut elsewhere', () => {
    const channel = { topic: '/a', messageEncoding: '', schemaName: null, schemaEncoding: null, schemaSha256: null };
    const of = (...texts: string[]): string => {
      const digest = new ReplayDigest();
      for (const text of texts) {
        digest.add({ channel, sequence: 0, logTimeNs: 0n, publishTimeNs: 0n, data: Buffer.from(text) });
      }
      return digest.hex();
    };
    expect(of('ab', 'c')).not.toBe(of('a', 'bc'));
    expect(of('', 'abc')).not.toBe(of('abc', ''));
  });

  it('of a part is that of a plan for the part', async () => {
    const drive = await landed(messagesOf(200));
    const middle = START + 10n * SECOND;
    const cut = await planReplay(drive.catalog, { ...drive.key, startNs: middle });
    const digest = new ReplayDigest();
    for await (const batch of replaySource(cut.messages, depsOf(drive))(undefined)) {
      for (const message of batch) digest.add(message);
    }
    expect(await digestOf(drive, middle)).toBe(digest.hex());
    expect(planFrom(cut.messages, START)).toMatchObject({ startNs: String(middle) });
  });
});
