/** `pitlane replay`: messages of a drive in order, at a pace, as lines, as MCAP, for a viewer, or as their digest. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  type CommandContext,
  type CommonOptions,
  finish,
  globList,
  positiveNumber,
  wholeNumber,
} from '../command-context.ts';

export interface ReplayFlags extends CommonOptions {
  readonly speed?: number;
  readonly topics?: readonly string[];
  readonly start?: string;
  readonly end?: string;
  readonly primer?: string;
  readonly tenant?: string;
  readonly out?: string;
  readonly format?: 'ndjson' | 'mcap';
  readonly digest?: boolean;
  readonly loop?: boolean;
  readonly clock?: number | true;
  readonly gapMax?: number;
  readonly missing?: 'wait' | 'skip' | 'fail';
  readonly control?: boolean;
  readonly serve?: boolean;
  readonly host?: string;
  readonly servePort?: number;
  readonly allowOrigin?: readonly string[];
  readonly tokenFile?: string;
  readonly slowClients?: 'wait' | 'drop';
}

const EXAMPLE = `pitlane replay DRIVE --topics '/imu,/gps' --speed 2 | my-program
pitlane replay DRIVE --speed max --digest
pitlane replay DRIVE --serve                             # then open ws://127.0.0.1:8765 in Foxglove
pitlane replay DRIVE --format mcap -o - --speed max | mcap info /dev/stdin`;

export function replayCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('replay')
    .argument('<drive>', 'a drive id')
    .description('play the messages of a drive in their order, at a pace or as fast as possible')
    .option('--speed <n>', 'times real time, or max (default: 1, and max for a digest alone)', speedOf)
    .option('--topics <globs>', 'only these topics, such as "/imu,/camera/*"', globList)
    .option('--start <time>', 'from here on: nanoseconds since 1970, or RFC 3339')
    .option('--end <time>', 'before this time: likewise')
    .addOption(
      new Option(
        '--primer <what>',
        'first the state before the start; last is the last message per channel; with --serve and --control all, and after each seek',
      ).choices(['none', 'last', 'state', 'all']),
    )
    .option('--tenant <name>', 'whose drive, where several have one of this id')
    .option('-o, --out <file>', 'where to; - is stdout (default: -, and nowhere for a digest alone)')
    .addOption(
      new Option('--format <name>', 'ndjson, the default, is a line of JSON a message').choices(['ndjson', 'mcap']),
    )
    .option('--digest', 'tell the SHA-256 over all messages in their order')
    .option('--loop', 'begin again at the end, until stopped')
    .option('--clock [hz]', 'with messages on /clock, so many a second of the drive (40)', positiveNumber)
    .option('--gap-max <s>', 'jump over a silence of all topics that would last longer (600)', positiveNumber)
    .addOption(
      new Option('--missing <how>', 'what is on the way or lost; skip without it').choices(['wait', 'skip', 'fail']),
    )
    .option('--control', 'take commands as lines on stdin: pause, resume, step [N], seek TIME, speed N')
    .option('--serve', 'let Foxglove and others watch, over the Foxglove WebSocket protocol')
    .option('--serve-port <n>', 'where it listens (default: 8765)', wholeNumber(0, 65_535))
    .option('--host <address>', 'beyond 127.0.0.1; then --token-file is needed')
    .option('--token-file <file>', 'whoever watches gives the token in it, as ?token=… in the address')
    .option('--allow-origin <urls>', 'pages of other sites that may watch, such as "https://app.foxglove.dev"', listOf)
    .addOption(
      new Option(
        '--slow-clients <how>',
        'wait, the default, slows all together; drop drops messages of the slow one',
      ).choices(['wait', 'drop']),
    );
  finish<ReplayFlags>(command, context, EXAMPLE, async (run, [driveId]) => {
    const { replayDrive } = await import('../replay/replay-drive.ts');
    return replayDrive(run, driveId as string);
  });
}

function speedOf(text: string): number {
  if (text === 'max') return Number.POSITIVE_INFINITY;
  const speed = positiveNumber(text);
  if (speed >= 0.001 && speed <= 10_000) return speed;
  throw new InvalidArgumentError('expected max, or a number from 0.001 to 10000');
}

const listOf = (text: string): readonly string[] =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
