/** `pitlane drives`, `recordings`, `topics`, `chunks`, `coverage`, `gaps`, `clocks`: the catalog's lists. */
import { type Command, Option } from 'commander';
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
  readonly byDay?: boolean;
  readonly kind?: string;
}

type ListName = 'drives' | 'recordings' | 'topics' | 'chunks' | 'coverage' | 'gaps' | 'clocks' | 'events';

const ROW_NOUN: Readonly<Record<string, string>> = { coverage: 'run', clocks: 'segment', days: 'row' };

/** @param command what it is called, where not by its name */
export const listing =
  (name: ListName, description: string, example: string, command: string = name) =>
  (program: Command, context: CommandContext): void => {
    const list = program
      .command(command)
      .description(description)
      .option('--drive <id>', 'only this drive')
      .option('--vehicle <id>', 'only this vehicle')
      .option('--topic <name>', 'only what has this topic')
      .option('--start <time>', 'from here on, by log time: nanoseconds since 1970, or RFC 3339')
      .option('--end <time>', 'before this time: likewise')
      .option('--tenant <name>', 'only this tenant')
      .option('--limit <n>', 'so many rows at most (default 100)', wholeNumber(1, 2000))
      .option('--cursor <text>', 'the next page: what the page before gave as "next"');
    if (name === 'coverage') {
      list.addOption(new Option('--by-day', 'sums of a fleet or vehicle, day by day').conflicts('drive'));
    }
    if (name === 'events') list.option('--kind <word>', 'only of this kind, such as disengagement');
    finish<ListFlags>(list, context, example, async (run) => {
      const { terminal, home, settings, json, options } = run;
      const { drive, vehicle, topic, start, end, tenant, limit, cursor, byDay, kind } = options;
      const [path, key] = byDay ? ['coverage/days', 'days'] : [name, name];
      const { withNode } = await import('../wiring/with-node.ts');
      const answer = await withNode({ home, settings, signal: context.signal }, async (node) => {
        const page = await node.get<Readonly<Record<string, unknown>>>(`/v1/${path}`, {
          drive,
          vehicle,
          topic,
          start,
          end,
          tenant,
          limit,
          cursor,
          kind,
        });
        const rows = page[key] as readonly unknown[];
        if (rows.length > 0 || cursor !== undefined) return page;
        const { hintsOnNames } = await import('../node/unknown-names.ts');
        for (const hint of await hintsOnNames(node, { drive, vehicle, topic, tenant })) terminal.say(`hint: ${hint}`);
        return page;
      });
      if (json) terminal.json(answer);
      else {
        const { listText } = await import('../output/list-tables.ts');
        const { counted } = await import('@pitlane/base/units');
        const rows = answer[key] as readonly Readonly<Record<string, unknown>>[];
        terminal.print(listText(key, rows, terminal));
        const next = typeof answer['next'] === 'string' ? `; more: --cursor ${answer['next']}` : '';
        terminal.say(`${counted(rows.length, ROW_NOUN[key] ?? key.slice(0, -1))}${next}`);
      }
      return Exit.done;
    });
  };

export const drivesCommand = listing(
  'drives',
  'list drives, and how far each is',
  'pitlane drives\npitlane drives --vehicle car-01 --start 2026-03-01T00:00:00Z --json',
);
export const recordingsCommand = listing(
  'recordings',
  'list the log files of drives',
  'pitlane recordings --drive DRIVE\npitlane recordings --topic /imu/data --json',
);
export const topicsCommand = listing(
  'topics',
  'list topics with their messages, sizes and rates',
  'pitlane topics --drive DRIVE',
);
export const chunksCommand = listing(
  'chunks',
  'list the stored pieces: each a minute of one topic or of some small ones, and a whole MCAP file',
  'pitlane chunks --drive DRIVE --topic /imu --start 2026-03-03T08:00:00Z --json',
);
export const coverageCommand = listing(
  'coverage',
  'list from when to when each topic is there, what is missing, and why',
  'pitlane coverage --drive DRIVE\npitlane coverage --by-day --vehicle car-01 --start 2026-01-01T00:00:00Z',
);
export const gapsCommand = listing(
  'gaps',
  'list where topics that come steadily were silent although their drive went on',
  'pitlane gaps --drive DRIVE\npitlane gaps --vehicle car-01 --topic /imu --json',
);
export const clocksCommand = listing(
  'clocks',
  "list what is known of each log's clock: by how much its times differ from UTC, since when, and how that is known",
  'pitlane clocks --drive DRIVE\npitlane sql "SELECT DISTINCT drive_id FROM chunks_on_utc WHERE utc_start_time >= TIMESTAMP \'2026-07-01\'"',
);
