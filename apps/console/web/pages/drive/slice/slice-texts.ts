/**
 * A selection as the words that do the same elsewhere: the command line, SQL, Python, a link, a dataset, a replay. Names in logs
 * are hostile: each text quotes them as its reader wants it, and what a person pastes into a shell does nothing else.
 */
import { textFromTimeNs } from '@pitlane/base/time';
import { shellText, sqlText, UNSEEN } from '../../../kit/quoting.ts';
import type { Span } from '../span.ts';

export interface Slice {
  readonly driveId: string;
  readonly tenant: string;
  readonly span: Span | undefined;
  /** Globs; none for every topic. */
  readonly globs: readonly string[];
  /** The topics that these mean. */
  readonly topics: readonly string[];
}

const TENANT_UNSAID = 'default';
const NO_GLOB = new RegExp(String.raw`[,*${UNSEEN}]|^\s|\s$`, 'g');

/**
 * A glob that means a topic. Commas part globs, stars and spaces at an end mean something else, and what moves a terminal's
 * cursor belongs in none: `?` stands for each.
 */
export const globOf = (topic: string): string => topic.replace(NO_GLOB, '?');

/** JSON's texts are Python's, too. */
const jsonText = (value: unknown): string =>
  JSON.stringify(value).replace(
    new RegExp(`[${UNSEEN}]`, 'g'),
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** `car-1-20260312T081502Z-0a1b2c3d-081502.mcap` */
export function fileNameOf({ driveId, span }: Slice): string {
  return span ? `${driveId}-${textFromTimeNs(span.startNs).slice(11, 19).replaceAll(':', '')}.mcap` : `${driveId}.mcap`;
}

export function sliceQuery({ driveId, tenant, span, globs }: Slice): Readonly<Record<string, string | undefined>> {
  return {
    drive: driveId,
    tenant: tenant === TENANT_UNSAID ? undefined : tenant,
    topics: globs.join(',') || undefined,
    start: span?.startNs.toString(),
    end: span?.endNs.toString(),
  };
}

const commandOf = (words: readonly string[]): string => words.join(' ');

function flags({ tenant, span, globs }: Slice): string[] {
  return [
    ...(globs.length > 0 ? ['--topics', shellText(globs.join(','))] : []),
    ...(span ? ['--start', textFromTimeNs(span.startNs), '--end', textFromTimeNs(span.endNs)] : []),
    ...(tenant === TENANT_UNSAID ? [] : ['--tenant', shellText(tenant)]),
  ];
}

export const exportCommand = (slice: Slice): string =>
  commandOf(['npx pitlane export', shellText(slice.driveId), '-o', shellText(fileNameOf(slice)), ...flags(slice)]);

export const replayCommand = (slice: Slice): string =>
  `${commandOf(['npx pitlane replay', shellText(slice.driveId), ...flags(slice), '--serve'])}\n# then open ws://127.0.0.1:8765 in Foxglove or Lichtblick`;

/** The chunks that hold the selection. */
export function chunksSql({ driveId, tenant, span, globs, topics }: Slice): string {
  const ofDrive = `tenant = ${sqlText(tenant)} AND drive_id = ${sqlText(driveId)}`;
  const inTime = span ? [`end_ns >= ${span.startNs}`, `start_ns < ${span.endNs}`] : [];
  const listed = topics.map((topic) => sqlText(topic)).join(', ');
  const ofTopics =
    globs.length > 0 && topics.length > 0
      ? [`chunk_id IN (SELECT chunk_id FROM chunk_topics\n    WHERE ${ofDrive} AND topic IN (${listed}))`]
      : [];
  return [
    'SELECT chunk_id, topics, start_time, end_time, messages, bytes_stored, object',
    'FROM chunks',
    `WHERE ${[ofDrive, ...inTime, ...ofTopics].join('\n  AND ')}`,
    'ORDER BY start_ns, chunk_id',
  ].join('\n');
}

export function pythonProgram(slice: Slice, nodeUrl: string): string {
  const { driveId, tenant, span, globs } = slice;
  const named = [
    ...(globs.length > 0 ? [`topics=[${globs.map((glob) => jsonText(glob)).join(', ')}]`] : []),
    ...(span ? [`start=${jsonText(textFromTimeNs(span.startNs))}`, `end=${jsonText(textFromTimeNs(span.endNs))}`] : []),
    ...(tenant === TENANT_UNSAID ? [] : [`tenant=${jsonText(tenant)}`]),
  ];
  return [
    'from pitlane import Client',
    '',
    `client = Client(${jsonText(nodeUrl)})`,
    `cut = client.slice(${[jsonText(driveId), ...named].join(', ')})`,
    `cut.save(${jsonText(fileNameOf(slice))})`,
  ].join('\n');
}

const WINDOW_MS_MAX = 5000n;
const PLAN_TOPICS_MAX = 100;

/** What one sample is made of stands in a plan, which somebody will want to change. */
export function datasetCommands({ driveId, tenant, span, topics }: Slice): string {
  const lengthMs = span ? (span.endNs - span.startNs) / 1_000_000n : WINDOW_MS_MAX;
  const windowMs = lengthMs < 1n ? 1n : lengthMs < WINDOW_MS_MAX ? lengthMs : WINDOW_MS_MAX;
  const plan = { kind: 'windows', seconds: Number(windowMs) / 1000, topics: topics.slice(0, PLAN_TOPICS_MAX) };
  const times = span ? `, ${span.startNs} AS start_ns, ${span.endNs} AS end_ns` : '';
  const sql = `SELECT tenant, drive_id${times} FROM drives WHERE tenant = ${sqlText(tenant)} AND drive_id = ${sqlText(driveId)}`;
  const name = driveId
    .toLowerCase()
    .replace(/[^a-z0-9._-]/g, '-')
    .slice(0, 60);
  return [
    `printf '%s\\n' ${shellText(jsonText(plan))} > plan.json`,
    commandOf(['npx pitlane dataset create', shellText(name), '--plan plan.json --sql', shellText(sql)]),
  ].join('\n');
}

/** Viewers that open a file by its address. */
export function viewerLinks(
  url: string,
): readonly { readonly name: string; readonly href: string; readonly origin: string }[] {
  const query = new URLSearchParams({ ds: 'remote-file', 'ds.url': url }).toString();
  const viewers = [
    ['Foxglove', 'https://app.foxglove.dev/~/view'],
    ['Lichtblick', 'https://lichtblick-suite.github.io/lichtblick/'],
  ] as const;
  return viewers.map(([name, place]) => ({ name, href: `${place}?${query}`, origin: new URL(place).origin }));
}

/** Rerun reads files: this one is fetched first. */
export const rerunCommand = (url: string, fileName: string): string =>
  `curl -fo ${shellText(fileName)} ${shellText(url)} && rerun ${shellText(fileName)}`;
