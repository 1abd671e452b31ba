import { type ChunkId, sha256Of } from '@pitlane/contracts/identity';
import { type Answer, type DeadLetter, LogTopic } from '@pitlane/contracts/records';
import { describe, expect, it } from 'vitest';
import { ListedMessages } from '../../../test/support/listed-messages.ts';
import { deadLetters, replayLetters } from './dead-letters.ts';

const chunkId = sha256Of('chunk') as string as ChunkId;
const letter: DeadLetter = {
  lane: 'bulk',
  partition: 2,
  firstOffset: '17',
  lastOffset: '20',
  chunkId,
  attempt: '0123456789abcdef',
  object: null,
  reason: 'its next frame did not come',
  isResent: true,
  setAsideAtMs: 5,
};

async function withLetters(...letters: DeadLetter[]): Promise<ListedMessages> {
  const log = new ListedMessages();
  await log.publish(
    LogTopic.deadletters,
    letters.map((one) => ({ key: 'k', value: JSON.stringify(one) })),
  );
  return log;
}

describe('dead letters', () => {
  it('are listed by where they point, once, the oldest first', async () => {
    const other = { ...letter, partition: 3, chunkId: null };
    const listed = await deadLetters(await withLetters(letter, other, letter), 10);
    expect(listed.map(({ id }) => id)).toEqual(['bulk/2/17', 'bulk/3/17']);
    expect(listed[0]).toMatchObject(letter);
  });

  it('are replayed by asking for their chunks again', async () => {
    const log = await withLetters(letter, { ...letter, partition: 3, object: 'v1/x.mcap' });
    const replayed = await replayLetters(log, await deadLetters(log, 10), ['bulk/2/17', 'bulk/3/17']);
    expect(replayed).toEqual({ asked: ['bulk/2/17', 'bulk/3/17'], unknown: [] });
    const answers = log.on(LogTopic.answers) as (Answer & { type: 'resend' })[];
    expect(answers.map(({ type, objects }) => [type, objects])).toEqual([
      ['resend', [chunkId]],
      ['resend', ['v1/x.mcap']],
    ]);
  });

  it('cannot be replayed where the frame could not be read, nor by an id that nobody has', async () => {
    const log = await withLetters({ ...letter, chunkId: null });
    const listed = await deadLetters(log, 10);
    expect(await replayLetters(log, listed, ['bulk/2/17'])).toEqual({ asked: [], unknown: ['bulk/2/17'] });
    await expect(replayLetters(log, listed, ['bulk/2/18'])).rejects.toMatchObject({ code: 'not-found' });
    expect(log.on(LogTopic.answers)).toEqual([]);
  });
});
