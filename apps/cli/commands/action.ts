/** `pitlane action`: what people asked the garage for at its board, and taking it back in time. */
import type { Command } from 'commander';
import {
  type CommandContext,
  commandGroup,
  type CommonOptions,
  Exit,
  finish,
  wholeNumber,
} from '../command-context.ts';
import { shown } from '../output/terminal.ts';

interface ListFlags extends CommonOptions {
  readonly limit?: number;
}

interface ShownAction {
  readonly actionId: string;
  readonly state: string;
  readonly text: string;
  readonly author: string | null;
  readonly askedAt: string;
  readonly error: string | null;
}

export function actionCommand(program: Command, context: CommandContext): void {
  const example = 'pitlane action list\npitlane action undo action-1f3a9c0d5b7e2468';
  const group = commandGroup(program, 'action', 'what people asked the garage for at its board', example);
  addList(group, context);
  addUndo(group, context);
}

function addList(group: Command, context: CommandContext): void {
  const command = group
    .command('list')
    .description('what was asked for and what came of it, the newest first')
    .option('--limit <n>', 'how many (default 100)', wholeNumber(1, 2000));
  finish<ListFlags>(command, context, 'pitlane action list --limit 20', async (run) => {
    const { options, terminal, home, settings, json } = run;
    const { withNode } = await import('../wiring/with-node.ts');
    const answer = await withNode({ home, settings, signal: context.signal }, (node) =>
      node.get<{ readonly actions: readonly ShownAction[] }>('/v1/garage/actions', { limit: options.limit }),
    );
    if (json) terminal.json(answer);
    else {
      const { textFromTimeNs } = await import('@pitlane/base/time');
      for (const action of answer.actions) terminal.print(lineOf(action, textFromTimeNs(BigInt(action.askedAt))));
    }
    if (answer.actions.length === 0) terminal.say('nobody has asked for anything');
    return Exit.done;
  });
}

function lineOf({ actionId, state, text, author, error }: ShownAction, time: string): string {
  const who = author === null ? '' : `  ${shown(author)}`;
  return `${time}  ${actionId}  ${state}${who}  ${shown(text)}${error === null ? '' : `: ${shown(error)}`}`;
}

function addUndo(group: Command, context: CommandContext): void {
  const command = group
    .command('undo')
    .argument('<id>', 'as `action list` shows it')
    .description('take back what is not due yet: ten seconds after it was asked for it is carried out');
  const example = 'pitlane action undo action-1f3a9c0d5b7e2468';
  finish<CommonOptions>(command, context, example, async ({ terminal, home, settings, json }, [actionId = '']) => {
    const { withNode } = await import('../wiring/with-node.ts');
    const action = await withNode({ home, settings, signal: context.signal }, (node) =>
      node.delete<ShownAction>(`/v1/garage/actions/${encodeURIComponent(actionId)}`),
    );
    if (json) terminal.json(action);
    else terminal.print(`${action.actionId} was taken back: ${shown(action.text)}`);
    return Exit.done;
  });
}
