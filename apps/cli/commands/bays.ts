/** `pitlane bays`: what is in each bay of the node that runs, and what may be pulled. */
import type { Command } from 'commander';
import { type CommandContext, type CommonOptions, Exit, finish } from '../command-context.ts';
import type { ShownBay } from '../output/bay-text.ts';

export function baysCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('bays')
    .description('what is in each bay that `up` or a garage watches, and what is safe to pull or to wipe');
  finish<CommonOptions>(command, context, 'pitlane bays', async ({ terminal, home, settings, json }) => {
    const { withNode } = await import('../wiring/with-node.ts');
    const { stays, ...answer } = await withNode({ home, settings, signal: context.signal }, async (node) => ({
      ...(await node.get<{ readonly bays: readonly ShownBay[] }>('/v1/garage/bays')),
      stays: node.address.stays,
    }));
    if (json) terminal.json(answer);
    else {
      const { bayText } = await import('../output/bay-text.ts');
      for (const bay of answer.bays) terminal.print(bayText(bay));
    }
    if (answer.bays.length === 0) terminal.say('no bay is configured: name some in the setting `bays`');
    else if (!stays) terminal.say('nobody watches them: `npx pitlane up` does');
    return Exit.done;
  });
}
