/** `pitlane order`: data of a vehicle that goes first, whenever it comes home. */
import type { Command } from 'commander';
import {
  type CommandContext,
  commandGroup,
  type CommonOptions,
  Exit,
  finish,
  wholeNumber,
} from '../command-context.ts';
import type { ShownOrder } from '../output/order-text.ts';

interface AddFlags extends CommonOptions {
  readonly vehicle: string;
  readonly topics?: string;
  readonly start?: string;
  readonly end?: string;
  readonly priority?: number;
  readonly note?: string;
  readonly tenant?: string;
}

export function orderCommand(program: Command, context: CommandContext): void {
  const example = "pitlane order add --vehicle 47 --topics '/lidar/*'\npitlane order list";
  const about = 'standing orders: data that goes first when its car is docked';
  const group = commandGroup(program, 'order', about, example);
  addAdd(group, context);
  addList(group, context);
  addRemove(group, context);
}

function addAdd(group: Command, context: CommandContext): void {
  const command = group
    .command('add')
    .description(
      'have data of a vehicle go first: of what is docked, and of every drive that comes, until it is removed',
    )
    .requiredOption('--vehicle <id>', 'whose data')
    .option('--topics <globs>', 'only these topics, such as "/imu,/lidar/*"')
    .option('--start <time>', 'log time from here on: nanoseconds since 1970, or RFC 3339')
    .option('--end <time>', 'log time before this: likewise')
    .option('--priority <n>', '0 first, 99 last (default 20)', wholeNumber(0, 99))
    .option('--note <text>', 'what it is for')
    .option('--tenant <name>', 'whose vehicle (default: the setting tenant)');
  const example =
    "pitlane order add --vehicle 47 --topics '/lidar/*' --start 2026-03-03T08:00:00Z --end 2026-03-03T08:00:30Z";
  finish<AddFlags>(command, context, example, async ({ options, terminal, home, settings, json }) => {
    const { withNode } = await import('../wiring/with-node.ts');
    const { vehicle: vehicleId, start, end, priority, note, tenant } = options;
    const topics = options.topics?.split(',').map((glob) => glob.trim());
    const body = { vehicleId, tenant, topics: topics?.filter((glob) => glob !== ''), start, end, priority, note };
    const order = await withNode({ home, settings, signal: context.signal, makes: true }, (node) =>
      node.post<ShownOrder>('/v1/garage/orders', body),
    );
    if (json) terminal.json(order);
    else {
      const { orderLinesFor } = await import('../output/order-text.ts');
      terminal.print(orderLinesFor(order));
    }
    return Exit.done;
  });
}

function addList(group: Command, context: CommandContext): void {
  const command = group.command('list').description('the orders that stand, and what each has got so far');
  finish<CommonOptions>(command, context, 'pitlane order list', async ({ terminal, home, settings, json }) => {
    const { withNode } = await import('../wiring/with-node.ts');
    const answer = await withNode({ home, settings, signal: context.signal }, (node) =>
      node.get<{ readonly orders: readonly ShownOrder[] }>('/v1/garage/orders'),
    );
    if (json) terminal.json(answer);
    else {
      const { orderLinesFor } = await import('../output/order-text.ts');
      for (const order of answer.orders) terminal.print(orderLinesFor(order));
    }
    if (answer.orders.length === 0) terminal.say('no order stands: `pitlane order add --help` tells how to give one');
    return Exit.done;
  });
}

function addRemove(group: Command, context: CommandContext): void {
  const command = group
    .command('remove')
    .argument('<id>', 'as `order list` shows it')
    .description('take an order back; what it has got stays where it is');
  finish<CommonOptions>(
    command,
    context,
    'pitlane order remove order-1f3a9c0d',
    async ({ terminal, home, settings, json }, [orderId = '']) => {
      const { withNode } = await import('../wiring/with-node.ts');
      const order = await withNode({ home, settings, signal: context.signal }, (node) =>
        node.delete<ShownOrder>(`/v1/garage/orders/${encodeURIComponent(orderId)}`),
      );
      if (json) terminal.json(order);
      else terminal.print(`${order.orderId} was removed`);
      return Exit.done;
    },
  );
}
