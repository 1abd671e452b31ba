/** The services that questions about the cloud's side run against; `deploy/local` starts them and names them by variables. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { EMPTY_ROW, type Row } from './table.ts';

export interface Services {
  /** `host:port` of the plain listener. */
  readonly kafka: string;
  /** The broker's folder of partitions. */
  readonly kafkaLogs: string;
  /** The jars of the broker, its tools among them. */
  readonly kafkaJars: string;
}

export function servicesFrom(environment: NodeJS.ProcessEnv, root: string): Services | undefined {
  const { PITLANE_TEST_KAFKA: kafka, PITLANE_TEST_SERVICES_DATA: data } = environment;
  if (kafka === undefined || data === undefined) return undefined;
  const installed = environment['PITLANE_SERVICES_DIR'] ?? join(root, '.services');
  return { kafka, kafkaLogs: join(data, 'kafka/log'), kafkaJars: join(installed, 'kafka-3.9.1/jars') };
}

/** The row of a question that wants a broker where there is none. */
export const rowWithoutServices = (question: string): Row => ({
  ...EMPTY_ROW,
  question,
  measured: `not asked: run \`node deploy/local/services.mjs run --only kafka -- npm run bench -- ${question}\``,
});

/** Bytes of the records of a topic on the broker's disk, over its partitions; indexes are left out. */
export function topicBytes(services: Services, topic: string): number {
  const partitions = readdirSync(services.kafkaLogs).filter((name) => name.replace(/-\d+$/, '') === topic);
  const segments = partitions.flatMap((name) => {
    const folder = join(services.kafkaLogs, name);
    return readdirSync(folder)
      .filter((file) => file.endsWith('.log'))
      .map((file) => join(folder, file));
  });
  return segments.reduce((sum, file) => sum + statSync(file).size, 0);
}
