/** `pitlane sql`: one SELECT over the catalog's views, safely. */
import { isPitlaneError, PitlaneError } from '@pitlane/base/errors';
import type { Command } from 'commander';
import { type CommandContext, Exit, finish } from '../command-context.ts';

interface SqlAnswer {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly truncated: boolean;
}

export function sqlCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('sql')
    .argument(
      '<select>',
      'one SELECT; views: drives, recordings, topics, channels, chunks, recording_chunks, chunk_topics, coverage, losses, receipts, freshness',
    )
    .description('ask the catalog in SQL; it can only read');
  finish(
    command,
    context,
    "pitlane sql 'SELECT topic, sum(messages) FROM topics GROUP BY topic'\npitlane sql 'SELECT * FROM losses' --json",
    async (run, [sql]) => {
      const { terminal, home, settings, json } = run;
      const { withNode } = await import('../wiring/with-node.ts');
      const { counted } = await import('@pitlane/base/units');
      const { tableText } = await import('../output/table.ts');
      const { catalogFault } = await import('../node/unknown-names.ts');
      const answer = await withNode({ home, settings, signal: context.signal }, async (node) => {
        const found = await node.post<SqlAnswer>('/v1/sql', { sql }).catch(withNext);
        const fault = await catalogFault(node);
        if (fault !== null) terminal.say(`hint: ${fault}`);
        return found;
      });
      if (json) {
        terminal.json(answer);
        return Exit.done;
      }
      const columns = answer.columns.map(({ name }) => ({
        title: name,
        value: (row: Readonly<Record<string, unknown>>) => cellText(row[name]),
        align: answer.rows.some((row) => typeof row[name] === 'number') ? ('right' as const) : ('left' as const),
      }));
      terminal.print(tableText(answer.rows, columns, terminal));
      terminal.say(
        `${counted(answer.rows.length, 'row')}${answer.truncated ? ', and more: add LIMIT, or ask for less' : ''}`,
      );
      return Exit.done;
    },
  );
}

/** The engine's own words say what is wrong, not where to look. */
function withNext(error: unknown): never {
  if (!isPitlaneError(error, 'bad-usage')) throw error;
  const next = '`npx pitlane sql --help` names the views, `SELECT * FROM drives LIMIT 1` shows the columns of one';
  throw new PitlaneError('bad-usage', `${error.message}\n  ${next}`, { cause: error });
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
