/**
 * What lies in the stand-ins under certain names, so that a test can say that a program left nothing behind. Other tests
 * use the same stand-ins at the same time, under names of their own.
 */
import { Kafka, logLevel } from 'kafkajs';

export interface ServiceInventory {
  readonly topics: readonly string[];
  readonly groups: readonly string[];
  readonly objects: readonly string[];
  readonly datasets: readonly string[];
}

export interface InventoryPlaces {
  /** `host:port` of a broker. */
  readonly kafka: string;
  readonly gcs: string;
  readonly bucket: string;
  readonly bigquery: string;
  /** Of the topics, groups and datasets that count; of the bucket everything does. */
  readonly names: RegExp;
}

export async function inventoryOf({ kafka, gcs, bucket, bigquery, names }: InventoryPlaces): Promise<ServiceInventory> {
  const admin = new Kafka({ brokers: [kafka], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const topics = (await admin.listTopics()).filter((topic) => names.test(topic)).sort();
    const groups = (await admin.listGroups()).groups.map(({ groupId }) => groupId).filter((group) => names.test(group));
    const { items = [] } = await listed<{ name: string }[], 'items'>(`${gcs}/storage/v1/b/${bucket}/o`);
    const { datasets = [] } = await listed<{ id: string }[], 'datasets'>(
      `${bigquery}/bigquery/v2/projects/p1/datasets`,
    );
    const own = datasets.map(({ id }) => id).filter((id) => names.test(id));
    return { topics, groups: groups.sort(), objects: items.map(({ name }) => name), datasets: own.sort() };
  } finally {
    await admin.disconnect();
  }
}

async function listed<Found, Field extends string>(url: string): Promise<{ readonly [name in Field]?: Found }> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as { readonly [name in Field]?: Found };
}
