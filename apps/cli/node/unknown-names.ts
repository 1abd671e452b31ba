/** Why a list is empty: a drive that is not there is an error, as everywhere; another name that is not there is a hint. */
import { isPitlaneError, PitlaneError } from '@pitlane/base/errors';
import { nearestText } from '@pitlane/base/nearest';
import type { NodeClient } from './node-client.ts';

export interface NamesAsked {
  readonly drive?: string | undefined;
  readonly vehicle?: string | undefined;
  readonly topic?: string | undefined;
  readonly tenant?: string | undefined;
}

type Row = Readonly<Record<string, unknown>>;

/** Mistyped names are compared with so many at most. */
const COMPARED_MAX = 20_000;
const PAGE = 2000;

/** Hints on names that nothing has. Throws `not-found` when there is no such drive. */
export async function hintsOnNames(node: NodeClient, { drive, vehicle, topic, tenant }: NamesAsked): Promise<string[]> {
  const has = async (list: string, filters: NamesAsked): Promise<boolean> =>
    (await rowsOf(node, list, filters, 1)).length > 0;
  const namesOf = async (list: string, filters: NamesAsked, field: string): Promise<string[]> =>
    (await rowsOf(node, list, filters, COMPARED_MAX)).map((row) => String(row[field]));
  const quoted = JSON.stringify;
  const fault = await catalogFault(node);
  if (fault !== null && drive === undefined) return [fault];
  if (fault !== null) throw new PitlaneError('not-found', fault);
  if (drive !== undefined && !(await has('drives', { drive, tenant }))) {
    const nearest = nearestText(drive, await namesOf('drives', { tenant }, 'driveId'));
    throw new PitlaneError('not-found', `there is no drive ${quoted(drive)}${nearest}; "pitlane drives" lists them`);
  }
  const hints: string[] = [];
  const vehicleIsKnown = vehicle !== undefined && (await has('drives', { vehicle, tenant }));
  if (vehicle !== undefined && !vehicleIsKnown) {
    const nearest = nearestText(vehicle, await namesOf('drives', { tenant }, 'vehicleId'));
    hints.push(`there is no drive of a vehicle ${quoted(vehicle)}${nearest}`);
  }
  const among = { drive, tenant, ...(vehicleIsKnown && { vehicle }) };
  if (topic !== undefined && !(await has('topics', { ...among, topic }))) {
    const nearest = nearestText(topic, await namesOf('topics', among, 'topic'));
    hints.push(`there is no topic ${quoted(topic)} here${nearest}`);
  }
  return hints;
}

/** What is wrong with the catalog as a whole. */
export const catalogFault = async (node: NodeClient): Promise<string | null> =>
  (await node.get<{ readonly fault: string | null }>('/v1/catalog')).fault;

async function rowsOf(node: NodeClient, list: string, filters: NamesAsked, rowsMax: number): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  do {
    const limit = Math.min(PAGE, rowsMax - rows.length);
    const page = await node.get<Row>(`/v1/${list}`, { ...filters, limit, cursor });
    rows.push(...(page[list] as readonly Row[]));
    cursor = typeof page['next'] === 'string' ? page['next'] : undefined;
  } while (cursor !== undefined && rows.length < rowsMax);
  return rows;
}

/** What `asking` gives; where it is `not-found` because there is no such drive, that is said, with the nearest. */
export async function nearestDrive<T>(node: NodeClient, names: NamesAsked, asking: Promise<T>): Promise<T> {
  try {
    return await asking;
  } catch (error) {
    if (isPitlaneError(error, 'not-found')) await hintsOnNames(node, names);
    throw error;
  }
}
