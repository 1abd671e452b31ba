/** `pitlane board`: a link that opens the board of the node that runs, for somebody who may act there. */
import type { Command } from 'commander';
import { PitlaneError } from '@pitlane/base/errors';
import { type CommandContext, type CommonOptions, Exit, finish } from '../command-context.ts';

interface BoardFlags extends CommonOptions {
  readonly path: string;
  readonly open?: boolean;
}

export function boardCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('board')
    .description('a link to the board, good once and for a minute, with which a browser may act and not only read')
    .option('--path <path>', 'the page to open', '/board')
    .option('--open', 'open it in the browser of this machine');
  const example = 'pitlane board --open';
  finish<BoardFlags>(command, context, example, async ({ options, terminal, home, json }) => {
    const { path, open = false } = options;
    if (!/^\/(?![/\\])[^#\s]*$/.test(path)) {
      throw new PitlaneError('bad-usage', `${JSON.stringify(path)} is no path of a page: give one such as /board`);
    }
    const { runningNode } = await import('../wiring/with-node.ts');
    const { NodeClient } = await import('../node/node-client.ts');
    const address = await runningNode(home);
    if (!address?.stays) {
      throw new PitlaneError('unavailable', `no node with pages runs on ${home}: start it with \`npx pitlane up\``);
    }
    const node = new NodeClient(address, context.signal);
    const { code, expiresAt } = await node.post<{ code: string; expiresAt: string }>('/v1/session/codes', {});
    // Behind the #, which no browser sends and no log has.
    const url = `${address.url}${path}#code=${code}`;
    if (open) {
      const { openPage } = await import('../output/open-page.ts');
      await openPage(url, home);
    }
    if (json) terminal.json({ url, expiresAt });
    else terminal.print(url);
    terminal.say('it opens one session, within a minute; whoever has it may act at the board for twelve hours');
    return Exit.done;
  });
}
