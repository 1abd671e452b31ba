/** Plans a replay, at once or when all that is on its way has come. */
import { setTimeout as delay } from 'node:timers/promises';
import { isPitlaneError } from '@pitlane/base/errors';
import { counted } from '@pitlane/base/units';
import type { TaskEvent } from '@pitlane/catalog-api';
import { isOnItsWay, type ReplayPlan } from '@pitlane/stages/90-serve';
import type { StoreSpec } from '@pitlane/wiring';

const LOOK_EVERY_MS = 1000;

/** What a replay needs to be carried out anywhere. */
export interface PlannedReplay {
  readonly plan: ReplayPlan;
  readonly storeSpec: StoreSpec;
}

/** @param wait until nothing of it is on its way; what is lost will not come. */
export async function* planReplayTask(
  plan: () => Promise<ReplayPlan>,
  storeSpec: StoreSpec,
  wait: boolean,
  signal: AbortSignal,
): AsyncGenerator<TaskEvent> {
  for (;;) {
    const planned = await plan().catch((error: unknown) => {
      if (wait && isPitlaneError(error, 'unavailable')) return undefined; // all of it is on its way
      throw error;
    });
    const onItsWay = planned?.missing.filter(isOnItsWay).length;
    if (planned && (!wait || onItsWay === 0)) {
      const result: PlannedReplay = { plan: planned, storeSpec };
      return yield { type: 'result', result };
    }
    const what = onItsWay === undefined ? 'all of it' : counted(onItsWay, 'range');
    yield { type: 'progress', text: `waiting for ${what} on the way` };
    await delay(LOOK_EVERY_MS, undefined, { signal });
  }
}
