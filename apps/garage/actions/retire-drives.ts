/** Retiring drives: frees what Pitlane wrote for them, and says before how much that is, or why it must stay. */
import type { Kind } from './action-kinds.ts';
import { drivesOf } from './action-target.ts';
import type { ActionTools } from './action-kinds.ts';
import type { ActionTarget } from './action-target.ts';
import { refuseUnnamed } from './drive-words.ts';

export const retire: Kind = {
  say: (_, target, tools) => retireAll(target, true, tools),
  carryOut: async (action, tools) => ({ text: await retireAll(action, false, tools) }),
};

/** None of them is freed where one may not be. */
async function retireAll(target: ActionTarget, dryRun: boolean, tools: ActionTools): Promise<string> {
  const drives = refuseUnnamed(drivesOf(target, tools));
  const texts: string[] = [];
  for (const isTrial of dryRun || drives.length === 1 ? [dryRun] : [true, false]) {
    texts.length = 0;
    for (const { tenant, driveId } of drives) {
      const { text } = await tools.retire(tenant, driveId, { dryRun: isTrial });
      texts.push(text);
    }
  }
  return texts.join(' ');
}
