/**
 * Runs a command against the node of a home: the one that runs, or else one that lives in this process as long as the
 * command does. Either way it goes over HTTP, so that a command cannot behave in two ways.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { PitlaneError } from '@pitlane/base/errors';
import { type NodeAddress, NodeClient } from '../node/node-client.ts';
import { readNodeFile } from '../node/node-file.ts';
import type { Settings } from '../settings.ts';
import { requireHome } from '@pitlane/wiring/home';

export interface WithNodeOptions {
  /** Absolute. */
  readonly home: string;
  readonly settings: Settings;
  readonly signal: AbortSignal;
  /** Other commands may use a node that is started for this one: it takes long. */
  readonly shares?: boolean;
  /** The home is made if there is none; otherwise that is `not-found`. */
  readonly makes?: boolean;
  /** The work docks something at once. */
  readonly docks?: boolean;
  /** How long to wait for a node that starts or ends. */
  readonly waitMs?: number;
}

const WAIT_MS = 10_000;
const GUESTS_WAIT_MS = 24 * 3_600_000;
const RETRY_MS = 100;
const HEALTH_TIMEOUT_MS = 2000;

/** How the work wants its own node to end. */
export interface Leaving {
  /** Without waiting for requests under way: the work's own goes on in the background otherwise. */
  now: boolean;
}

export async function withNode<T>(
  options: WithNodeOptions,
  work: (client: NodeClient, leaving: Leaving) => Promise<T>,
): Promise<T> {
  const { home, signal } = options;
  const leaving: Leaving = { now: true };
  const endMs = performance.now() + (options.waitMs ?? WAIT_MS);
  for (;;) {
    const running = await runningNode(home);
    if (running) return work(new NodeClient(running, signal), leaving);
    // A catalog in the cloud is asked from any desk.
    if (!options.makes && options.settings.catalog === 'embedded') requireHome(home);
    const node = await openOwn(options);
    if (node) {
      try {
        leaving.now = false;
        return await work(new NodeClient(node.address, signal), leaving).catch((error: unknown) => {
          leaving.now = true;
          throw error;
        });
      } finally {
        // Commands that came to use this node meanwhile are let finish, unless this one was told to stop.
        await node.close(signal.aborted || leaving.now ? 0 : GUESTS_WAIT_MS);
      }
    }
    if (performance.now() > endMs || signal.aborted) throw await busy(home);
    await delay(RETRY_MS);
  }
}

/** The node that runs on `home`, if its file leads to one that answers to its token. */
export async function runningNode(home: string): Promise<NodeAddress | undefined> {
  const address = await readNodeFile(home);
  if (!address || !/^http:\/\/(127\.0\.0\.1|localhost|\[::1\]):\d+$/.test(address.url)) return undefined;
  try {
    const client = new NodeClient(address, AbortSignal.timeout(HEALTH_TIMEOUT_MS));
    const health = await client.get<{ pid?: number }>('/healthz');
    return health.pid === address.pid ? address : undefined;
  } catch {
    return undefined; // a file that a killed node left
  }
}

/** Loaded here, because a command that finds a running node needs none of a node's parts. */
async function openOwn({
  home,
  settings,
  shares = false,
  docks = false,
}: WithNodeOptions): Promise<OwnNode | undefined> {
  const { openNode } = await import('./open-node.ts');
  return openNode({ home, settings, port: 0, stays: false, shares, docks });
}

interface OwnNode {
  readonly address: NodeAddress;
  close(waitMs?: number): Promise<void>;
}

/** Says who holds the home. */
export async function busy(home: string): Promise<PitlaneError> {
  const address = await readNodeFile(home);
  if (address?.stays === false) {
    return new PitlaneError(
      'busy',
      `another command (process ${address.pid}) is at work on ${home}: wait until it has ended`,
      {
        details: { pid: address.pid },
      },
    );
  }
  const who = address ? `process ${address.pid}, port ${address.port}` : 'another process';
  const next = address ? `use it at ${address.url}, or stop it first` : 'wait until it has ended, or stop it';
  return new PitlaneError('busy', `a node runs already on ${home} (${who}): ${next}`, {
    details: address ? { pid: address.pid, port: address.port } : {},
  });
}
