/** `pitlane plan`: what a number of cars and a link mean in hours and in backlog. */
import type { Command } from 'commander';
import {
  type CommandContext,
  type CommonOptions,
  Exit,
  finish,
  positiveNumber,
  wholeNumber,
} from '../command-context.ts';

interface PlanFlags extends CommonOptions {
  readonly cars: number;
  readonly gbPerCar: number;
  readonly link: number;
  readonly hours: number;
  readonly kept: number;
  readonly spool?: number;
}

const CARS_MAX = 1_000_000;

export function planCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('plan')
    .description('what a number of cars and a link mean in hours and in backlog')
    .requiredOption('--cars <n>', 'cars that come home in a day', wholeNumber(1, CARS_MAX))
    .requiredOption('--gb-per-car <gb>', 'what each brings in a day, GB', positiveNumber)
    .requiredOption('--link <mbit>', 'the link between garage and cloud, Mbit/s', positiveNumber)
    .option('--hours <h>', 'hours a day in which it may be used', positiveNumber, 24)
    .option(
      '--kept <share>',
      'what compression leaves of a byte: 0.8 where cameras are JPEG already',
      positiveNumber,
      0.8,
    )
    .option('--spool <tb>', "room on the garage's spool, TB", positiveNumber);
  const example = 'pitlane plan --cars 20 --gb-per-car 500 --link 10000 --hours 12 --spool 60';
  finish<PlanFlags>(command, context, example, async ({ options, terminal, json }) => {
    const { reckon } = await import('../planning/reckon.ts');
    const plan = reckon({
      cars: options.cars,
      bytesPerCar: options.gbPerCar * 1e9,
      linkBitsPerSecond: options.link * 1e6,
      hoursPerDay: options.hours,
      keptShare: options.kept,
      ...(options.spool !== undefined && { spoolBytes: options.spool * 1e12 }),
    });
    if (json) terminal.json(plan);
    else {
      const { planText } = await import('../planning/plan-text.ts');
      terminal.print(planText(plan));
    }
    return Exit.done;
  });
}
