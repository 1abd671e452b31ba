/** The end of an attempt that does not land: the garage is asked to send the chunk again, the operator gets a pointer. */
import { keepTrying, type Patience } from '@pitlane/base/retry';
import type { DriveId } from '@pitlane/contracts/identity';
import { type Answer, type DeadLetter, LogTopic } from '@pitlane/contracts/records';
import type { MessageLog } from '@pitlane/ports/message-log';

/** Resolves when both are durable. Either may be published twice; both are read by what they point at. */
export async function setAside(
  letter: DeadLetter,
  driveId: DriveId | '',
  { log, patience }: { readonly log: MessageLog; readonly patience: Patience },
): Promise<void> {
  const { chunkId, object, reason, lane, partition, firstOffset } = letter;
  const doing = `setting aside frame ${firstOffset} of partition ${partition} of lane ${lane}`;
  if (letter.isResent && chunkId !== null) {
    const objects = [object ?? chunkId];
    const answer: Answer = { type: 'resend', dockId: '', driveId, manifestSha256: null, reason, objects };
    const records = [{ key: driveId || chunkId, value: JSON.stringify(answer) }];
    await keepTrying(doing, () => log.publish(LogTopic.answers, records), patience);
  }
  const records = [{ key: chunkId ?? lane, value: JSON.stringify(letter) }];
  await keepTrying(doing, () => log.publish(LogTopic.deadletters, records), patience);
}
