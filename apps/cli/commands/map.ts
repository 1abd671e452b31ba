/** `pitlane map`: who passed where, and tracks for maps. */
import { type Command, Option } from 'commander';
import {
  type CommandContext,
  commandGroup,
  type CommonOptions,
  Exit,
  finish,
  positiveNumber,
  type Run,
  wholeNumber,
} from '../command-context.ts';
import type { MapFormat } from '../maps/write-tracks.ts';
import type { ShownPass } from '../output/pass-table.ts';

interface PlaceFlags extends CommonOptions {
  readonly bbox?: string;
  readonly near?: string;
  readonly polygon?: string;
  readonly drive?: string;
  readonly vehicle?: string;
  readonly tenant?: string;
  readonly start?: string;
  readonly end?: string;
}

interface PassFlags extends PlaceFlags {
  readonly heading?: string;
  readonly speedBelow?: number;
  readonly speedAbove?: number;
  readonly with?: string;
  readonly limit?: number;
  readonly cursor?: string;
}

interface Passes {
  readonly passes: readonly ShownPass[];
  readonly next: string | null;
}

interface ExportFlags extends PlaceFlags {
  readonly format: MapFormat;
  readonly out: string;
}

export function mapCommand(program: Command, context: CommandContext): void {
  const example = `pitlane map passes --near 48.7758,9.1829,50
pitlane map export --format geojson -o tracks.geojson`;
  const about = 'where vehicles were: passes through a place, and tracks for maps';
  const group = commandGroup(program, 'map', about, example);
  addPasses(group, context);
  addExport(group, context);
}

const placeOptions = (command: Command): Command =>
  command
    .option('--polygon <file>', 'in these polygons: a GeoJSON file')
    .option('--bbox <w,s,e,n>', 'in this box, in degrees; west greater than east spans the antimeridian')
    .option('--near <lat,lon,m>', 'around this place, so many metres')
    .option('--drive <id>', 'only this drive')
    .option('--vehicle <id>', 'only this vehicle')
    .option('--tenant <name>', 'only this tenant')
    .option('--start <time>', 'from here on, by log time: nanoseconds since 1970, or RFC 3339')
    .option('--end <time>', 'before this time: likewise');

async function placeBody(run: Run<PlaceFlags>): Promise<object> {
  const { options } = run;
  const { bbox, near, drive, vehicle, tenant, start, end } = options;
  const { readPolygon } = await import('../maps/read-polygon.ts');
  const polygon = options.polygon === undefined ? undefined : await readPolygon(run.path(options.polygon));
  return { bbox, near, polygon, drive, vehicle, tenant, start, end };
}

function addPasses(group: Command, context: CommandContext): void {
  const command = placeOptions(
    group.command('passes').description('list every pass through a place: who, when, which way, how fast'),
  )
    .option('--heading <way>', 'only passes that way: north, southwest, …, or degrees clockwise such as 350-20')
    .option('--speed-below <km/h>', 'only slower ones', positiveNumber)
    .option('--speed-above <km/h>', 'only faster ones', positiveNumber)
    .option('--with <globs>', 'only where of each of these a topic is landed, such as "/lidar/*"')
    .option('--limit <n>', 'so many rows at most (default 100)', wholeNumber(1, 2000))
    .option('--cursor <text>', 'the next page: what the page before gave as "next"');
  const example = `pitlane map passes --polygon crossing.geojson --heading north --speed-below 30 --with '/lidar/*'
pitlane map passes --near 48.7758,9.1829,50 --start 2026-03-03T00:00:00Z --json`;
  finish<PassFlags>(command, context, example, async (run) => {
    const { terminal, home, settings, json, options } = run;
    const { heading, speedBelow, speedAbove, with: globs, limit, cursor } = options;
    const body = { ...(await placeBody(run)), heading, speedBelow, speedAbove, with: globs, limit, cursor };
    const { withNode } = await import('../wiring/with-node.ts');
    const answer = await withNode({ home, settings, signal: context.signal }, async (node) => {
      const found = await node.post<Passes>('/v1/trajectories', body);
      if (found.passes.length > 0 || cursor !== undefined) return found;
      const { drive, vehicle, tenant } = options;
      const { hintsOnNames } = await import('../node/unknown-names.ts');
      for (const hint of await hintsOnNames(node, { drive, vehicle, tenant })) terminal.say(`hint: ${hint}`);
      return found;
    });
    if (json) terminal.json(answer);
    else {
      const { passTable } = await import('../output/pass-table.ts');
      const { counted } = await import('@pitlane/base/units');
      terminal.print(passTable(answer.passes, terminal));
      const next = answer.next === null ? '' : `; more: --cursor ${answer.next}`;
      terminal.say(`${counted(answer.passes.length, 'pass', 'passes')}${next}`);
    }
    return Exit.done;
  });
}

function addExport(group: Command, context: CommandContext): void {
  const command = placeOptions(
    group
      .command('export')
      .description('write tracks to a file for maps, with what is known of each and the chunks beside it')
      .addOption(new Option('--format <name>', 'of the file').choices(['geojson', 'geoparquet']).makeOptionMandatory())
      .requiredOption('-o, --out <file>', 'the file to write; it must not exist'),
  );
  const example = `pitlane map export --format geojson -o tracks.geojson --drive DRIVE
pitlane map export --format geoparquet -o north.parquet --bbox 9.1,48.7,9.3,48.9`;
  finish<ExportFlags>(command, context, example, async (run) => {
    const { terminal, home, settings, json, options } = run;
    const { writeTracks } = await import('../maps/write-tracks.ts');
    const { Rewritten } = await import('../output/rewritten.ts');
    const { Pace, stepsASecond } = await import('../output/pace.ts');
    const { counted, textFromBytes } = await import('@pitlane/base/units');
    const [lines, pace] = [new Rewritten(terminal), new Pace(stepsASecond('track'))];
    const [format, out, body] = [options.format, run.path(options.out), await placeBody(run)];
    const { withNode } = await import('../wiring/with-node.ts');
    const answer = await withNode({ home, settings, signal: context.signal }, (node) =>
      writeTracks(format, out, node.lines('/v1/trajectories/export', body), (tracks) => {
        lines.show([[counted(tracks, 'track'), ...pace.facts(tracks)].join('  ')]);
      }),
    ).finally(() => lines.clear());
    if (json) terminal.json(answer);
    else {
      terminal.print(`${out}: ${counted(answer.tracks, 'track')}, ${textFromBytes(answer.bytes)}`);
    }
    return Exit.done;
  });
}
