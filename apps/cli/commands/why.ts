/** `pitlane why`: where something stands between disk and catalog, or why it does not get on. */
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { isPitlaneError } from '@pitlane/base/errors';
import { type CommandContext, Exit, finish } from '../command-context.ts';

interface Answer {
  readonly id: string;
  readonly lines: readonly string[];
}

export function whyCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('why')
    .argument('<drive|topic|path|id>', 'a drive, a topic, the path of a log, or an id (8 digits or more)')
    .description('tell where a drive, log, topic or chunk is, from disk to catalog, or why it is not');
  finish(
    command,
    context,
    'pitlane why DRIVE\npitlane why /imu/data\npitlane why disk-1/log.mcap',
    async (run, [id = '']) => {
      const { terminal, home, settings, json } = run;
      const { withNode } = await import('../wiring/with-node.ts');
      const path = run.path(id);
      const answer = await withNode({ home, settings, signal: context.signal }, async (node) => {
        const ask = (what: string): Promise<Answer> => node.get<Answer>(`/v1/why/${encodeURIComponent(what)}`);
        return ask(id).catch((error: unknown) => {
          // What lies on this disk may be the path of a log, which the garage has in full.
          if (isPitlaneError(error, 'not-found') && path !== id && existsSync(path)) return ask(path);
          throw error;
        });
      });
      if (json) terminal.json(answer);
      else {
        const { shown } = await import('../output/terminal.ts');
        terminal.print(answer.lines.map(shown).join('\n'));
      }
      return Exit.done;
    },
  );
}
