/** The node of `up` and `start`: it takes the home, or says who has it, and goes on with what was left unfinished. */
import { setTimeout as delay } from 'node:timers/promises';
import { isPitlaneError, PitlaneError } from '@pitlane/base/errors';
import type { Settings } from '../settings.ts';
import { type OpenNode, openNode } from './open-node.ts';
import { untilAborted } from '@pitlane/wiring';
import { busy, runningNode } from './with-node.ts';

const WAIT_MS = 10_000;
const RETRY_MS = 200;
const ASK_MS = 2000;

export async function openStayingNode(home: string, settings: Settings): Promise<OpenNode> {
  const endMs = performance.now() + WAIT_MS;
  for (;;) {
    const node = await openNode({ home, settings, port: settings.port, stays: true, shares: true }).catch(
      async (error: unknown) => Promise.reject(await withHolder(error)),
    );
    if (node) return node;
    // A command's own node ends with it, and a node that does not answer is about to start or to end.
    if ((await runningNode(home))?.stays || performance.now() > endMs) throw await busy(home);
    await delay(RETRY_MS);
  }
}

/** A port that is taken is mostly taken by a node on another home: which one it says itself. */
async function withHolder(error: unknown): Promise<unknown> {
  const port = isPitlaneError(error, 'busy') ? error.details['port'] : undefined;
  if (typeof port !== 'number') return error;
  const holder = await nodeFactsAt(port);
  if (!holder) return error;
  const text = `port ${port} is held by another Pitlane node, on the home ${holder.home}`;
  return new PitlaneError(
    'busy',
    `${text}: use it at http://127.0.0.1:${port}, stop it, or choose another with --port`,
    {
      cause: error,
      details: { port, home: holder.home },
    },
  );
}

/** What listens there is asked without a token, which only nodes of this machine's own homes would know. */
async function nodeFactsAt(port: number): Promise<{ readonly home: string } | undefined> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/node`, { signal: AbortSignal.timeout(ASK_MS) });
    const facts: unknown = answer.ok ? await answer.json() : undefined;
    if (typeof facts !== 'object' || facts === null || !('home' in facts) || !('garage' in facts)) return undefined;
    return typeof facts.home === 'string' ? { home: facts.home } : undefined;
  } catch {
    return undefined; // another program
  }
}

export { untilAborted as untilStopped };
