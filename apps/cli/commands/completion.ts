/** `pitlane completion`: the script that makes a shell complete commands, options and names; `complete` is what it asks. */
import { resolve } from 'node:path';
import { Argument, type Command } from 'commander';
import { type CommandContext, type CommonOptions, Exit, finish } from '../command-context.ts';
import type { NamesOf } from '../completion/offer-words.ts';
import { type Shell, SHELLS } from '../completion/shell-text.ts';

export function completionCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('completion')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .description('print a script that lets a shell complete commands, options, files and names of the catalog');
  const example = `source <(npx pitlane completion bash)                       # in ~/.bashrc
source <(npx pitlane completion zsh)                        # in ~/.zshrc`;
  finish<CommonOptions>(command, context, example, async ({ terminal, json }, [shell]) => {
    const { completionScript } = await import('../completion/shell-scripts.ts');
    const script = completionScript(shell as Shell, context.program);
    if (json) terminal.json({ shell, script });
    else terminal.print(script.trimEnd());
    return Exit.done;
  });
}

/** Asked by the scripts at every TAB: it starts no node, and says nothing on what is wrong. */
export function completeCommand(program: Command, context: CommandContext): void {
  program
    .command('complete', { hidden: true })
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .argument('[words...]', 'what stands behind the name of the program, up to where it is being written')
    .action(async (shell: Shell, pieces: readonly string[]) => {
      const { offerWords } = await import('../completion/offer-words.ts');
      const { forBash, linesOf, wordsFromBash } = await import('../completion/shell-text.ts');
      if (shell === 'zsh') {
        for (const line of linesOf(await offerWords(program, pieces, namesFrom(context)))) context.terminal.print(line);
        return;
      }
      const { words, before } = wordsFromBash(pieces);
      const offer = await offerWords(program, words, namesFrom(context));
      for (const line of linesOf(forBash(offer, pieces.at(-1) ?? '', before))) context.terminal.print(line);
    });
}

const namesFrom =
  (context: CommandContext): NamesOf =>
  async (kind, prefix, line) => {
    const { catalogNames } = await import('../completion/catalog-names.ts');
    try {
      const { home, catalog } = context.settings({ home: line.values.get('home') });
      return await catalogNames({ home: resolve(context.cwd, home), catalog }, kind, prefix, line);
    } catch {
      return []; // settings that are wrong are told by the command itself
    }
  };
