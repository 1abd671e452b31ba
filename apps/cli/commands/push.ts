/** `pitlane push`: sends logs to a garage over the network, and goes on where it was when it is run again. */
import type { Command } from 'commander';
import { type CommandContext, type CommonOptions, finish } from '../command-context.ts';

interface PushFlags extends CommonOptions {
  readonly to: string;
  readonly vehicle?: string;
  readonly drive?: string;
  readonly tokenFile?: string;
}

const EXAMPLE = `pitlane push drive-1 --to http://garage-1:7420 --vehicle car-47 --token-file ~/garage-token
pitlane push cameras.mcap --to http://127.0.0.1:7420 --vehicle car-47 --drive friday --json`;

export function pushCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('push')
    .argument('<path>', 'a file, or a folder whose files are one drive')
    .description('send logs to a garage over the network; run again it goes on where it was')
    .requiredOption('--to <url>', 'the garage')
    .option('--vehicle <id>', 'the car (default: as pitlane.drive.json has it)')
    .option('--drive <name>', 'a name for what belongs together (default: made of the path and what lies there)')
    .option('--token-file <file>', "the file that holds the garage's token (default: that of this home's own node)");
  finish<PushFlags>(command, context, EXAMPLE, async (run, [given = '']) => {
    const { terminal, home, json, options } = run;
    const { driveNameOf, filesToPush, vehicleOf } = await import('../push/files-to-push.ts');
    const { remoteGarage } = await import('../push/remote-garage.ts');
    const { pushFiles } = await import('../push/push-files.ts');
    const { exitCodeOfPush, printPushed, PushProgressView } = await import('../output/push-report.ts');
    const path = run.path(given);
    const { files, skipped } = await filesToPush(path);
    const vehicleId = await vehicleOf(files, options.vehicle);
    const drive = options.drive ?? driveNameOf(path, files);
    const tokenFile = options.tokenFile === undefined ? undefined : run.path(options.tokenFile);
    const garage = remoteGarage({ url: options.to, tokenFile, home, signal: context.signal });
    const view = new PushProgressView(terminal, files);
    const onProgress = (filename: string, bytesSent: number): void => view.sent(filename, bytesSent);
    const asked = { files, vehicleId, drive };
    const pushed = await pushFiles(asked, garage, onProgress, context.signal).finally(() => view.clear());
    if (json) terminal.json({ vehicleId, drive, ...pushed, skipped });
    else printPushed({ ...asked, ...pushed, skipped, to: options.to }, terminal);
    return exitCodeOfPush(pushed);
  });
}
