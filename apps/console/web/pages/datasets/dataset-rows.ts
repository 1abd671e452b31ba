/** Datasets, shards and their lineage as the node answers, and the SQL and commands that go with them. */
import { shellText, sqlText } from '../../kit/quoting.ts';

export interface Dataset {
  readonly tenant: string;
  readonly snapshotId: string;
  readonly name: string;
  readonly createdAt?: string | null;
  readonly sql: string;
  readonly plan: string;
  readonly splitRule: string;
  readonly drives: number;
  readonly samples: number;
  readonly shards: number;
  readonly shardsBuilt: number;
  readonly bytesStored: number | null;
}

export interface Shard {
  readonly snapshotId: string;
  readonly name: string;
  readonly split: string;
  readonly shard: number;
  readonly state: string;
  readonly samples: number;
  readonly bytesStored: number | null;
  readonly sha256: string | null;
  readonly object: string | null;
}

export interface LineageFilter {
  readonly drive?: string;
  readonly topic?: string;
  /** `2026-03-12`, by log time in UTC. */
  readonly day?: string;
}

const DAY_NS = 86_400_000_000_000n;
const FOUND_MAX = 500;

/** Never rounded up: all of them are built, or some are not. */
export function builtText({ shards, shardsBuilt }: Pick<Dataset, 'shards' | 'shardsBuilt'>): string {
  if (shards === 0) return 'empty';
  if (shardsBuilt >= shards) return 'built';
  return shardsBuilt === 0 ? 'not built yet' : `${Math.floor((shardsBuilt / shards) * 100)} % built`;
}

/** Text of JSON, as people read it; what is none stays as it is. */
export function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** `drive=80/10/10`, from the rule that the catalog has; undefined where it cannot be said so. */
export function splitWords(rule: string): string | undefined {
  try {
    const { by, shares } = JSON.parse(rule) as { by?: unknown; shares?: { split: string; weight: number }[] };
    const weights = ['train', 'val', 'test'].map((name) => shares?.find(({ split }) => split === name)?.weight ?? 0);
    return typeof by === 'string' && weights.some((weight) => weight > 0) ? `${by}=${weights.join('/')}` : undefined;
  } catch {
    return undefined;
  }
}

function seedOf(rule: string): number | undefined {
  try {
    const { seed } = JSON.parse(rule) as { seed?: unknown };
    return typeof seed === 'number' ? seed : undefined;
  } catch {
    return undefined;
  }
}

/** Makes such a dataset, builds it, and fetches it; `plan.json` is the plan that stands beside them. */
export function commandsFor(dataset: Dataset): readonly { readonly what: string; readonly text: string }[] {
  const { name, sql, splitRule, snapshotId, tenant } = dataset;
  const [split, seed] = [splitWords(splitRule), seedOf(splitRule)];
  const ofTenant = tenant === 'default' ? '' : ` --tenant ${shellText(tenant)}`;
  const rules = `${split ? ` --split ${split}` : ''}${seed ? ` --seed ${seed}` : ''}`;
  const id = snapshotId.slice(0, 12);
  return [
    { what: 'build', text: `npx pitlane dataset build ${id}${ofTenant}` },
    { what: 'pull', text: `npx pitlane dataset pull ${id} -o shards --split train${ofTenant}` },
    {
      what: 'make again',
      text: `npx pitlane dataset create ${shellText(name)} --plan plan.json${rules}${ofTenant} --sql ${shellText(sql)}`,
    },
  ];
}

/** The shard as a file of the node; undefined before it is built. */
export function shardHref(tenant: string, { snapshotId, split, shard, state }: Shard): string | undefined {
  if (state !== 'built') return undefined;
  const file = `${split}-${String(shard).padStart(6, '0')}.tar`;
  return `/v1/datasets/${snapshotId}/files/${encodeURIComponent(file)}?${new URLSearchParams({ tenant }).toString()}`;
}

export const splitSql = (snapshotId: string): string =>
  `SELECT split, count(*) AS shards, sum(CASE WHEN state = 'built' THEN 1 ELSE 0 END) AS built, sum(samples) AS samples, ` +
  `sum(bytes_stored) AS bytes FROM shards WHERE snapshot_id = ${sqlText(snapshotId)} GROUP BY split ORDER BY split`;

/** Which shards hold anything of a drive, a topic or a day; undefined where nothing, or no day, is asked. */
export function lineageSql({ drive, topic, day }: LineageFilter): string | undefined {
  const conditions: string[] = [];
  if (drive) conditions.push(`r.drive_id = ${sqlText(drive)}`);
  if (topic) conditions.push(`r.topic = ${sqlText(topic)}`);
  if (day) {
    const startMs = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
    if (Number.isNaN(startMs) || startMs < 0) return undefined;
    const startNs = BigInt(startMs) * 1_000_000n;
    conditions.push(`r.end_ns >= ${startNs} AND r.start_ns < ${startNs + DAY_NS}`);
  }
  if (conditions.length === 0) return undefined;
  return (
    `SELECT d.name, r.snapshot_id, r.split, r.shard, r.drive_id, count(DISTINCT r.chunk_id) AS chunks, sum(r.messages) AS messages ` +
    `FROM sample_runs r JOIN datasets d ON d.tenant = r.tenant AND d.snapshot_id = r.snapshot_id WHERE ${conditions.join(' AND ')} ` +
    `GROUP BY d.name, r.snapshot_id, r.split, r.shard, r.drive_id ORDER BY d.name, r.snapshot_id, r.split, r.shard, r.drive_id LIMIT ${FOUND_MAX}`
  );
}
