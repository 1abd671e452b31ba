/** `pitlane event`: what happened on drives, marked, imported, listed and taken back. */
import { userInfo } from 'node:os';
import { PitlaneError } from '@pitlane/base/errors';
import { counted } from '@pitlane/base/units';
import type { EventAsked, EventsTaken } from '@pitlane/catalog-api';
import type { Command } from 'commander';
import { type CommandContext, commandGroup, type CommonOptions, Exit, finish } from '../command-context.ts';
import type { NodeClient } from '../node/node-client.ts';
import { listing } from './lists.ts';

interface EventFlags extends CommonOptions {
  readonly drive?: string;
  readonly vehicle?: string;
  readonly tenant?: string;
  readonly time: string;
  readonly end?: string;
  readonly kind: string;
  readonly note?: string;
  readonly by?: string;
}

interface ImportFlags extends CommonOptions {
  readonly kind?: string;
  readonly sql?: string;
  readonly tenant?: string;
  readonly by?: string;
}

interface RemoveFlags extends CommonOptions {
  readonly drive: string;
  readonly tenant?: string;
  readonly by?: string;
}

/** As many as one request takes. */
const EVENTS_AT_ONCE = 500;
const REFUSED_TOLD_MAX = 20;

export function eventCommand(program: Command, context: CommandContext): void {
  const example = `pitlane event add --vehicle car-47 --time 2026-03-18T14:13:12Z --kind disengagement
pitlane event list --drive DRIVE`;
  const about = 'what happened on drives: disengagements, incidents, labels';
  const group = commandGroup(program, 'event', about, example);
  addAdd(group, context);
  addImport(group, context);
  listing(
    'events',
    'list what happened, as sidecars, people and imports say',
    'pitlane event list --drive DRIVE\npitlane event list --kind disengagement --json',
    'list',
  )(group, context);
  addRemove(group, context);
}

function addAdd(group: Command, context: CommandContext): void {
  const command = group
    .command('add')
    .description('mark something that happened on a drive')
    .requiredOption('--time <time>', 'log time: nanoseconds since 1970, or RFC 3339')
    .requiredOption('--kind <word>', 'what it was: disengagement, incident, …')
    .option('--drive <id>', 'on which drive; or name the vehicle')
    .option('--vehicle <id>', 'the vehicle that drove at that time')
    .option('--end <time>', 'its last moment, if it has a length')
    .option('--note <text>', 'for people')
    .option('--tenant <name>', 'whose drive')
    .option('--by <name>', 'who says so (default: who runs this)');
  const example = "pitlane event add --vehicle car-47 --time 2026-03-18T14:13:12Z --kind disengagement --note 'cut-in'";
  finish<EventFlags>(command, context, example, async ({ options, terminal, home, settings, json }) => {
    const { hintsOnNames } = await import('../node/unknown-names.ts');
    const { withNode } = await import('../wiring/with-node.ts');
    const { time, end: endTime, kind, note, drive: driveId, vehicle: vehicleId, tenant, by } = options;
    const event = { time, endTime, kind, note, driveId, vehicleId, tenant };
    const taken = await withNode({ home, settings, signal: context.signal }, async (node) => {
      const answer = await node.post<EventsTaken>('/v1/events', { events: [event], author: by ?? userInfo().username });
      const [refused] = answer.refused;
      if (!refused) return answer;
      const hints = await hintsOnNames(node, { drive: driveId, vehicle: vehicleId, tenant });
      throw new PitlaneError('not-found', [`it was not marked: ${refused.reason}`, ...hints].join('\n  '));
    });
    if (json) terminal.json(taken);
    else for (const marked of taken.events) terminal.print(`${marked.eventId} marked on ${marked.driveId}`);
    return Exit.done;
  });
}

function addImport(group: Command, context: CommandContext): void {
  const command = group
    .command('import')
    .argument('[file]', 'CSV with a head line, Parquet, or JSON')
    .description('take events from a file, or from the rows of a SELECT; the same again changes nothing')
    .option('--sql <select>', 'a rule: each row of this SELECT is an event')
    .option('--kind <word>', 'the kind of rows that name none')
    .option('--tenant <name>', 'whose drives, where rows do not say')
    .option('--by <name>', 'who says so (default: who runs this)')
    .addHelpText(
      'after',
      '\nColumns: id, drive or vehicle, time (or start, start_ns), end (or end_ns), kind, note; all others become labels.',
    );
  const example =
    "pitlane event import labels.csv --kind label\npitlane event import --kind silence --sql 'SELECT drive_id, start_ns, end_ns, topic FROM gaps WHERE seconds > 5'";
  finish<ImportFlags>(command, context, example, async (run, [file]) => {
    const { options, terminal, home, settings, json } = run;
    const { sql, kind, tenant, by } = options;
    if ((file === undefined) === (sql === undefined))
      throw new PitlaneError('bad-usage', 'name a file, or a SELECT with --sql');
    const { withNode } = await import('../wiring/with-node.ts');
    const { eventFromRow, readEventRows } = await import('../events/read-events.ts');
    const defaults = { ...(kind !== undefined && { kind }), ...(tenant !== undefined && { tenant }) };
    const taken = await withNode({ home, settings, signal: context.signal }, async (node) => {
      const rows = sql === undefined ? await readEventRows(run.path(file as string)) : await rowsOf(node, sql);
      const events = rows.map((row, at) => eventFromRow(row, defaults, `row ${at + 1}`));
      return sendAll(node, events, by ?? userInfo().username);
    });
    if (json) terminal.json(taken);
    else terminal.print(`${counted(taken.events.length, 'event')} taken`);
    for (const { index, reason } of taken.refused.slice(0, REFUSED_TOLD_MAX))
      terminal.say(`row ${index + 1} was left out: ${reason}`);
    const more = taken.refused.length - REFUSED_TOLD_MAX;
    if (more > 0) terminal.say(`and ${counted(more, 'more row')}`);
    return taken.refused.length > 0 ? Exit.failed : Exit.done;
  });
}

async function rowsOf(node: NodeClient, sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { rows, truncated } = await node.post<{
    rows: readonly Readonly<Record<string, unknown>>[];
    truncated: boolean;
  }>('/v1/sql', { sql });
  if (!truncated) return rows;
  throw new PitlaneError(
    'limit-exceeded',
    `the SELECT has more than ${rows.length} rows: take a part at a time, such as a month`,
  );
}

async function sendAll(node: NodeClient, events: readonly EventAsked[], author: string): Promise<EventsTaken> {
  const all: { events: EventsTaken['events'][number][]; refused: EventsTaken['refused'][number][]; isShown: boolean } =
    {
      events: [],
      refused: [],
      isShown: true,
    };
  for (let start = 0; start < events.length; start += EVENTS_AT_ONCE) {
    const part = await node.post<EventsTaken>('/v1/events', {
      events: events.slice(start, start + EVENTS_AT_ONCE),
      author,
    });
    all.events.push(...part.events);
    all.refused.push(...part.refused.map(({ index, reason }) => ({ index: start + index, reason })));
    all.isShown &&= part.isShown;
  }
  return all;
}

function addRemove(group: Command, context: CommandContext): void {
  const command = group
    .command('remove')
    .argument('<id>', 'as `event list` shows it')
    .description('take an event back; what was said of it stays in the store')
    .requiredOption('--drive <id>', 'the drive that it is of')
    .option('--tenant <name>', 'whose drive')
    .option('--by <name>', 'who says so (default: who runs this)');
  finish<RemoveFlags>(
    command,
    context,
    'pitlane event remove 3f9a1c07d2b4e680 --drive DRIVE',
    async (run, [id = '']) => {
      const { options, terminal, home, settings, json } = run;
      const { nearestDrive } = await import('../node/unknown-names.ts');
      const { withNode } = await import('../wiring/with-node.ts');
      const query = new URLSearchParams({ drive: options.drive, author: options.by ?? userInfo().username });
      if (options.tenant !== undefined) query.set('tenant', options.tenant);
      const removed = await withNode({ home, settings, signal: context.signal }, (node) =>
        nearestDrive(
          node,
          { drive: options.drive, tenant: options.tenant },
          node.delete<object>(`/v1/events/${encodeURIComponent(id)}?${query.toString()}`),
        ),
      );
      if (json) terminal.json(removed);
      else terminal.print(`${id} was taken back`);
      return Exit.done;
    },
  );
}
