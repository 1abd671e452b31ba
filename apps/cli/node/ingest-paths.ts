/** Docks paths one after another and follows each to its end; what one comes to does not hold up the next. */
import { messageOf, isPitlaneError } from '@pitlane/base/errors';
import type { DockEvent, DriveResult } from '@pitlane/garage';
import { DockProgressView } from '../output/dock-progress-view.ts';
import type { Terminal } from '../output/terminal.ts';
import { verdictText } from '../output/verdict-text.ts';
import { type LeftOut, leftOutOf } from './left-out.ts';
import { errorFromEvent, type NodeClient } from './node-client.ts';

export interface IngestAsked {
  /** Absolute. */
  readonly paths: readonly string[];
  readonly vehicleId?: string;
  readonly tenant?: string;
  readonly priority?: number;
  /** Globs: what alone may leave the garage, and what stays in any case. */
  readonly topics?: readonly string[];
  readonly exclude?: readonly string[];
  /** For all paths together. */
  readonly timeoutMs?: number;
}

/** A drive as it is reported: beside what this docking brought, which copies of it no longer count. */
export interface IngestedDrive extends DriveResult {
  readonly superseded: readonly LeftOut[];
}

export interface Ingested {
  readonly drives: readonly IngestedDrive[];
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
  const drives: IngestedDrive[] = [];
  const failures: Ingested['failures'][number][] = [];
  for (const path of paths) {
    if (stop.aborted || deadline?.aborted) {
      failures.push({ path, code: 'interrupted', message: 'not begun: run the same command again to go on' });
      continue;
    }
    try {
      for (const drive of await dockOne(node, { ...request, path }, terminal, deadline)) {
        drives.push({ ...drive, superseded: await supersededOf(node, drive) });
      }
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

/** What landed is told even when the catalog does not answer any more. */
async function supersededOf(node: NodeClient, { driveId, tenant }: DriveResult): Promise<readonly LeftOut[]> {
  const leftOut = await leftOutOf(node, driveId, tenant).catch(() => []);
  return leftOut.filter(({ setState }) => setState === 'superseded');
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
      if (event.type === 'verdict' && event.verdict.judgedFrom === 'index')
        view.tell(verdictText(event.verdict, terminal));
    }
  } finally {
    view.clear();
  }
  throw errorFromEvent({ code: 'interrupted', message: 'the node stopped before the docking was done: run it again' });
}
