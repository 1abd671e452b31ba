/** Which drives are asked for: as the address has it, as the node is asked, and as the command line and SQL say the same. */
import { shellText, type SqlEngine, sqlText } from '../../kit/quoting.ts';

export interface DriveFilters {
  readonly q?: string;
  readonly vehicle?: string;
  readonly topic?: string;
  readonly state?: string;
  readonly garage?: string;
  /** RFC 3339, or decimal nanoseconds. */
  readonly start?: string;
  readonly end?: string;
  readonly hasLoss?: 'true' | 'false';
  readonly labels: Readonly<Record<string, string>>;
}

const PLAIN = ['q', 'vehicle', 'topic', 'state', 'garage', 'start', 'end', 'hasLoss'] as const;
const LABEL = 'label.';
/** As many rows as a page of the list. */
export const PAGE_ROWS = 100;

export function filtersFrom(query: URLSearchParams): DriveFilters {
  const filters: Record<string, string> = {};
  for (const name of PLAIN) {
    const value = query.get(name)?.trim();
    if (value) filters[name] = value;
  }
  if (filters['hasLoss'] !== 'true' && filters['hasLoss'] !== 'false') delete filters['hasLoss'];
  const labels: Record<string, string> = {};
  for (const [name, value] of query) {
    if (name.startsWith(LABEL) && name.length > LABEL.length && value !== '') labels[name.slice(LABEL.length)] = value;
  }
  return { ...filters, labels };
}

/** The filters as the address and the node's list spell them. */
export function queryFrom({ labels, ...plain }: DriveFilters): Record<string, string> {
  const ofLabels = Object.entries(labels).map(([name, value]) => [LABEL + name, value]);
  return { ...(plain as Record<string, string>), ...(Object.fromEntries(ofLabels) as Record<string, string>) };
}

export const isFiltered = (filters: DriveFilters): boolean => Object.keys(queryFrom(filters)).length > 0;

/** Every name that may stand in the address, each undefined: whoever wants no filter any more sets these. */
export function noFilters(filters: DriveFilters): Record<string, undefined> {
  const names = [...PLAIN, ...Object.keys(filters.labels).map((name) => LABEL + name)];
  return Object.fromEntries(names.map((name) => [name, undefined]));
}

/** `software=2026.3, map=berlin` */
export const textFromLabels = (labels: DriveFilters['labels']): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');

export function labelsFrom(text: string): Record<string, string> {
  const pairs = text.split(',').map((pair) =>
    /^([^=]+)=(.*)$/
      .exec(pair)
      ?.slice(1)
      .map((part) => part.trim()),
  );
  return Object.fromEntries(pairs.filter((pair) => pair?.every((part) => part !== '')) as [string, string][]);
}

/** `pitlane drives` where it knows all of these filters, else the SQL in it. */
export function commandFrom(filters: DriveFilters, engine: SqlEngine): string {
  const { vehicle, topic, start, end, labels, ...others } = filters;
  if (Object.keys(others).length > 0 || Object.keys(labels).length > 0) {
    return `npx pitlane sql ${shellText(sqlFrom(filters, engine))}`;
  }
  const words = Object.entries({ vehicle, topic, start, end }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name} ${shellText(value)}`],
  );
  return ['npx pitlane drives', ...words].join(' ');
}

/** As the node asks its catalog, with the values in it. */
export function sqlFrom(filters: DriveFilters, engine: SqlEngine): string {
  const { q, vehicle, topic, state, garage, start, end, hasLoss, labels } = filters;
  const [startNs, endNs] = [nsTextFrom(start), nsTextFrom(end)];
  const conditions = [
    vehicle && `vehicle_id = ${sqlText(vehicle)}`,
    state && `state = ${sqlText(state)}`,
    topic &&
      `EXISTS (SELECT 1 FROM topics t WHERE t.tenant = drives.tenant AND t.drive_id = drives.drive_id AND t.topic = ${sqlText(topic)})`,
    garage &&
      (engine === 'bigquery' ? `${sqlText(garage)} IN UNNEST(garages)` : `list_contains(garages, ${sqlText(garage)})`),
    startNs && `end_ns >= ${startNs}`,
    endNs && `start_ns < ${endNs}`,
    hasLoss && (hasLoss === 'true' ? 'bytes_lost > 0' : 'NOT (bytes_lost > 0)'),
    ...Object.entries(labels).map(([name, value]) => `${labelSql(name, engine)} = ${sqlText(value)}`),
    q && namedSql(sqlText(q)),
  ].filter((condition) => condition !== undefined && condition !== '');
  const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
  return `SELECT * FROM drives${where} ORDER BY coalesce(start_ns, -1) DESC, tenant DESC, drive_id DESC LIMIT ${PAGE_ROWS}`;
}

function namedSql(q: string): string {
  const recordings = `SELECT 1 FROM recordings r WHERE r.tenant = drives.tenant AND r.drive_id = drives.drive_id AND (STARTS_WITH(r.recording_id, LOWER(${q})) OR STRPOS(LOWER(r.path), LOWER(${q})) > 0)`;
  return `(STRPOS(LOWER(drive_id), LOWER(${q})) > 0 OR STRPOS(LOWER(vehicle_id), LOWER(${q})) > 0 OR EXISTS (${recordings}))`;
}

function labelSql(name: string, engine: SqlEngine): string {
  const path = sqlText(`$."${name}"`);
  return engine === 'bigquery' ? `JSON_VALUE(labels, ${path})` : `json_extract_string(labels, ${path})`;
}

/** Undefined for what is no time: the node says so. */
export function nsTextFrom(time: string | undefined): string | undefined {
  if (time === undefined) return undefined;
  if (/^\d{1,20}$/.test(time)) return time;
  const [, whole = '', fraction = '', zone = ''] =
    /^(.*?\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/i.exec(time) ?? [];
  const ms = Date.parse(whole + zone);
  return Number.isNaN(ms) || ms < 0 ? undefined : String(BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, '0')));
}

/** `2026-03-12T08:15:00Z` for a field of day and time, which has no zone: it is UTC here. */
export const timeFromField = (value: string): string =>
  value === '' ? '' : `${value.slice(0, 19).padEnd(19, ':00')}Z`;

/** What such a field shows of a time; empty for what is none. */
export function fieldFromTime(time: string | undefined): string {
  const ns = nsTextFrom(time);
  if (ns === undefined) return '';
  const ms = Number(BigInt(ns) / 1_000_000n);
  return ms > 8.64e15 ? '' : new Date(ms).toISOString().slice(0, 16);
}
