/** `pitlane signals`: samples of signals of a drive. */
import type { Command } from 'commander';
import { type CommandContext, type CommonOptions, Exit, finish, wholeNumber } from '../command-context.ts';

interface SignalFlags extends CommonOptions {
  readonly signal?: string;
  readonly topic?: string;
  readonly start?: string;
  readonly end?: string;
  readonly tenant?: string;
  readonly limit?: number;
  readonly cursor?: string;
}

const EXAMPLE = `pitlane signals DRIVE --signal speed_mps --start 2026-03-03T08:00:00Z
pitlane sql "SELECT signal, topic, COUNT(*) FROM signals WHERE drive_id = 'DRIVE' GROUP BY ALL"`;

export function signalsCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('signals')
    .argument('<drive>', 'the drive')
    .description('list what a vehicle said of itself: speed, brake, position, … as its mapping names them')
    .option('--signal <name>', 'only this one, such as speed_mps')
    .option('--topic <name>', 'only from this topic')
    .option('--start <time>', 'from here on, by log time: nanoseconds since 1970, or RFC 3339')
    .option('--end <time>', 'before this time: likewise')
    .option('--tenant <name>', 'only this tenant')
    .option('--limit <n>', 'so many rows at most (default 100)', wholeNumber(1, 2000))
    .option('--cursor <text>', 'the next page: what the page before gave as "next"');
  finish<SignalFlags>(command, context, EXAMPLE, async (run, [drive]) => {
    const { terminal, home, settings, json, options } = run;
    const { signal, topic, start, end, tenant, limit, cursor } = options;
    const { withNode } = await import('../wiring/with-node.ts');
    const query = { drive, signal, topic, start, end, tenant, limit, cursor };
    const answer = await withNode({ home, settings, signal: context.signal }, async (node) => {
      const page = await node.get<{
        readonly signals: readonly Readonly<Record<string, unknown>>[];
        next: string | null;
      }>('/v1/signals', query);
      if (page.signals.length > 0 || cursor !== undefined) return page;
      const { hintsOnNames } = await import('../node/unknown-names.ts');
      for (const hint of await hintsOnNames(node, { drive, topic, tenant })) terminal.say(`hint: ${hint}`);
      return page;
    });
    if (json) terminal.json(answer);
    else {
      const { listText } = await import('../output/list-tables.ts');
      const { counted } = await import('@pitlane/base/units');
      terminal.print(listText('signals', answer.signals, terminal));
      const next = answer.next === null ? '' : `; more: --cursor ${answer.next}`;
      terminal.say(`${counted(answer.signals.length, 'sample')}${next}`);
    }
    return Exit.done;
  });
}
