/**
 * The lander program put together: it reads what garages claim to have stored, looks at each object in the store, and
 * passes on what is true. It stands between the garage's link and the indexer; it never writes the catalog.
 */
import type { MessageLog } from '@pitlane/ports/message-log';
import type { ObjectStore } from '@pitlane/ports/object-store';
import { LogTopic } from '@pitlane/contracts/records';
import { landBatch } from '@pitlane/stages/80-land';

export interface LanderTools {
  readonly store: ObjectStore;
  readonly log: MessageLog;
}

const BATCH_MAX = 200;
/** Thin chunks come by the hundred; each batch is a commit or three of the message log. */
const LINGER_MS = 50;

/** Runs until the signal aborts; rejects when store or log fail, and goes on where it stopped when run again. */
export function runLander({ store, log }: LanderTools, signal: AbortSignal): Promise<void> {
  return log.consume(LogTopic.chunks, 'lander', { batchMax: BATCH_MAX, lingerMs: LINGER_MS, signal }, (batch) =>
    landBatch(batch, { store, log }),
  );
}
