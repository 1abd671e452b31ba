/** The node of `up` and `start`: it takes the home, or says who has it, and goes on with what was left unfinished. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Settings } from '../settings.ts';
import { type OpenNode, openNode } from './open-node.ts';
import { busy, runningNode } from './with-node.ts';

const WAIT_MS = 10_000;
const RETRY_MS = 200;

export async function openStayingNode(home: string, settings: Settings): Promise<OpenNode> {
  const endMs = performance.now() + WAIT_MS;
  for (;;) {
    const node = await openNode({ home, settings, port: settings.port, stays: true, shares: true });
    if (node) return node;
    // A command's own node ends with it, and a node that does not answer is about to start or to end.
    if ((await runningNode(home))?.stays || performance.now() > endMs) throw await busy(home);
    await delay(RETRY_MS);
  }
}

export async function untilStopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
