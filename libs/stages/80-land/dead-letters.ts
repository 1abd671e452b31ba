/**
 * What landers set aside: pointers, read for people from the end of their topic. Replaying one asks the garages for its
 * chunk: whoever has its drive under way sends it again. The frames themselves stay where they are.
 */
import { PitlaneError } from '@pitlane/base/errors';
import { type Answer, type DeadLetter, LogTopic } from '@pitlane/contracts/records';
import type { MessageLog } from '@pitlane/ports/message-log';

export interface ListedLetter extends DeadLetter {
  /** `LANE/PARTITION/OFFSET` of its first frame. */
  readonly id: string;
}

export interface Replayed {
  readonly asked: readonly string[];
  /** Those whose frame could not be read: nobody knows which chunk they were of. */
  readonly unknown: readonly string[];
}

/** The newest letters, oldest first; one that was published twice is listed once. */
export async function deadLetters(log: MessageLog, max: number): Promise<ListedLetter[]> {
  const letters = new Map<string, ListedLetter>();
  for (const { value } of await log.newest(LogTopic.deadletters, max)) {
    const letter = JSON.parse(value) as DeadLetter;
    const id = `${letter.lane}/${letter.partition}/${letter.firstOffset}`;
    letters.set(`${id} ${letter.attempt}`, { ...letter, id });
  }
  return [...letters.values()];
}

/** Errors: `not-found` when an id is not among the letters; nothing is asked for then. */
export async function replayLetters(
  log: MessageLog,
  letters: readonly ListedLetter[],
  ids: readonly string[],
): Promise<Replayed> {
  const wanted = ids.map((id) => {
    const letter = letters.find((one) => one.id === id);
    if (letter) return letter;
    throw new PitlaneError('not-found', `there is no dead letter ${id}: \`pitlane deadletters list\` shows their ids`);
  });
  const known = wanted.filter(({ chunkId }) => chunkId !== null);
  const answers = known.map(({ chunkId, object }) => {
    const objects = [object ?? String(chunkId)];
    const reason = 'somebody asked for it again';
    const answer: Answer = { type: 'resend', dockId: '', driveId: '', manifestSha256: null, reason, objects };
    return { key: String(chunkId), value: JSON.stringify(answer) };
  });
  if (answers.length > 0) await log.publish(LogTopic.answers, answers);
  return {
    asked: known.map(({ id }) => id),
    unknown: wanted.filter(({ chunkId }) => chunkId === null).map(({ id }) => id),
  };
}
