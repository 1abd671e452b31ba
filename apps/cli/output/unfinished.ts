/** Says so when a drive was asked for that is not landed whole: what came out is less than the car wrote. */
import { Exit, type ExitCode } from '../exit-codes.ts';
import type { Terminal } from './terminal.ts';

export const isWhole = (driveState: string): boolean => driveState === 'receipted' || driveState === 'retired';

export function sayUnfinished(driveId: string, driveState: string, terminal: Terminal): ExitCode {
  if (isWhole(driveState)) return Exit.done;
  terminal.say(
    `${driveId} is ${driveState}: not all of it is landed, and this holds what is. Ingest it again to go on.`,
  );
  return Exit.unfinished;
}
