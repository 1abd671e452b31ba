/** `pitlane retire`: frees what Pitlane wrote for a drive, once a receipt stands for it. */
import type { Command } from 'commander';
import { type CommandContext, type CommonOptions, Exit, finish } from '../command-context.ts';

interface RetireFlags extends CommonOptions {
  readonly dryRun?: boolean;
  readonly tenant?: string;
}

interface RetireAnswer {
  readonly freedBytes: number;
  readonly recordings: number;
  readonly receipts: readonly string[];
  readonly sameDevice: boolean;
  readonly text: string;
}

export function retireCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('retire')
    .argument('<drive>', 'a drive id')
    .description('free the working copies that taking a drive in has left under the home; refused without a receipt')
    .option('--dry-run', 'only tell what would be freed')
    .option('--tenant <name>', 'whose drive, where several have one of this id');
  finish<RetireFlags>(command, context, 'pitlane retire DRIVE --dry-run', async (run, [driveId]) => {
    const { options, terminal, home, settings, json } = run;
    const { nearestDrive } = await import('../node/unknown-names.ts');
    const { withNode } = await import('../wiring/with-node.ts');
    const body = { driveId, tenant: options.tenant, dryRun: options.dryRun === true };
    const answer = await withNode({ home, settings, signal: context.signal }, (node) =>
      nearestDrive(node, { drive: driveId, tenant: options.tenant }, node.post<RetireAnswer>('/v1/retire', body)),
    );
    if (json) terminal.json(answer);
    else {
      terminal.print(answer.text);
      for (const receipt of answer.receipts) terminal.print(`  on receipt ${receipt}`);
    }
    return Exit.done;
  });
}
