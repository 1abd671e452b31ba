/** Docks paths one after another and follows each to its end; what one comes to does not hold up the next. */
import { messageOf, isPitlaneError } from '@pitlane/base/errors';
import type { DockEvent, DriveResult } from '@pitlane/garage';
import { DockProgressView } from '../output/dock-progress-view.ts';
import type { Terminal } from '../output/terminal.ts';
import { errorFromEvent, type NodeClient } from './node-client.ts';

export interface IngestAsked {
  /** Absolute. */
  readonly paths: readonly string[];
  readonly vehicleId?: string;
  readonly tenant?: string;
  readonly priority?: number;
  /** For all paths together. */
  readonly timeoutMs?: number;
}

export interface Ingested {
  readonly drives: readonly DriveResult[];
  readonly failures: readonly { readonly path: string; readonly code: string; readonly message: string }[];
}

/** Timers hold no more. */
const TIMEOUT_MS_MAX = 2 ** 31 - 1;

export async function ingestPaths(
  node: NodeClient,
  asked: IngestAsked,
  terminal: Terminal,
  stop: AbortSignal,
): Promise<Ingested> {
  const { paths, timeoutMs, ...request } = asked;
  const deadline =
    timeoutMs === undefined ? undefined : AbortSignal.timeout(Math.min(Math.ceil(timeoutMs), TIMEOUT_MS_MAX));
  const drives: DriveResult[] = [];
  const failures: Ingested['failures'][number][] = [];
  for (const path of paths) {
    if (stop.aborted || deadline?.aborted) {
      failures.push({ path, code: 'interrupted', message: 'not begun: run the same command again to go on' });
      continue;
    }
    try {
      drives.push(...(await dockOne(node, { ...request, path }, terminal, deadline)));
    } catch (error) {
      const late = deadline?.aborted === true && !stop.aborted;
      const message = late
        ? `not done within ${Number(timeoutMs) / 1000} s; what is done is safe: run it again to go on`
        : messageOf(error);
      const code = isPitlaneError(error) ? error.code : 'internal';
      failures.push({ path, code: late ? 'interrupted' : code, message });
    }
  }
  return { drives, failures };
}

async function dockOne(
  node: NodeClient,
  request: object & { readonly path: string },
  terminal: Terminal,
  deadline: AbortSignal | undefined,
): Promise<readonly DriveResult[]> {
  const view = new DockProgressView(terminal, request.path);
  try {
    for await (const event of node.events<DockEvent>('/v1/garage/docks', request, deadline)) {
      if (event.type === 'done') return event.drives;
      if (event.type === 'failed') throw errorFromEvent(event);
      if (event.type === 'progress') view.show(event.stages);
    }
  } finally {
    view.clear();
  }
  throw errorFromEvent({ code: 'interrupted', message: 'the node stopped before the docking was done: run it again' });
}
