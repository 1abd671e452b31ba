/**
 * A whole node over a home of its own, in the test's process, and what a test asks of it over HTTP as any command does:
 * dock, query, export, verify, rebuild. It also looks at the bucket from outside, as another program would.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseSettings } from '@pitlane/base/settings';
import { VIEWS } from '@pitlane/contracts/catalog';
import { mcap } from '@pitlane/formats/mcap';
import type { DockEvent, DriveResult, OrderRequest, OrderStatus, Retired } from '@pitlane/garage';
import type { SqlResult, SqlRow } from '@pitlane/ports/catalog';
import { errorFromEvent, NodeClient } from '../../apps/cli/node/node-client.ts';
import { readNodeFile } from '../../apps/cli/node/node-file.ts';
import { SETTINGS } from '../../apps/cli/settings.ts';
import { openNode } from '../../apps/cli/wiring/open-node.ts';
import { memorySource } from './byte-source.ts';
import { linesOf, type ReadRecording, readRecording } from './read-recording.ts';

export interface VerifiedDrive {
  readonly driveId: string;
  readonly ok: boolean;
  readonly faults: readonly { readonly fault: string }[];
}

type Told = { readonly type: string; readonly code?: string; readonly message?: string; readonly result?: object };

export class NodeUnderTest {
  readonly home: string;
  readonly #client: NodeClient;
  readonly #close: () => Promise<void>;
  #exports = 0;

  private constructor(home: string, client: NodeClient, close: () => Promise<void>) {
    this.home = home;
    this.#client = client;
    this.#close = close;
  }

  /**
   * @param environment settings as `PITLANE_…` variables.
   * @param stays as `up` does: it goes on with open docks by itself
   */
  static async open(
    home: string,
    environment: Readonly<Record<string, string>> = {},
    stays = false,
  ): Promise<NodeUnderTest> {
    const settings = parseSettings(SETTINGS, { environment });
    const node = await openNode({ home, settings, port: 0, stays, shares: true });
    if (!node) throw new Error(`${home} is held by another node`);
    const client = new NodeClient(node.address, new AbortController().signal);
    return new NodeUnderTest(home, client, () => node.close(0));
  }

  /** The node that another process runs over `home`. */
  static async attach(home: string): Promise<NodeUnderTest> {
    const address = await readNodeFile(home);
    if (!address) throw new Error(`no node runs over ${home}`);
    return new NodeUnderTest(home, new NodeClient(address, new AbortController().signal), () => Promise.resolve());
  }

  close(): Promise<void> {
    return this.#close();
  }

  /** Docks and waits for the end. Throws what the docking failed with. */
  async dock(docked: string, more: object = {}, heard?: (event: DockEvent) => void): Promise<readonly DriveResult[]> {
    for await (const event of this.#client.events<DockEvent>('/v1/garage/docks', { path: docked, ...more })) {
      heard?.(event);
      if (event.type === 'done') return event.drives;
      if (event.type === 'failed') throw errorFromEvent(event);
    }
    throw new Error('the docking ended without a word');
  }

  /** Docks what is one drive. */
  async dockOne(docked: string, more: object = {}, heard?: (event: DockEvent) => void): Promise<DriveResult> {
    const [drive, ...others] = await this.dock(docked, more, heard);
    if (!drive || others.length > 0) throw new Error(`${docked} is ${others.length + (drive ? 1 : 0)} drives`);
    return drive;
  }

  async rows(sql: string): Promise<readonly SqlRow[]> {
    const { rows, truncated } = await this.#client.post<SqlResult>('/v1/sql', { sql });
    if (truncated) throw new Error(`more rows than one answer holds: ${sql}`);
    return rows;
  }

  async number(sql: string): Promise<number> {
    const [row] = await this.rows(sql);
    return Number(Object.values(row ?? {})[0]);
  }

  /** Waits until what has landed is derived. */
  async derived(): Promise<void> {
    await this.task('derive', {});
  }

  /** All views, each as its rows in an order of their own; but for single samples, of which there may be too many. */
  async views(): Promise<Record<string, readonly string[]>> {
    await this.derived();
    const all: Record<string, readonly string[]> = {};
    for (const { name } of VIEWS.filter((view) => view.name !== 'signals' && view.name !== 'vehicle_states')) {
      all[name] = (await this.rows(`SELECT * FROM ${name}`)).map((row) => JSON.stringify(row)).sort();
    }
    return all;
  }

  async task<T>(name: string, body: object): Promise<T> {
    for await (const event of this.#client.events<Told>(`/v1/tasks/${name}`, body)) {
      if (event.type === 'result') return event.result as T;
      if (event.type === 'failed') throw errorFromEvent(event);
    }
    throw new Error(`${name} ended without a result`);
  }

  /** The drive's export, read back. */
  async exported(driveId: string): Promise<ReadRecording> {
    this.#exports += 1;
    const out = path.join(this.home, '..', `${path.basename(this.home)}-export-${this.#exports}.mcap`);
    await this.task('export', { driveId, out });
    const bytes = await readFile(out);
    await rm(out);
    return readRecording(mcap, memorySource(bytes));
  }

  /** The messages of the drive's export as lines, sorted. */
  async exportedLines(driveId: string): Promise<string[]> {
    return linesOf((await this.exported(driveId)).messages).sort();
  }

  async verify(driveId?: string): Promise<readonly VerifiedDrive[]> {
    const { drives } = await this.task<{ drives: readonly VerifiedDrive[] }>('verify', driveId ? { driveId } : {});
    return drives;
  }

  addOrder(order: OrderRequest): Promise<OrderStatus> {
    return this.#client.post<OrderStatus>('/v1/garage/orders', order);
  }

  async orders(): Promise<readonly OrderStatus[]> {
    return (await this.#client.get<{ orders: readonly OrderStatus[] }>('/v1/garage/orders')).orders;
  }

  removeOrder(orderId: string): Promise<OrderStatus> {
    return this.#client.delete<OrderStatus>(`/v1/garage/orders/${orderId}`);
  }

  async why(id: string): Promise<readonly string[]> {
    return (await this.#client.get<{ lines: readonly string[] }>(`/v1/why/${encodeURIComponent(id)}`)).lines;
  }

  retire(driveId: string, dryRun = false): Promise<Retired> {
    return this.#client.post<Retired>('/v1/retire', { driveId, dryRun });
  }

  /** The rows of a list, as JSON has them. */
  async list(name: string, query: Readonly<Record<string, string>> = {}): Promise<readonly Record<string, unknown>[]> {
    const page = await this.#client.get<Record<string, readonly Record<string, unknown>[]>>(`/v1/${name}`, query);
    return page[name] ?? [];
  }

  reindex(): Promise<object> {
    return this.task('reindex', {});
  }

  /** What lies in the store: every file by name, with its content's SHA-256. */
  async bucket(): Promise<Map<string, string>> {
    // Of a node that is gone the files stand as it left them.
    await this.derived().catch(() => {});
    return filesBelow(path.join(this.home, 'objects'));
  }

  /** The bytes of a chunk of kind `opaque` or `unread`, joined as any MCAP reader gives them. */
  async rawBytes(object: string): Promise<Buffer> {
    const bytes = await readFile(path.join(this.home, 'objects', object));
    const { messages, losses } = await readRecording(mcap, memorySource(bytes), { ratioMax: Infinity });
    if (losses.length > 0) throw new Error(`${object} is damaged: ${losses[0]?.text}`);
    return Buffer.concat(messages.map(({ data }) => data));
  }
}

/** Every file below a folder by its path, with its content's SHA-256; but for locks, which hold nothing. */
export async function filesBelow(folder: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((one) => one.isFile() && !one.name.startsWith('.pitlane.lock'))) {
    const name = path.join(entry.parentPath, entry.name);
    const hash = createHash('sha256').update(await readFile(name));
    files.set(path.relative(folder, name), hash.digest('hex'));
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A folder for one test file, gone with it: `await using scratch = await scratchFolder()`. */
export async function scratchFolder(below = tmpdir()): Promise<{ readonly path: string } & AsyncDisposable> {
  const folder = await mkdtemp(path.join(below, 'pitlane-test-'));
  return { path: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** Previews end alike, in a folder of their own. */
export const isChunkObject = (name: string): boolean => name.endsWith('.mcap') && !name.includes('/previews/');

/** The chunk objects among a bucket's files. */
export const chunkObjects = (bucket: ReadonlyMap<string, string>): string[] => [...bucket.keys()].filter(isChunkObject);
