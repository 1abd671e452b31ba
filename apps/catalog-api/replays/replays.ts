/** Replays as a service of a program: planned here beside the catalog, carried out in processes of their own. */
import { setTimeout as delay } from 'node:timers/promises';
import { isPitlaneError } from '@pitlane/base/errors';
import { moduleBeside, StreamingChildren } from '@pitlane/base/spawn';
import type { Catalog } from '@pitlane/ports/catalog';
import { type ExportRequest, isOnItsWay, planReplay, type ReplayPlan } from '@pitlane/stages/90-serve';
import type { ReplayJob, ReplayPace, ReplayTold } from './replay-job.ts';

/** Heap of a process; buffers come on top, within what a replay may use. */
const HEAP_MIB = 256;
const LOOK_EVERY_MS = 1000;

export interface ReplayParts {
  readonly catalog: Pick<Catalog, 'query'>;
  /** What opens the store in another process. */
  readonly storeSpec: object;
  /** So many go on at once, for hours where somebody follows them in real time. */
  readonly atOnceMax: number;
}

export class Replays {
  readonly #parts: ReplayParts;
  readonly #children: StreamingChildren<ReplayJob>;

  constructor(parts: ReplayParts) {
    this.#parts = parts;
    this.#children = new StreamingChildren({
      module: moduleBeside(import.meta.url, './replay.child'),
      processesMax: parts.atOnceMax,
      busyText: `${parts.atOnceMax} replays go on already: try again later`,
      diedText: 'the process of the replay died: an object may be damaged, `pitlane verify` tells',
      nodeArguments: [`--max-old-space-size=${HEAP_MIB}`],
    });
  }

  /** @param waits until nothing of it is on its way; what is lost will not come. */
  async plan(request: ExportRequest, waits: boolean, signal: AbortSignal): Promise<ReplayPlan> {
    for (;;) {
      const planned = await planReplay(this.#parts.catalog as Catalog, request).catch((error: unknown) => {
        if (waits && isPitlaneError(error, 'unavailable')) return undefined; // all of it is on its way
        throw error;
      });
      if (planned && !(waits && planned.missing.some(isOnItsWay))) return planned;
      await delay(LOOK_EVERY_MS, undefined, { signal });
    }
  }

  /** Lines of NDJSON, no faster than they are read; at last how it went. */
  async *lines(
    { messages: plan }: ReplayPlan,
    pace: ReplayPace,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array, ReplayTold, undefined> {
    const { storeSpec } = this.#parts;
    return (yield* this.#children.run({ storeSpec, plan, ...pace }, signal)) as ReplayTold;
  }

  close(): void {
    this.#children.close();
  }
}
