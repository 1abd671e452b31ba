/** Every example of the API's document, run as it stands there, by a shell, against a node with a generated drive. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type DeadLetter, LogTopic } from '@pitlane/contracts/records';
import { openSqliteLog } from '@pitlane/message-log-sqlite';
import { Compile } from 'typebox/schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXAMPLE_VARIABLES } from '../../test/support/example-variables.ts';
import { openShell, type Shell } from './cli.fixture.ts';
import { readSettings } from './settings.ts';
import { openNode, type OpenNode } from './wiring/open-node.ts';

interface Operation {
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { schema: object }>> }>>;
  readonly 'x-codeSamples': readonly { readonly source: string }[];
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: object;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}

const run = promisify(execFile);
let shell: Shell;
let node: OpenNode;
let document: Document;
let variables: Record<string, string>;

beforeAll(async () => {
  shell = await openShell();
  await shell.run('generate', '-o', 'drive', '--size', 'small', '--duration', '4', '--vehicle', 'car-9');
  await shell.run('ingest', 'drive', '--json');
  await setAside({ lane: 'bulk', partition: 3, firstOffset: '1042', lastOffset: '1042' });
  const settings = readSettings({ environment: { PITLANE_HOME: shell.home }, given: {} }, () => {});
  node = (await openNode({ home: shell.home, settings, port: 0, stays: true, shares: true })) as OpenNode;
  document = await json<Document>('/docs/json');
  variables = await variablesOf(node);
}, 240_000);
afterAll(async () => {
  await node.close();
  await shell[Symbol.asyncDispose]();
});

/** A letter such as a lander leaves. */
async function setAside(place: Pick<DeadLetter, 'lane' | 'partition' | 'firstOffset' | 'lastOffset'>): Promise<void> {
  const said = { chunkId: 'f'.repeat(64), attempt: null, object: null, reason: 'incomplete', isResent: false };
  const log = openSqliteLog({ file: join(shell.home, 'log.sqlite') });
  const value = JSON.stringify({ ...place, ...said, setAsideAtMs: 0 });
  await log.publish(LogTopic.deadletters, [{ key: 'f', value }]);
  await log.close();
}

async function json<T>(path: string, init: RequestInit = {}): Promise<T> {
  const headers = { authorization: `Bearer ${node.address.token}`, 'content-type': 'application/json' };
  return (await (await fetch(`${node.address.url}${path}`, { ...init, headers })).json()) as T;
}

async function variablesOf({ address }: OpenNode): Promise<Record<string, string>> {
  const post = <T>(path: string, body: object): Promise<T> =>
    json<T>(path, { method: 'POST', body: JSON.stringify(body) });
  const [drive] = (await json<{ drives: [Record<string, string>] }>('/v1/drives')).drives;
  const { driveId = '', vehicleId = '', startTime = '' } = drive;
  const [chunk] = (await json<{ chunks: [{ chunkId: string }] }>('/v1/chunks')).chunks;
  const [preview] = (await json<{ previews: [{ previewId: string }] }>('/v1/previews')).previews;
  const event = { driveId, time: startTime, kind: 'label' };
  const marked = await post<{ events: [{ eventId: string }] }>('/v1/events', { events: [event], author: 'test' });
  const order = await post<{ orderId: string }>('/v1/garage/orders', { vehicleId: 'another' });
  const plan = JSON.stringify({ kind: 'frames', camera: '/camera/front/image/compressed' });
  await writeFile(join(shell.home, 'plan.json'), plan);
  await shell.run('dataset', 'create', 'frozen', '--plan', 'plan.json', '--sql', 'SELECT drive_id FROM drives');
  await shell.run('dataset', 'build', 'frozen');
  const [shard] = (await json<{ shards: [Record<'snapshotId' | 'split', string>] }>('/v1/shards')).shards;
  const out = join(shell.home, 'out');
  await mkdir(out);
  const runId = await matrixRun();
  const upload = await uploadOf(address.url, address.token);
  const { code } = await post<{ code: string }>('/v1/session/codes', {});
  const incident = { kind: 'mark-incident', driveId, time: startTime, note: 'to be taken back' };
  const action = await post<{ actionId: string }>('/v1/garage/actions', incident);
  return {
    PITLANE: address.url,
    TOKEN: address.token,
    DRIVE: driveId,
    VEHICLE: vehicleId,
    START: startTime,
    CHUNK: chunk.chunkId,
    PREVIEW: preview.previewId,
    EVENT: marked.events[0].eventId,
    FOLDER: join(shell.home, 'drive'),
    OUT: out,
    LETTER: 'bulk/3/1042',
    ORDER: order.orderId,
    UPLOAD: upload,
    CODE: code,
    ACTION: action.actionId,
    DATASET: 'frozen',
    SNAPSHOT: shard.snapshotId,
    FILE: `${shard.split}-000000.tar`,
    SAMPLE: `${shard.snapshotId.slice(0, 8)}-${shard.split}-000000-00000`,
    YEAR: String(new Date(Number(BigInt(startTime) / 1_000_000n)).getUTCFullYear()),
    RUN: runId,
    RESULTS: join(shell.home, 'matrix', runId, 'results.ndjson'),
  };
}

/** Of more bytes than the example sends, so that it stays unfinished. */
async function uploadOf(url: string, token: string): Promise<string> {
  const metadata = { filename: 'unfinished.txt', vehicle: 'car-9' };
  const encoded = Object.entries(metadata).map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`);
  const headers = {
    authorization: `Bearer ${token}`,
    'tus-resumable': '1.0.0',
    'upload-length': '6',
    'upload-metadata': encoded.join(','),
  };
  const { headers: told } = await fetch(`${url}/v1/garage/uploads`, { method: 'POST', headers });
  return told.get('location')?.split('/').at(-1) ?? '';
}

async function matrixRun(): Promise<string> {
  const program = { argv: [process.execPath, '-e', 'process.stdin.resume()'], timeoutS: 60 };
  const scenario = { name: 'pass', select: 'SELECT drive_id FROM drives', topics: ['/imu/*'], program };
  await writeFile(join(shell.home, 'pass.yaml'), JSON.stringify(scenario)); // JSON is YAML
  return (await shell.run('matrix', 'run', 'pass.yaml', '--json')).json<{ runId: string }>().runId;
}

/** Runs a line as it stands, and keeps what curl was answered. */
async function answerTo(line: string, at: number): Promise<Answer> {
  const folder = join(shell.home, `example-${at}`);
  await mkdir(folder);
  const script = `cd "$FOLDER_OF_TEST"
    curl() { command curl -o body "$@" -w '%{http_code} %{content_type}' > told; }
    ${line.replace(/ -o [\w.-]+/, '')}
    test $? -eq 0 -o $? -eq 28`; // 28: --max-time, of a stream that does not end
  const env = { PATH: process.env['PATH'], FOLDER_OF_TEST: folder, ...variables };
  await run('bash', ['-c', script], { env, timeout: 60_000 }).catch((cause: unknown) => {
    throw new Error(`this line does not run: ${line}`, { cause });
  });
  const [status = '', ...type] = (await readFile(join(folder, 'told'), 'utf8')).split(' ');
  const body = await readFile(join(folder, 'body')).catch(() => Buffer.alloc(0));
  return { status: Number(status), type: type.join(' ').split(';')[0] ?? '', body };
}

/** What of an answer is not as its schema says. */
function faultsOf({ status, type, body }: Answer, { responses }: Operation): unknown[] {
  const told = responses[String(status)] ?? responses[`${String(status)[0]}XX`];
  if (!told || status >= 300) return [`answered ${status} ${type}: ${body.toString().slice(0, 500)}`];
  if (told.content === undefined) return [];
  const media = told.content[type];
  if (!media) return [`answered ${type}, and not ${Object.keys(told.content).join(' or ')}`];
  if (!/json/.test(type)) return body.byteLength > 0 ? [] : ['answered nothing'];
  const schema = Compile({ ...media.schema, components: document.components });
  const text = body.toString();
  const values = type === 'application/x-ndjson' ? text.split('\n').filter((line) => line.trim() !== '') : [text];
  return values.flatMap((value) => {
    const parsed = JSON.parse(value) as unknown;
    return schema.Check(parsed) ? [] : [schema.Errors(parsed)[1].slice(0, 3), value.slice(0, 300)];
  });
}

describe('the examples of the API', () => {
  it('are about things that this test has', () => {
    expect(Object.keys(variables).sort()).toEqual(Object.keys(EXAMPLE_VARIABLES).sort());
    expect(Object.entries(variables).filter(([, value]) => value === '')).toEqual([]);
  });

  it('all run, and are answered as their schemas say', { timeout: 600_000 }, async () => {
    const all = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => ({ name: `${method} ${path}`, operation })),
    );
    // What ends soon goes first, and what takes away last.
    const placeOf = ({ name }: { name: string }): number =>
      ['delete /v1/garage/actions/{actionId}', 'post /v1/session'].includes(name)
        ? 0
        : name.startsWith('delete')
          ? 2
          : 1;
    const faults: Record<string, unknown> = {};
    for (const [at, { name, operation }] of all.sort((a, b) => placeOf(a) - placeOf(b)).entries()) {
      const line = operation['x-codeSamples'][0]?.source ?? '';
      const found = faultsOf(await answerTo(line, at), operation);
      if (found.length > 0) faults[name] = { line, found };
    }
    expect(all.length).toBeGreaterThan(60);
    expect(faults).toEqual({});
  });

  it('stand on a page that needs nothing from elsewhere', async () => {
    const page = await (await fetch(`${node.address.url}/docs`)).text();
    expect(page).toContain('swagger-ui');
    expect([...page.matchAll(/(?:src|href)="(https?:)?\/\//g)]).toEqual([]);
  });
});
