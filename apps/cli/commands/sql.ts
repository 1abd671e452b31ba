/** `pitlane sql`: one SELECT over the catalog's views, safely. */
import { isPitlaneError, PitlaneError } from '@pitlane/base/errors';
import { counted, textFromCount } from '@pitlane/base/units';
import type { Command } from 'commander';
import { type CommandContext, type CommonOptions, Exit, finish } from '../command-context.ts';

interface SqlAnswer {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly truncated: boolean;
}

interface EstimateAnswer {
  readonly bytesProcessed: number;
  readonly usdPerTiB: number | null;
  readonly usd: number;
}

interface SqlOptions extends CommonOptions {
  readonly estimate?: boolean;
}

export function sqlCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('sql')
    .argument(
      '<select>',
      'one SELECT; views: drives, recordings, topics, channels, chunks, chunks_on_utc, clocks, recording_chunks, chunk_topics, coverage, losses, previews, derivations, signals, vehicle_states, trajectories, trajectory_cells, frames, verdicts, findings, receipts, freshness',
    )
    .option('--estimate', 'say what it would read and cost, without running it')
    .description('ask the catalog in SQL; it can only read');
  finish<SqlOptions>(
    command,
    context,
    "pitlane sql 'SELECT topic, sum(messages) FROM topics GROUP BY topic'\npitlane sql 'SELECT * FROM losses' --json\npitlane sql --estimate 'SELECT * FROM chunks'",
    async (run, [sql]) => {
      const { terminal, home, settings, json, options } = run;
      const { withNode } = await import('../wiring/with-node.ts');
      const { tableText } = await import('../output/table.ts');
      const { catalogFault } = await import('../node/unknown-names.ts');
      const place = { home, settings, signal: context.signal };
      if (options.estimate === true) {
        const estimate = await withNode(place, (node) =>
          node.post<EstimateAnswer>('/v1/sql/estimate', { sql }).catch(withNext),
        );
        if (json) terminal.json(estimate);
        else terminal.print(estimateText(estimate));
        return Exit.done;
      }
      const answer = await withNode(place, async (node) => {
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

export function estimateText({ bytesProcessed, usdPerTiB, usd }: EstimateAnswer): string {
  if (usdPerTiB === null) return 'the SQL is sound, and queries cost nothing here: this catalog is embedded';
  const cost = usd < 0.01 ? 'less than $0.01' : `about $${usd.toFixed(2)}`;
  return `at most ${textFromCount(bytesProcessed)} bytes would be read: ${cost} at $${usdPerTiB} a TiB (2^40 bytes)`;
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
