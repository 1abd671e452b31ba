/** `HOME/node.json`: where the node of a home listens, and its token. Readable by its owner only; never half written. */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NodeAddress } from './node-client.ts';

export const nodeFilePath = (home: string): string => join(home, 'node.json');

export async function writeNodeFile(home: string, address: NodeAddress): Promise<void> {
  const path = nodeFilePath(home);
  const draft = `${path}.${address.pid}.draft`;
  await mkdir(home, { recursive: true });
  await rm(draft, { force: true });
  await writeFile(draft, `${JSON.stringify(address, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  await rename(draft, path);
}

/** What the file says, or undefined if there is none or it makes no sense. */
export async function readNodeFile(home: string): Promise<NodeAddress | undefined> {
  try {
    const {
      url,
      token,
      pid,
      port,
      stays = false,
    } = JSON.parse(await readFile(nodeFilePath(home), 'utf8')) as Partial<NodeAddress>;
    const whole = typeof url === 'string' && typeof token === 'string' && typeof pid === 'number';
    return whole && typeof port === 'number' ? { url, token, pid, port, stays } : undefined;
  } catch {
    return undefined;
  }
}

/** Removes the file if it is still this process's. */
export async function removeNodeFile(home: string, pid: number): Promise<void> {
  if ((await readNodeFile(home))?.pid === pid) await rm(nodeFilePath(home), { force: true });
}
