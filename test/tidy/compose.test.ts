/** `deploy/local/compose.yaml` and its Dockerfile are not run where there is no Docker: here they are read. */
import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../../apps/cli/settings.ts';
import { files, textOf } from './source-tree.ts';

const compose = textOf('deploy/local/compose.yaml');
const dockerfile = textOf('deploy/local/Dockerfile');
const lines = compose.split('\n').filter((line) => line.trim() !== '' && !/^\s*#/.test(line));

/** What a provisioning script calls `name=`. */
const provisioned = (service: string, name = 'version'): string | undefined =>
  new RegExp(`^${name}=([\\w.]+)`, 'm').exec(textOf(`deploy/local/${service}/provision.sh`))?.[1];
const indentOf = (line: string): number => line.length - line.trimStart().length;

/** The keys at `indent` below the line that is exactly `head`. */
function keysBelow(head: string, indent: number): string[] {
  const start = lines.indexOf(head);
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => indentOf(line) <= indentOf(head));
  const own = rest.slice(0, end === -1 ? undefined : end).filter((line) => indentOf(line) === indent);
  return own.map((line) => /^\s*([\w-]+|<<):/.exec(line)?.[1] ?? line);
}

const services = keysBelow('services:', 2);

describe('the containers of deploy/local', () => {
  it('are two landers, two indexers, two garages and a catalog API over Kafka and the stand-ins', () => {
    expect(services.toSorted()).toEqual([
      'bigquery',
      'bucket',
      'catalog-api',
      'garage-1',
      'garage-2',
      'gcs',
      'indexer-1',
      'indexer-2',
      'kafka',
      'lander-1',
      'lander-2',
      'receipt-key',
    ]);
    const mains = [...compose.matchAll(/"(apps\/[\w-]+)\/dist\/main\.js"/g)].map(([, app]) => `${app}/main.ts`);
    expect(new Set(mains).size).toBe(4);
    expect(mains.filter((main) => !files.includes(main))).toEqual([]);
  });

  it('are written in lines of one key or item each, indented by twos, and no key stands twice', () => {
    expect(lines.filter((line) => !/^( {2})*(([\w-]+|<<):( \S.*)?|- ".*")$/.test(line))).toEqual([]);
    const top = lines.filter((line) => indentOf(line) === 0).map((line) => line.split(':')[0]);
    expect(top.filter((key, i) => top.indexOf(key) !== i)).toEqual([]);
    for (const service of services) {
      const head = lines.find((line) => line.startsWith(`  ${service}:`)) as string;
      const keys = keysBelow(head, 4);
      expect([service, keys.filter((key, i) => keys.indexOf(key) !== i)]).toEqual([service, []]);
    }
  });

  it('use the very versions that the provisioning scripts install', () => {
    const images = Object.fromEntries(
      [...compose.matchAll(/^ +image: (\S+):(\S+)$/gm)].map(([, name, tag]) => [name, tag]),
    );
    expect(images).toMatchObject({
      'apache/kafka': provisioned('kafka'),
      'fsouza/fake-gcs-server': provisioned('gcs'),
      'pitlane-local-bqemulator': provisioned('bigquery'),
    });
    const built = Object.fromEntries(
      [...dockerfile.matchAll(/^ARG (\w+)=(\S+)$/gm)].map(([, name, value]) => [name, value]),
    );
    expect(built).toEqual({
      BQEMULATOR_VERSION: provisioned('bigquery'),
      DUCKDB_VERSION: provisioned('bigquery', 'duckdb'),
      SQLGLOT_VERSION: provisioned('bigquery', 'sqlglot'),
    });
    for (const version of [...Object.values(images), ...Object.values(built)])
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    const bases = [...dockerfile.matchAll(/^FROM (\S+) AS/gm)].map(([, base]) => base);
    expect(bases.length).toBe(3);
    expect(bases.filter((base) => !/:\d+\.\d+\.\d+-/.test(base ?? ''))).toEqual([]);
  });

  it('set variables that there are, hold no secret, and open ports on loopback alone', () => {
    const variables = Object.values(SETTINGS).map(({ variable }) => variable as string);
    const set = [...compose.matchAll(/^ +(PITLANE_\w+):/gm)].map(([, name]) => name ?? '');
    expect(set.length).toBeGreaterThan(8);
    expect(set.filter((name) => !variables.includes(name))).toEqual([]);
    const ports = [...compose.matchAll(/ports: \["([^"]+)"\]/g)].map(([, port]) => port);
    expect(ports.length).toBe(3);
    expect(ports.filter((port) => !port?.startsWith('127.0.0.1:'))).toEqual([]);
  });

  it('run as users that are not root, and say when they are healthy', () => {
    const stages = dockerfile.split(/^FROM /m).slice(2);
    expect(stages.map((stage) => [/^USER (\w+)$/m.exec(stage)?.[1], stage.includes('HEALTHCHECK')])).toEqual([
      ['node', true],
      ['emulator', true],
    ]);
    for (const service of ['kafka', 'gcs']) expect(keysBelow(`  ${service}:`, 4)).toContain('healthcheck');
  });
});
