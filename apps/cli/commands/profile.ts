/** `pitlane profile`: learn what a vehicle's drives have, and check what was written down by hand. */
import type { Command } from 'commander';
import { counted } from '@pitlane/base/units';
import {
  type CommandContext,
  commandGroup,
  type CommonOptions,
  Exit,
  finish,
  positiveNumber,
  wholeNumber,
} from '../command-context.ts';
import { shown } from '../output/terminal.ts';

interface LearnFlags extends CommonOptions {
  readonly vehicle: string;
  readonly type?: string;
  readonly drives: number;
  readonly present: number;
  readonly tenant?: string;
  readonly output: string;
}

const DRIVES_MAX = 1000;

export function profileCommand(program: Command, context: CommandContext): void {
  const example = 'pitlane profile learn --vehicle 47 -o shuttle.json\npitlane profile check shuttle.json';
  const about = 'profiles of vehicle types, by which drives are judged: learn or check one';
  const group = commandGroup(program, 'profile', about, example);
  addLearn(group, context);
  addCheck(group, context);
}

function addLearn(group: Command, context: CommandContext): void {
  const command = group
    .command('learn')
    .description('write a profile from what the past drives of a vehicle have: topics, rates as medians')
    .requiredOption('--vehicle <id>', 'the car to learn from')
    .requiredOption('-o, --output <file>', 'where the profile goes; the folder `profiles` of the home makes it count')
    .option('--type <name>', 'what the type is called (default: as the vehicle)')
    .option('--drives <n>', 'from so many of its newest drives', wholeNumber(1, DRIVES_MAX), 10)
    .option('--present <share>', 'a topic in this share of them is required', positiveNumber, 0.8)
    .option('--tenant <name>', 'only this tenant');
  const example = 'pitlane profile learn --vehicle 47 --drives 20 -o .pitlane/profiles/shuttle.json';
  finish<LearnFlags>(command, context, example, async (run) => {
    const { options, terminal, home, settings, json } = run;
    const { withNode } = await import('../wiring/with-node.ts');
    const { pastDrives } = await import('../judging/past-drives.ts');
    const { learnProfile } = await import('@pitlane/stages/50-judge');
    const { writeProfile } = await import('../judging/write-profile.ts');
    const { vehicle: vehicleId, drives: drivesMax, tenant } = options;
    const drives = await withNode({ home, settings, signal: context.signal }, (node) =>
      pastDrives(node, { vehicleId, drivesMax, tenant }),
    );
    const presentShare = Math.min(1, options.present);
    const profile = learnProfile(drives, { vehicleId, vehicleType: options.type ?? vehicleId, presentShare });
    const file = run.path(options.output);
    await writeProfile(file, profile);
    if (json) terminal.json({ file, drives: drives.map(({ driveId }) => driveId), profile });
    else {
      const rated = profile.topics.filter(({ rateHz }) => rateHz !== undefined).length;
      terminal.print(
        `${shown(file)}: ${counted(profile.topics.length, 'topic')}, ${rated} with a rate, from ${counted(drives.length, 'drive')}`,
      );
      terminal.say('read it over: add hints for the technician, and take out what nobody would miss');
    }
    return Exit.done;
  });
}

function addCheck(group: Command, context: CommandContext): void {
  const command = group
    .command('check')
    .argument('<file>', 'a profile')
    .description('say whether a profile can be used, or all that is wrong with it');
  finish(command, context, 'pitlane profile check shuttle.json', async (run, [file = '']) => {
    const { terminal, json } = run;
    const { readProfile } = await import('../wiring/judging.ts');
    const profile = await readProfile(run.path(file));
    if (json) terminal.json({ profile });
    else
      terminal.print(
        `${shown(file)}: the profile of ${shown(profile.vehicleType)}, ${counted(profile.topics.length, 'entry', 'entries')} for topics, of vehicles ${profile.vehicles.map(shown).join(', ') || 'that are labelled so'}`,
      );
    return Exit.done;
  });
}
