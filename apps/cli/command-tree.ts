/** The commands as a tree, for who walks it: completion, the hints of mistakes, and the tests of help. */
import type { Command } from 'commander';

/** `dataset build`; of the program itself nothing. */
export function pathOf(command: Command): string {
  const names: string[] = [];
  for (let at: Command | null = command; at?.parent; at = at.parent) names.unshift(at.name());
  return names.join(' ');
}

/** What help shows below a command; not the help itself. */
export const shownCommands = (command: Command): Command[] =>
  command
    .createHelp()
    .visibleCommands(command)
    .filter((below) => command.commands.includes(below));

/** A command and all that is below it, depth first, in the order of help. */
export function* shownTree(command: Command): Generator<Command> {
  yield command;
  for (const below of shownCommands(command)) yield* shownTree(below);
}
