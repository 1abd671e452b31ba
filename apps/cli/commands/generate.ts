/** `pitlane generate`: a realistic drive, the same for the same seed. */
import { type Command, Option } from 'commander';
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
    .description('write a realistic drive to try on: cameras, lidar, vehicle data')
    .requiredOption('-o, --out <dir>', 'the folder to write; it must not hold a drive yet')
    .option('--seed <n>', 'another seed, another drive', wholeNumber(0, Number.MAX_SAFE_INTEGER), 1)
    .option('--duration <s>', 'seconds (default: as the size has it)', positiveNumber)
    .option('--vehicle <id>', 'the car', 'car-01')
    .addOption(new Option('--size <size>', 'how much of it').choices(['small', 'medium', 'large']).default('small'));
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
      const { counted, textFromBytes } = await import('@pitlane/base/units');
      const total = drive.files.reduce((sum, { bytes }) => sum + bytes, 0);
      terminal.print(
        `${drive.dir}: ${counted(drive.files.length, 'file')}, ${textFromBytes(total)}, ${drive.durationS} s of ${drive.vehicleId}`,
      );
      const { homeFlag, shellWord } = await import('../output/shell-words.ts');
      terminal.say(`next: npx pitlane ingest ${shellWord(options.out)}${homeFlag(options.home)}`);
    }
    return Exit.done;
  });
}
