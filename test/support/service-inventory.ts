/** All that lies in the stand-ins, by name, so that a test can say that a program left nothing behind. */
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
}

export async function inventoryOf({ kafka, gcs, bucket, bigquery }: InventoryPlaces): Promise<ServiceInventory> {
  const admin = new Kafka({ brokers: [kafka], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const topics = (await admin.listTopics()).filter((topic) => !topic.startsWith('__')).sort();
    const groups = (await admin.listGroups()).groups.map(({ groupId }) => groupId).sort();
    const { items = [] } = await listed<{ name: string }[], 'items'>(`${gcs}/storage/v1/b/${bucket}/o`);
    const { datasets = [] } = await listed<{ id: string }[], 'datasets'>(
      `${bigquery}/bigquery/v2/projects/p1/datasets`,
    );
    return { topics, groups, objects: items.map(({ name }) => name), datasets: datasets.map(({ id }) => id).sort() };
  } finally {
    await admin.disconnect();
  }
}

async function listed<Found, Field extends string>(url: string): Promise<{ readonly [name in Field]?: Found }> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as { readonly [name in Field]?: Found };
}
