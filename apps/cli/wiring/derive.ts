/** Has chunks derived anew, and waits until nothing is left to derive. */
import { setTimeout } from 'node:timers/promises';
import { PitlaneError } from '@pitlane/base/errors';
import { counted } from '@pitlane/base/units';
import { type DeriveAsked, type TaskEvent, tenantOfDrive } from '@pitlane/catalog-api';
import type { TaskParts } from './tasks.ts';

const LOOK_EVERY_MS = 100;

/** Ends with `{chunks, waiting}`: how many were asked for, and how many are not done when the time is over. */
export async function* derive(
  asked: DeriveAsked,
  { deriving, stores, settings }: TaskParts,
  signal: AbortSignal,
): AsyncGenerator<TaskEvent> {
  const { driveId, tenant, timeoutMs = Number.POSITIVE_INFINITY } = asked;
  let chunks = 0;
  if (driveId !== undefined) {
    const drive = { tenant: await tenantOfDrive(stores, { driveId, tenant }, settings.tenant), driveId };
    chunks = await deriving.ask(drive);
    if (chunks === 0) throw new PitlaneError('not-found', `there is nothing to derive of the drive ${driveId}`);
  }
  const endMs = performance.now() + timeoutMs;
  let waiting = await deriving.waiting();
  let most = waiting;
  while (waiting > 0 && performance.now() < endMs) {
    const text = `deriving signals: ${counted(waiting, 'chunk')} to go`;
    most = Math.max(most, waiting);
    yield { type: 'progress', text, steps: { done: most - waiting, total: most, unit: 'chunk' } };
    await setTimeout(LOOK_EVERY_MS, undefined, { signal });
    waiting = await deriving.waiting();
  }
  yield { type: 'result', result: { chunks, waiting } };
}
