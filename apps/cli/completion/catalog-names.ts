/**
 * Names out of the catalog for a shell that waits: through the node that runs, within half a second, or none at all. A node is
 * never started for them, nor a catalog asked where each question costs money and seconds.
 */
import { NodeClient } from '../node/node-client.ts';
import { readNodeFile } from '../node/node-file.ts';
import type { HalfLine } from './read-line.ts';
import type { NameKind } from './value-kinds.ts';

const WITHIN_MS = 500;
const NAMES_MAX = 200;

interface Place {
  /** Absolute. */
  readonly home: string;
  readonly catalog: string;
}

const SOURCES: Readonly<Record<NameKind, { readonly view: string; readonly column: string; readonly order: string }>> =
  {
    drive: { view: 'drives', column: 'drive_id', order: 'max(start_ns) DESC' },
    vehicle: { view: 'drives', column: 'vehicle_id', order: 'name' },
    topic: { view: 'topics', column: 'topic', order: 'name' },
    dataset: { view: 'datasets', column: 'name', order: 'name' },
    tenant: { view: 'drives', column: 'tenant', order: 'name' },
  };

export async function catalogNames(
  { home, catalog }: Place,
  kind: NameKind,
  prefix: string,
  line: HalfLine,
): Promise<readonly string[]> {
  if (catalog !== 'embedded') return [];
  const address = await readNodeFile(home);
  if (!address) return [];
  const node = new NodeClient(address, AbortSignal.timeout(WITHIN_MS));
  try {
    const { rows } = await node.post<{ rows: readonly { name: string }[] }>('/v1/sql', {
      sql: sqlFor(kind, prefix, line),
    });
    return rows.map(({ name }) => name);
  } catch {
    return [];
  }
}

function sqlFor(kind: NameKind, prefix: string, line: HalfLine): string {
  const { view, column, order } = SOURCES[kind];
  const drive = line.values.get('drive') ?? driveAmong(line);
  const conditions = [
    `starts_with(${column}, ${quoted(prefix)})`,
    ...(kind === 'topic' && drive !== undefined ? [`drive_id = ${quoted(drive)}`] : []),
    ...(line.values.has('tenant') && kind !== 'tenant' ? [`tenant = ${quoted(line.values.get('tenant') ?? '')}`] : []),
  ];
  return `SELECT ${column} AS name FROM ${view} WHERE ${conditions.join(' AND ')} GROUP BY ${column} ORDER BY ${order} LIMIT ${NAMES_MAX}`;
}

/** The drive that is named as an argument. */
function driveAmong({ command, args }: HalfLine): string | undefined {
  const at = command.registeredArguments.findIndex((argument) => argument.name() === 'drive');
  return at < 0 ? undefined : args[at];
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
