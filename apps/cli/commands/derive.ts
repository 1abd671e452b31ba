/** `pitlane derive`: signals read out of a drive anew, as after a change of its mapping. */
import type { Command } from 'commander';
import { counted } from '@pitlane/base/units';
import { type CommandContext, type CommonOptions, Exit, finish } from '../command-context.ts';

interface DeriveFlags extends CommonOptions {
  readonly tenant?: string;
}

interface Derived {
  readonly chunks: number;
  readonly waiting: number;
}

export function deriveCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('derive')
    .argument('[drive]', 'the drive; without one, what has landed is waited for')
    .description('read the signals of a drive anew, as after a change of its mapping')
    .option('--tenant <name>', 'whose drive');
  finish<DeriveFlags>(command, context, 'pitlane derive DRIVE', async (run, [driveId]) => {
    const { terminal, home, settings, json, options } = run;
    const { nearestDrive } = await import('../node/unknown-names.ts');
    const { withNode } = await import('../wiring/with-node.ts');
    const { followTask } = await import('../node/follow-task.ts');
    const { tenant } = options;
    const asked = { ...(driveId !== undefined && { driveId }), ...(tenant !== undefined && { tenant }) };
    const answer = await withNode({ home, settings, signal: context.signal, shares: true }, (node) =>
      nearestDrive(node, { drive: driveId, tenant }, followTask<Derived>(node, 'derive', asked, terminal)),
    );
    if (json) terminal.json(answer);
    else if (driveId === undefined) terminal.print('all that has landed is derived');
    else terminal.print(`derived anew: ${counted(answer.chunks, 'chunk')}; "pitlane signals ${driveId}" shows them`);
    return Exit.done;
  });
}
