/** `pitlane doctor`: disk, clock, and the stores tried against their contracts. */
import type { Command } from 'commander';
import { type CommandContext, Exit, finish } from '../command-context.ts';

export interface DoctorAnswer {
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly text: string }[];
}

export function doctorCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('doctor')
    .description('check disk and clock, and try whether the stores do what they must');
  finish(command, context, 'pitlane doctor', async (run) => {
    const { terminal, home, settings, json } = run;
    const { withNode } = await import('../wiring/with-node.ts');
    const { followTask } = await import('../node/follow-task.ts');
    const { checks } = await withNode({ home, settings, signal: context.signal, shares: true, makes: true }, (node) =>
      followTask<DoctorAnswer>(node, 'doctor', {}, terminal),
    );
    const bad = checks.filter(({ ok }) => !ok);
    if (json) terminal.json({ checks });
    else {
      for (const { name, ok, text } of checks) {
        terminal.print(
          `${ok ? terminal.green('ok  ') : terminal.red('FAIL')}  ${name}${text === '' ? '' : `: ${text}`}`,
        );
      }
      const { counted } = await import('@pitlane/base/units');
      const all = counted(checks.length, 'check');
      terminal.say(bad.length === 0 ? `${all}, all well` : `${bad.length} of ${all} failed`);
    }
    return bad.length === 0 ? Exit.done : Exit.failed;
  });
}
