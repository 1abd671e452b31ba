/** `pitlane generate`: a realistic drive, the same for the same seed. */
import type { Command } from 'commander';
import {
  type CommandContext,
  type CommonOptions,
  Exit,
  finish,
  positiveNumber,
  wholeNumber,
} from '../command-context.ts';

interface GenerateFlags extends CommonOptions {
  readonly out: string;
  readonly seed: number;
  readonly duration?: number;
  readonly vehicle: string;
  readonly size: string;
}

export function generateCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('generate')
    .description('write a realistic drive: cameras, lidar, vehicle, sidecar')
    .requiredOption('-o, --out <dir>', "the drive's folder; it must not hold a drive")
    .option('--seed <n>', 'another seed, another drive', wholeNumber(0, Number.MAX_SAFE_INTEGER), 1)
    .option('--duration <s>', 'seconds (default: as the size has it)', positiveNumber)
    .option('--vehicle <id>', 'the car', 'car-01')
    .option('--size <size>', 'small, medium or large', 'small');
  finish<GenerateFlags>(command, context, 'pitlane generate -o drive-1 --size medium --seed 7', async (run) => {
    const { options, terminal, json } = run;
    const { generateWithProgress } = await import('../output/generating.ts');
    const drive = await generateWithProgress(
      {
        outDir: run.path(options.out),
        seed: options.seed,
        vehicleId: options.vehicle,
        size: options.size as 'small',
        ...(options.duration !== undefined && { durationS: options.duration }),
      },
      context,
    );
    if (json) terminal.json({ ...drive, startTimeNs: undefined, startTime: String(drive.startTimeNs) });
    else {
      const { textFromBytes } = await import('@pitlane/base/units');
      const total = drive.files.reduce((sum, { bytes }) => sum + bytes, 0);
      terminal.print(
        `${drive.dir}: ${drive.files.length} files, ${textFromBytes(total)}, ${drive.durationS} s of ${drive.vehicleId}`,
      );
      terminal.say(`next: pitlane ingest ${options.out}`);
    }
    return Exit.done;
  });
}
