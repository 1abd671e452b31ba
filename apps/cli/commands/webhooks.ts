/** `pitlane webhooks`: programs that are told what happens in the garage, what they have not taken, and trying them. */
import type { Command } from 'commander';
import {
  type CommandContext,
  commandGroup,
  type CommonOptions,
  Exit,
  finish,
  wholeNumber,
} from '../command-context.ts';
import type { ShownDelivery, ShownReceiver, ShownTest } from '../output/webhook-text.ts';

interface ListFlags extends CommonOptions {
  readonly limit?: number;
}

interface ReplayFlags extends CommonOptions {
  readonly all?: boolean;
}

interface Listed {
  readonly receivers: readonly ShownReceiver[];
  readonly deliveries: readonly ShownDelivery[];
}

const LIMIT_MAX = 2000;
const NOBODY = 'nobody is told: PITLANE_WEBHOOK_URLS names who is';

export function webhooksCommand(program: Command, context: CommandContext): void {
  const example = 'pitlane webhooks list\npitlane webhooks test';
  const about = 'programs that are told what happens: what they have not taken, sending it again, trying them';
  const group = commandGroup(program, 'webhooks', about, example);
  addList(group, context);
  addReplay(group, context);
  addTest(group, context);
}

function addList(group: Command, context: CommandContext): void {
  const command = group
    .command('list')
    .description('who is told, and what waits or is parked for each, oldest first, with the reason')
    .option('--limit <n>', 'so many at most (default 100)', wholeNumber(1, LIMIT_MAX));
  finish<ListFlags>(command, context, 'pitlane webhooks list', async ({ options, terminal, home, settings, json }) => {
    const { withNode } = await import('../wiring/with-node.ts');
    const answer = await withNode({ home, settings, signal: context.signal }, (node) =>
      node.get<Listed>('/v1/garage/webhooks', { limit: options.limit }),
    );
    if (json) terminal.json(answer);
    else {
      const { deliveryText, receiverText } = await import('../output/webhook-text.ts');
      for (const receiver of answer.receivers) terminal.print(receiverText(receiver));
      for (const delivery of answer.deliveries) terminal.print(deliveryText(delivery));
      if (answer.receivers.length === 0) terminal.say(NOBODY);
    }
    return Exit.done;
  });
}

function addReplay(group: Command, context: CommandContext): void {
  const command = group
    .command('replay')
    .argument('[ids...]', 'ids of events, as `webhooks list` shows them')
    .option('--all', 'everything that is parked')
    .description('send parked events again: they wait as if never tried');
  const examples = `pitlane webhooks replay ${'1f3a9c0d'.repeat(2)}…\npitlane webhooks replay --all`;
  finish<ReplayFlags>(command, context, examples, async ({ options, terminal, home, settings, json }, ids) => {
    const { PitlaneError } = await import('@pitlane/base/errors');
    if ((options.all === true) === ids.length > 0) {
      throw new PitlaneError('bad-usage', 'which ones? Name their ids, or --all: `pitlane webhooks list` shows them');
    }
    const { withNode } = await import('../wiring/with-node.ts');
    const answer = await withNode({ home, settings, signal: context.signal }, (node) =>
      node.post<{ replayed: number }>('/v1/garage/webhooks/replay', options.all === true ? {} : { ids }),
    );
    if (json) terminal.json(answer);
    else terminal.print(`${answer.replayed} sent again`);
    return answer.replayed === 0 && options.all !== true ? Exit.failed : Exit.done;
  });
}

function addTest(group: Command, context: CommandContext): void {
  const command = group
    .command('test')
    .description('send a signed test event to each receiver, and say what came back');
  finish<CommonOptions>(command, context, 'pitlane webhooks test', async ({ terminal, home, settings, json }) => {
    const { withNode } = await import('../wiring/with-node.ts');
    const answer = await withNode({ home, settings, signal: context.signal, makes: true }, (node) =>
      node.post<{ results: readonly ShownTest[] }>('/v1/garage/webhooks/test', {}),
    );
    if (json) terminal.json(answer);
    else {
      const { testText } = await import('../output/webhook-text.ts');
      for (const result of answer.results) terminal.print(testText(result));
      if (answer.results.length === 0) terminal.say(NOBODY);
    }
    return answer.results.length > 0 && answer.results.every(({ ok }) => ok) ? Exit.done : Exit.failed;
  });
}
