/** `pitlane doctor`: disk, clock, and the stores tried against their contracts. */
import type { Command } from 'commander';
import { type CommandContext, type CommonOptions, Exit, finish, type Run } from '../command-context.ts';
import type { Trial } from '../wiring/doctor-cloud.ts';

export interface DoctorAnswer {
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly text: string }[];
}

export function doctorCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('doctor')
    .description('check disk and clock, and try whether the stores do what they must');
  finish(command, context, 'pitlane doctor', async (run) => {
    const { terminal, home, settings, json } = run;
    const { cloudTrial, isInCloud } = await import('../wiring/doctor-cloud.ts');
    const checks = isInCloud(settings)
      ? await tried(cloudTrial(home, settings), run, context.signal)
      : await triedByNode(run, context.signal);
    const bad = checks.filter(({ ok }) => !ok);
    if (json) terminal.json({ checks });
    else {
      for (const { name, ok, text } of checks) {
        terminal.print(
          `${ok ? terminal.green('ok  ') : terminal.red('FAIL')}  ${name}${text === '' ? '' : `: ${text}`}`,
        );
      }
    }
    const { counted } = await import('@pitlane/base/units');
    const all = counted(checks.length, 'check');
    const told = bad.length === 0 ? `${all}, all well` : `${bad.length} of ${all} failed`;
    terminal.say(context.signal.aborted ? `stopped before the end; ${told} so far` : told);
    if (context.signal.aborted) return Exit.unfinished;
    return bad.length === 0 ? Exit.done : Exit.failed;
  });
}

async function tried(
  trial: Trial,
  { terminal }: Run<CommonOptions>,
  signal: AbortSignal,
): Promise<DoctorAnswer['checks']> {
  terminal.say(['this will be made, and removed again:', ...trial.makes].join('\n  '));
  const checks: DoctorAnswer['checks'][number][] = [];
  for await (const check of trial.checks(signal)) {
    checks.push(check);
    terminal.say(`${checks.length}  ${check.name}`);
  }
  return checks;
}

async function triedByNode(
  { terminal, home, settings }: Run<CommonOptions>,
  signal: AbortSignal,
): Promise<DoctorAnswer['checks']> {
  const { withNode } = await import('../wiring/with-node.ts');
  const { followTask } = await import('../node/follow-task.ts');
  const { checks } = await withNode({ home, settings, signal, shares: true, makes: true }, (node) =>
    followTask<DoctorAnswer>(node, 'doctor', {}, terminal),
  );
  return checks;
}
