/** `pitlane sql`: one SELECT over the catalog's views, safely. */
import { isPitlaneError, PitlaneError } from '@pitlane/base/errors';
import { counted, textFromCount } from '@pitlane/base/units';
import { type Command, Option } from 'commander';
import { type CommandContext, type CommonOptions, Exit, finish, type Run } from '../command-context.ts';

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

type FileFormat = 'csv' | 'parquet';
interface SqlOptions extends CommonOptions {
  readonly estimate?: boolean;
  readonly format?: FileFormat | 'table' | 'json';
  readonly out?: string;
}

const MEDIA_TYPE: Readonly<Record<FileFormat, string>> = {
  csv: 'text/csv',
  parquet: 'application/vnd.apache.parquet',
};

const EXAMPLE = `pitlane sql 'SELECT topic, sum(messages) FROM topics GROUP BY topic'
pitlane sql 'SELECT * FROM losses' --json
pitlane sql 'SELECT * FROM chunks' -o chunks.parquet
pitlane sql 'SELECT * FROM drives' --format csv | column -s, -t
pitlane sql --estimate 'SELECT * FROM chunks'`;

export function sqlCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('sql')
    .argument(
      '<select>',
      'one SELECT; views: drives, recordings, topics, channels, chunks, chunks_on_utc, clocks, recording_chunks, chunk_topics, coverage, losses, previews, derivations, signals, vehicle_states, trajectories, trajectory_cells, frames, verdicts, findings, receipts, freshness',
    )
    .option('--estimate', 'say what it would read and cost, without running it')
    .addOption(
      new Option('--format <format>', 'without it, what the name of the file says, or table').choices([
        'table',
        'json',
        'csv',
        'parquet',
      ]),
    )
    .option('-o, --out <file>', 'a file to write, which must not exist')
    .description('ask the catalog in SQL; it can only read');
  finish<SqlOptions>(command, context, EXAMPLE, async (run, [sql = '']) => {
    if (run.options.estimate === true) return estimate(run, sql);
    const format = formatOf(run);
    return format === 'csv' || format === 'parquet' ? toFile(run, sql, format) : toTerminal(run, sql, format);
  });
}

/** `--json` is a format, too. */
function formatOf({ options, json, terminal }: Run<SqlOptions>): NonNullable<SqlOptions['format']> {
  const { format, out } = options;
  const named = /\.(csv|parquet)$/i.exec(out ?? '')?.[1]?.toLowerCase() as FileFormat | undefined;
  const meant = format ?? named ?? (json ? 'json' : 'table');
  if (out !== undefined && !(meant in MEDIA_TYPE))
    throw new PitlaneError('bad-usage', '-o takes CSV or Parquet: name the file so, or give --format');
  if (meant === 'parquet' && out === undefined && terminal.isTerminal)
    throw new PitlaneError('bad-usage', 'Parquet is nothing to look at: name a file with -o');
  return meant;
}

async function estimate({ terminal, home, settings, json, context }: Run<SqlOptions>, sql: string) {
  const { withNode } = await import('../wiring/with-node.ts');
  const answer = await withNode({ home, settings, signal: context.signal }, (node) =>
    node.post<EstimateAnswer>('/v1/sql/estimate', { sql }).catch(withNext),
  );
  if (json) terminal.json(answer);
  else terminal.print(estimateText(answer));
  return Exit.done;
}

async function toFile(run: Run<SqlOptions>, sql: string, format: FileFormat) {
  const { terminal, home, settings, json, options, context } = run;
  const { withNode } = await import('../wiring/with-node.ts');
  const { partsOf, toNewFile, toStandardOutput } = await import('../output/file-out.ts');
  const out = options.out === undefined ? undefined : run.path(options.out);
  const written = await withNode({ home, settings, signal: context.signal }, async (node) => {
    const answer = await node.postForFile('/v1/sql', { sql }, MEDIA_TYPE[format]).catch(withNext);
    const rows = Number(answer.headers.get('pitlane-sql-rows'));
    const truncated = answer.headers.get('pitlane-sql-truncated') === 'true';
    if (out !== undefined) return { rows, truncated, file: out, bytes: await toNewFile(out, partsOf(answer)) };
    await toStandardOutput(partsOf(answer), 'the file');
    return { rows, truncated };
  });
  if (json && out !== undefined) terminal.json(written);
  const where = out === undefined ? '' : `${out}: `;
  terminal.say(`${where}${counted(written.rows, 'row')}${written.truncated ? MORE : ''}`);
  return Exit.done;
}

const MORE = ', and more: add LIMIT, or ask for less';

async function toTerminal(run: Run<SqlOptions>, sql: string, format: 'table' | 'json' | FileFormat) {
  const { terminal, home, settings, context } = run;
  const { withNode } = await import('../wiring/with-node.ts');
  const { tableText } = await import('../output/table.ts');
  const { catalogFault } = await import('../node/unknown-names.ts');
  const answer = await withNode({ home, settings, signal: context.signal }, async (node) => {
    const found = await node.post<SqlAnswer>('/v1/sql', { sql }).catch(withNext);
    const fault = await catalogFault(node);
    if (fault !== null) terminal.say(`hint: ${fault}`);
    return found;
  });
  if (format === 'json') {
    terminal.json(answer);
    return Exit.done;
  }
  const columns = answer.columns.map(({ name }) => ({
    title: name,
    value: (row: Readonly<Record<string, unknown>>) => cellText(row[name]),
    align: answer.rows.some((row) => typeof row[name] === 'number') ? ('right' as const) : ('left' as const),
  }));
  terminal.print(tableText(answer.rows, columns, terminal));
  terminal.say(`${counted(answer.rows.length, 'row')}${answer.truncated ? MORE : ''}`);
  return Exit.done;
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
