/** `pitlane export`: a slice of a drive as one indexed MCAP file, in order. */
import type { Command } from 'commander';
import { sayUnfinished } from '../output/unfinished.ts';
import { type CommandContext, type CommonOptions, Exit, finish } from '../command-context.ts';

interface ExportFlags extends CommonOptions {
  readonly out: string;
  readonly topics?: string;
  readonly start?: string;
  readonly end?: string;
  readonly lastPerChannel?: boolean;
  readonly preview?: boolean;
  readonly tenant?: string;
}

interface ExportAnswer {
  readonly messages: number;
  readonly bytes: number;
  readonly requests: number;
  readonly driveState: string;
}

export function exportCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('export')
    .argument('<drive>', 'a drive id')
    .description('write a drive, or a part of it, as one MCAP file in order of time')
    .requiredOption('-o, --out <file>', 'the file to write; it must not exist')
    .option('--topics <globs>', 'only these topics, such as "/imu,/camera/*"')
    .option('--start <time>', 'from here on: nanoseconds since 1970, or RFC 3339')
    .option('--end <time>', 'before this time: likewise')
    .option('--last-per-channel', 'also the last message of each channel before the start; needs --start')
    .option('--preview', 'its previews instead: a few small frames and thinned topics, there within seconds of docking')
    .option('--tenant <name>', 'whose drive, where several have one of this id');
  const example =
    "pitlane export DRIVE -o drive.mcap\npitlane export DRIVE --preview -o preview.mcap\npitlane export DRIVE -o cut.mcap --topics '/imu,/camera/*' --start 2026-03-03T08:00:00Z";
  finish<ExportFlags>(command, context, example, async (run, [driveId]) => {
    const { options, terminal, home, settings, json } = run;
    const out = run.path(options.out);
    const { withNode } = await import('../wiring/with-node.ts');
    const { followTask } = await import('../node/follow-task.ts');
    const { start, end, tenant, lastPerChannel, preview } = options;
    const topics = options.topics?.split(',').map((glob) => glob.trim());
    const body = {
      driveId,
      tenant,
      out,
      topics: topics?.filter((glob) => glob !== ''),
      start,
      end,
      lastPerChannel,
      preview,
    };
    const answer = await withNode({ home, settings, signal: context.signal, shares: true }, (node) =>
      followTask<ExportAnswer>(node, 'export', body, terminal),
    );
    if (json) terminal.json(answer);
    else {
      const { counted, textFromBytes } = await import('@pitlane/base/units');
      const { messages, bytes, requests } = answer;
      terminal.print(
        `${out}: ${counted(messages, 'message')}, ${textFromBytes(bytes)}, read in ${counted(requests, 'request')}`,
      );
    }
    // A preview is there long before its drive.
    if (preview) return Exit.done;
    return sayUnfinished(driveId as string, answer.driveState, terminal);
  });
}
