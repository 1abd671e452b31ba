/** Runs SQL on the node, as rows or as a file. It takes as long as the node lets it: whoever asked can stop it. */
import { Away, Refusal } from '../../kit/node-api.ts';

/** A little longer than the node runs a query, so that the node says why it ended. */
const ANSWER_WITHIN_MS = 120_000;

export interface SqlColumn {
  readonly name: string;
  readonly type: string;
}

export interface SqlAnswer {
  readonly columns: readonly SqlColumn[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly truncated: boolean;
}

export interface SqlEstimate {
  readonly bytesProcessed: number;
  /** Null where queries cost nothing. */
  readonly usdPerTiB: number | null;
  readonly usd: number;
}

const FILE_TYPES = { csv: 'text/csv', parquet: 'application/vnd.apache.parquet' } as const;
export type FileKind = keyof typeof FILE_TYPES;

export async function askSql(sql: string, signal: AbortSignal): Promise<SqlAnswer> {
  const response = await post(sql, 'application/json', signal);
  return (await response.json()) as SqlAnswer;
}

export interface SqlFile {
  readonly file: Blob;
  /** As the node counts them; undefined where it does not say. */
  readonly rows: number | undefined;
  /** There are more rows than the node gives. */
  readonly isCut: boolean;
}

export async function askSqlFile(sql: string, kind: FileKind, signal: AbortSignal): Promise<SqlFile> {
  const response = await post(sql, FILE_TYPES[kind], signal);
  const { headers, status } = response;
  if (headers.get('content-type')?.startsWith(FILE_TYPES[kind]) !== true) {
    throw new Refusal(status, 'bad-usage', `This node gives no ${kind} file: it is of an older version.`);
  }
  const rows = headers.get('pitlane-sql-rows');
  return {
    file: await response.blob(),
    rows: rows === null ? undefined : Number(rows),
    isCut: headers.get('pitlane-sql-truncated') === 'true',
  };
}

async function post(sql: string, accept: string, signal: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await fetch('/v1/sql', {
      method: 'POST',
      headers: { accept, 'content-type': 'application/json' },
      body: JSON.stringify({ sql }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
    });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new Away('The node does not answer.');
  }
  if (response.ok) return response;
  const { detail, title, code = '' } = (await response.json().catch(() => ({}))) as Record<string, string | undefined>;
  throw new Refusal(response.status, code, detail ?? title ?? response.statusText);
}

/** Gives the file to the person, under that name. */
export function save(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
