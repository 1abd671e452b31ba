/** `pitlane deadletters`: what landers set aside, why, and asking the garages for it again. */
import type { Command } from 'commander';
import {
  type CommandContext,
  commandGroup,
  type CommonOptions,
  Exit,
  finish,
  wholeNumber,
} from '../command-context.ts';
import type { Letter } from '../output/letter-text.ts';

interface ListFlags extends CommonOptions {
  readonly limit?: number;
}

interface ReplayFlags extends CommonOptions {
  readonly all?: boolean;
}

interface Listed {
  readonly deadletters: readonly Letter[];
}

const LIMIT_MAX = 2000;

export function deadlettersCommand(program: Command, context: CommandContext): void {
  const example = 'pitlane deadletters list\npitlane deadletters replay --all';
  const about = 'what landers set aside: list it, or ask for it again';
  const group = commandGroup(program, 'deadletters', about, example);
  addList(group, context);
  addReplay(group, context);
}

function addList(group: Command, context: CommandContext): void {
  const command = group
    .command('list')
    .description('the newest frames that were set aside, why, and whether their chunk has landed since')
    .option('--limit <n>', 'so many at most (default 100)', wholeNumber(1, LIMIT_MAX));
  finish<ListFlags>(
    command,
    context,
    'pitlane deadletters list',
    async ({ options, terminal, home, settings, json }) => {
      const { withNode } = await import('../wiring/with-node.ts');
      const answer = await withNode({ home, settings, signal: context.signal }, (node) =>
        node.get<Listed>('/v1/deadletters', { limit: options.limit }),
      );
      if (json) terminal.json(answer);
      else {
        const { letterText } = await import('../output/letter-text.ts');
        for (const letter of answer.deadletters) terminal.print(letterText(letter));
        const open = answer.deadletters.filter(({ landedSince }) => !landedSince).length;
        terminal.say(`${answer.deadletters.length} set aside, ${open} of them not landed since`);
      }
      return Exit.done;
    },
  );
}

function addReplay(group: Command, context: CommandContext): void {
  const command = group
    .command('replay')
    .argument('[ids...]', 'ids as `deadletters list` shows them')
    .option('--all', 'all whose chunk has not landed since')
    .description('ask the garages to send the chunks again; a garage does so while it has their drive docked');
  const examples = 'pitlane deadletters replay bulk/3/1042\npitlane deadletters replay --all';
  finish<ReplayFlags>(command, context, examples, async ({ options, terminal, home, settings, json }, ids) => {
    const { PitlaneError } = await import('@pitlane/base/errors');
    if (options.all !== true && ids.length === 0) {
      throw new PitlaneError(
        'bad-usage',
        'which ones? Name their ids, or --all: `pitlane deadletters list` shows them',
      );
    }
    const { withNode } = await import('../wiring/with-node.ts');
    const answer = await withNode({ home, settings, signal: context.signal }, async (node) => {
      const wanted =
        options.all === true ? await openIds(() => node.get('/v1/deadletters', { limit: LIMIT_MAX })) : ids;
      if (wanted.length === 0) return { asked: [], unknown: [] };
      return node.post<{ asked: string[]; unknown: string[] }>('/v1/deadletters/replay', { ids: wanted });
    });
    if (json) terminal.json(answer);
    else {
      for (const id of answer.asked) terminal.print(`${id} was asked for again`);
      for (const id of answer.unknown)
        terminal.print(`${id} was not: its frame could not be read, look at it in the log`);
      if (answer.asked.length + answer.unknown.length === 0) terminal.say('nothing to replay');
    }
    return answer.unknown.length > 0 && options.all !== true ? Exit.failed : Exit.done;
  });
}

async function openIds(list: () => Promise<Listed>): Promise<string[]> {
  const { deadletters } = await list();
  return deadletters.filter(({ landedSince, chunkId }) => !landedSince && chunkId !== null).map(({ id }) => id);
}
