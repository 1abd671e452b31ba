/** A garage beyond this machine's home, as `push` talks to it: its list of uploads, and the token that it wants. */
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import { NodeClient } from '../node/node-client.ts';
import { readNodeFile } from '../node/node-file.ts';

export interface KnownUpload {
  readonly id: string;
  readonly url: string;
  readonly filename: string;
  readonly bytes: number;
  readonly state: 'receiving' | 'checking' | 'done' | 'refused';
  readonly sha256: string | null;
  readonly text: string;
}

export interface RemoteGarage {
  /** Absolute address of a path there. */
  address(path: string): string;
  /** Read anew each time: who runs the garage may change it. */
  token(): Promise<string | undefined>;
  uploadsOf(vehicle: string, drive: string): Promise<readonly KnownUpload[]>;
  /** When it is checked to its end. */
  ended(id: string): Promise<KnownUpload>;
}

export interface RemoteOptions {
  readonly url: string;
  readonly tokenFile: string | undefined;
  /** A node of this home has its token in it. */
  readonly home: string;
  readonly signal: AbortSignal;
}

const UPLOADS = '/v1/garage/uploads';
const PAGE = 2000;
const LOOK_AGAIN_MS = 500;

export function remoteGarage({ url, tokenFile, home, signal }: RemoteOptions): RemoteGarage {
  const base = garageUrl(url);
  const token = (): Promise<string | undefined> =>
    tokenFile === undefined ? tokenOfHome(home, base) : tokenIn(tokenFile);
  const client = async (): Promise<NodeClient> => {
    const address = { url: base.origin, token: (await token()) ?? '', pid: 0, port: Number(base.port), stays: true };
    return new NodeClient(address, signal);
  };
  return {
    address: (path) => new URL(path, base).href,
    token,
    async uploadsOf(vehicle, drive) {
      const all: KnownUpload[] = [];
      let cursor: string | undefined;
      do {
        const query = { vehicle, drive, limit: PAGE, cursor };
        const page = await (await client()).get<{ uploads: KnownUpload[]; next: string | null }>(UPLOADS, query);
        all.push(...page.uploads);
        cursor = page.next ?? undefined;
      } while (cursor !== undefined);
      return all;
    },
    async ended(id) {
      for (;;) {
        const upload = await (await client()).get<KnownUpload>(`${UPLOADS}/${id}`);
        if (upload.state === 'done' || upload.state === 'refused') return upload;
        await delay(LOOK_AGAIN_MS, undefined, { signal });
      }
    },
  };
}

function garageUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.username === '') return url;
  throw new PitlaneError(
    'bad-usage',
    `${JSON.stringify(text)} is no address of a garage: such as http://garage-1:7420`,
  );
}

async function tokenIn(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (cause) {
    throw new PitlaneError('bad-usage', `the token file ${file} cannot be read: ${messageOf(cause)}`, { cause });
  }
}

async function tokenOfHome(home: string, base: URL): Promise<string | undefined> {
  const node = await readNodeFile(home);
  const isOwn = node !== undefined && /^(127\.0\.0\.1|localhost|\[::1\])$/.test(base.hostname);
  return isOwn && String(node.port) === base.port ? node.token : undefined;
}
