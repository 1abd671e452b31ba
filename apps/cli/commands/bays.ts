/** `pitlane bays`: what is in each bay of the node that runs, and what may be pulled. */
import type { Command } from 'commander';
import { type CommandContext, type CommonOptions, Exit, finish } from '../command-context.ts';
import type { NodeClient } from '../node/node-client.ts';
import type { ShownBay, ShownUpload } from '../output/bay-text.ts';

export function baysCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('bays')
    .description('what is in each bay that `up` or a garage watches, and what is safe to pull or to wipe');
  finish<CommonOptions>(command, context, 'pitlane bays', async ({ terminal, home, settings, json }) => {
    const { withNode } = await import('../wiring/with-node.ts');
    const { stays, ...answer } = await withNode({ home, settings, signal: context.signal }, async (node) => ({
      ...(await node.get<{ readonly bays: readonly ShownBay[] }>('/v1/garage/bays')),
      uploads: await unfinishedUploads(node),
      stays: node.address.stays,
    }));
    if (json) terminal.json(answer);
    else {
      const { bayText, uploadText } = await import('../output/bay-text.ts');
      for (const bay of answer.bays) terminal.print(bayText(bay));
      for (const upload of answer.uploads) terminal.print(uploadText(upload));
    }
    if (answer.bays.length + answer.uploads.length === 0)
      terminal.say('no bay is configured: name some in the setting `bays`');
    else if (!stays) terminal.say('nobody watches them: `npx pitlane up` does');
    return Exit.done;
  });
}

/** Those that are done lie in their drives, which are shown as disks. There are 1000 at most. */
async function unfinishedUploads(node: NodeClient): Promise<readonly ShownUpload[]> {
  const states = ['receiving', 'checking', 'refused'];
  const pages = states.map((state) =>
    node.get<{ readonly uploads: readonly ShownUpload[] }>('/v1/garage/uploads', { state, limit: 2000 }),
  );
  return (await Promise.all(pages)).flatMap(({ uploads }) => uploads);
}
