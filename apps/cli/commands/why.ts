/** `pitlane why`: where something stands between disk and catalog, or why it does not get on. */
import type { Command } from 'commander';
import { type CommandContext, Exit, finish } from '../command-context.ts';

export function whyCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('why')
    .argument('<id>', 'the id of a drive, recording or chunk, or a topic, in full')
    .description('tell where a drive, log, topic or chunk is, from disk to catalog, or why it is not');
  finish(command, context, 'pitlane why DRIVE\npitlane why /imu/data', async (run, [id = '']) => {
    const { terminal, home, settings, json } = run;
    const { withNode } = await import('../wiring/with-node.ts');
    const answer = await withNode({ home, settings, signal: context.signal }, (node) =>
      node.get<{ id: string; lines: readonly string[] }>(`/v1/why/${encodeURIComponent(id)}`),
    );
    if (json) terminal.json(answer);
    else {
      const { shown } = await import('../output/terminal.ts');
      terminal.print(answer.lines.map(shown).join('\n'));
    }
    return Exit.done;
  });
}
