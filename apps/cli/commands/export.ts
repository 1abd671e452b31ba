/** `pitlane export`: a slice of a drive as one file in order, indexed MCAP or lines of JSON. */
import { PitlaneError } from '@pitlane/base/errors';
import { type Command, Option } from 'commander';
import { type CommandContext, type CommonOptions, Exit, finish, type Run } from '../command-context.ts';
import type { NodeClient } from '../node/node-client.ts';
import { sayUnfinished } from '../output/unfinished.ts';

interface ExportFlags extends CommonOptions {
  readonly out: string;
  readonly topics?: string;
  readonly start?: string;
  readonly end?: string;
  readonly format?: 'mcap' | 'ndjson';
  readonly primer?: 'none' | 'last' | 'state' | 'all';
  readonly lastPerChannel?: boolean;
  readonly preview?: boolean;
  readonly tenant?: string;
}

interface ExportAnswer {
  readonly messages: number;
  readonly bytes: number;
  readonly requests: number;
  readonly driveState: string;
  /** Runs of the topics that are not in it. */
  readonly missing: number;
}

const STDOUT = '-';

export function exportCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('export')
    .argument('<drive>', 'a drive id')
    .description('write a drive, or a part of it, as one file in order of time')
    .requiredOption('-o, --out <file>', 'the file to write, which must not exist; "-" for standard output')
    .option('--topics <globs>', 'only these topics, such as "/imu,/camera/*"')
    .option('--start <time>', 'from here on: nanoseconds since 1970, or RFC 3339')
    .option('--end <time>', 'before this time: likewise')
    .addOption(
      new Option('--format <format>', 'without it, what the name of the file says, or mcap').choices([
        'mcap',
        'ndjson',
      ]),
    )
    .addOption(
      new Option(
        '--primer <what>',
        'what of the time before the start comes first: "last", the last message of each channel; "state", that of latched topics, static transforms and calibrations; "all", both',
      ).choices(['none', 'last', 'state', 'all']),
    )
    .option('--last-per-channel', 'the same as --primer last')
    .option('--preview', 'its previews instead: a few small frames and thinned topics, there within seconds of docking')
    .option('--tenant <name>', 'whose drive, where several have one of this id');
  const example = `pitlane export DRIVE -o drive.mcap
pitlane export DRIVE --preview -o preview.mcap
pitlane export DRIVE -o cut.mcap --topics '/imu,/camera/*' --start 2026-03-03T08:00:00Z --primer all
pitlane export DRIVE -o - --format ndjson --topics /imu | head`;
  finish<ExportFlags>(command, context, example, async (run, [driveId = '']) => {
    const { withNode } = await import('../wiring/with-node.ts');
    const { home, settings, terminal } = run;
    const answer = await withNode({ home, settings, signal: context.signal, shares: true }, (node) =>
      run.options.out === STDOUT ? toStdout(run, node, driveId) : toFile(run, node, driveId),
    );
    if (answer.missing > 0) {
      terminal.say(`${answer.missing} runs of these topics are missing in it: \`pitlane coverage --drive ${driveId}\``);
    }
    // A preview is there long before its drive.
    if (run.options.preview) return Exit.done;
    return sayUnfinished(driveId, answer.driveState, terminal);
  });
}

async function toFile(run: Run<ExportFlags>, node: NodeClient, driveId: string) {
  const { options, terminal, json } = run;
  const { followTask } = await import('../node/follow-task.ts');
  const out = run.path(options.out);
  const { start, end, tenant, preview } = options;
  const topics = options.topics?.split(',').map((glob) => glob.trim());
  const selected = { topics: topics?.filter((glob) => glob !== ''), start, end, primer: primerOf(options) };
  const body = { driveId, tenant, out, format: formatOf(options), preview, ...selected };
  const answer = await followTask<ExportAnswer>(node, 'export', body, terminal);
  if (json) terminal.json(answer);
  else {
    const { counted, textFromBytes } = await import('@pitlane/base/units');
    const { messages, bytes, requests } = answer;
    terminal.print(
      `${out}: ${counted(messages, 'message')}, ${textFromBytes(bytes)}, read in ${counted(requests, 'request')}`,
    );
  }
  return answer;
}

/** The bytes alone go to standard output, as fast as they are taken there. */
async function toStdout({ options, terminal }: Run<ExportFlags>, node: NodeClient, drive: string) {
  const { DownloadView } = await import('../output/download-view.ts');
  const { partsOf, toStandardOutput } = await import('../output/file-out.ts');
  const { topics, start, end, tenant } = options;
  if (options.preview) throw new PitlaneError('bad-usage', 'previews go into a file: name one with -o');
  const query = { drive, topics, start, end, tenant, primer: primerOf(options), format: formatOf(options) };
  const answer = await node.download('/v1/slice', query);
  const view = new DownloadView(terminal);
  await toStandardOutput(view.watching(partsOf(answer)), 'the export').finally(() => view.clear());
  const { headers } = answer;
  return {
    driveState: headers.get('pitlane-drive-state') ?? '',
    missing: Number(headers.get('pitlane-slice-missing') ?? 0),
  };
}

const primerOf = ({ primer, lastPerChannel }: ExportFlags): ExportFlags['primer'] =>
  primer ?? (lastPerChannel ? 'last' : undefined);

const formatOf = ({ format, out }: ExportFlags): 'mcap' | 'ndjson' =>
  format ?? (/\.(?:ndjson|jsonl)$/i.test(out) ? 'ndjson' : 'mcap');
