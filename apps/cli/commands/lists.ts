/** `pitlane drives`, `recordings`, `topics`, `chunks`: the catalog's lists. */
import type { Command } from 'commander';
import { type CommandContext, type CommonOptions, Exit, finish, wholeNumber } from '../command-context.ts';

export interface ListFlags extends CommonOptions {
  readonly drive?: string;
  readonly vehicle?: string;
  readonly topic?: string;
  readonly start?: string;
  readonly end?: string;
  readonly tenant?: string;
  readonly limit?: number;
  readonly cursor?: string;
}

type ListName = 'drives' | 'recordings' | 'topics' | 'chunks' | 'coverage';

const listing =
  (name: ListName, description: string, example: string) =>
  (program: Command, context: CommandContext): void => {
    const command = program
      .command(name)
      .description(description)
      .option('--drive <id>', 'only this drive')
      .option('--vehicle <id>', 'only this vehicle')
      .option('--topic <name>', 'only what has this topic')
      .option('--start <time>', 'from here on: nanoseconds since 1970, or RFC 3339')
      .option('--end <time>', 'before this: likewise')
      .option('--tenant <name>', 'only this tenant')
      .option('--limit <n>', 'rows at most (default 100)', wholeNumber(1, 2000))
      .option('--cursor <text>', 'go on behind a page: its "next"');
    finish<ListFlags>(command, context, example, async (run) => {
      const { terminal, home, settings, json, options } = run;
      const { drive, vehicle, topic, start, end, tenant, limit, cursor } = options;
      const { withNode } = await import('../wiring/with-node.ts');
      const answer = await withNode({ home, settings, signal: context.signal }, (node) =>
        node.get<Readonly<Record<string, unknown>>>(`/v1/${name}`, {
          drive,
          vehicle,
          topic,
          start,
          end,
          tenant,
          limit,
          cursor,
        }),
      );
      if (json) terminal.json(answer);
      else {
        const { listText } = await import('../output/list-tables.ts');
        const { counted } = await import('../output/counted.ts');
        const rows = answer[name] as readonly Readonly<Record<string, unknown>>[];
        terminal.print(listText(name, rows, terminal));
        const next = typeof answer['next'] === 'string' ? `; more: --cursor ${answer['next']}` : '';
        terminal.say(`${counted(rows.length, name === 'coverage' ? 'run' : name.slice(0, -1))}${next}`);
      }
      return Exit.done;
    });
  };

export const drivesCommand = listing('drives', 'list drives and where each stands', 'pitlane drives --vehicle car-01');
export const recordingsCommand = listing('recordings', 'list recordings', 'pitlane recordings --drive DRIVE --json');
export const topicsCommand = listing('topics', 'list topics of drives', 'pitlane topics --drive DRIVE');
export const chunksCommand = listing(
  'chunks',
  'list chunks: one window of one topic group, one MCAP object',
  'pitlane chunks --drive DRIVE --topic /imu --start 2026-03-03T08:00:00Z --json',
);
export const coverageCommand = listing(
  'coverage',
  'list runs of each topic by state: what there is, what is missing and why',
  'pitlane coverage --drive DRIVE',
);
