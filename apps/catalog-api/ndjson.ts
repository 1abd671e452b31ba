/**
 * Events as lines while they come, one by one as the reader takes them. A line every few seconds tells a waiting client
 * that the node lives; a failure becomes the last line, because the status has long been sent.
 */
import type { Clock } from '@pitlane/base/time';
import { problemFrom } from './problem.ts';

export interface LineFormat<Event extends object> {
  event(event: Event | Failed): string;
  /** Told so often, whatever else is told. */
  readonly heartbeatMs: number;
  heartbeat(nowMs: number): string;
}

interface Failed {
  readonly type: 'failed';
}

export const NDJSON: LineFormat<object> = {
  event: (event) => `${JSON.stringify(event)}\n`,
  heartbeatMs: 10_000,
  heartbeat: () => '\n',
};

/** An event with the id by which a listener that comes back says what it has heard. */
export interface Numbered {
  readonly id: string;
  readonly event: { readonly type: string };
}

/** Server-sent events, named by their type. A tick has no id: whoever comes back goes on behind the last event. */
export const SSE: LineFormat<Numbered> = {
  event: (event) => ('id' in event ? `id: ${event.id}\n${sseText(event.event)}` : sseText(event)),
  heartbeatMs: 5000,
  heartbeat: (nowMs) => sseText({ type: 'tick', nowMs }),
};

const sseText = (event: { readonly type: string; readonly nowMs?: number }): string =>
  `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

export async function* linesFrom<Event extends object>(
  events: AsyncIterable<Event>,
  format: LineFormat<Event>,
  clock: Clock,
): AsyncGenerator<string> {
  const { heartbeatMs } = format;
  const iterator = events[Symbol.asyncIterator]();
  try {
    yield format.heartbeat(clock.nowMs());
    let dueMs = clock.monotonicMs() + heartbeatMs;
    for (let next = iterator.next(); ; ) {
      const taken = await firstOf(next, Math.max(0, dueMs - clock.monotonicMs()));
      if (taken === undefined) {
        dueMs = clock.monotonicMs() + heartbeatMs;
        yield format.heartbeat(clock.nowMs());
      } else if (taken.done) return;
      else {
        yield format.event(taken.value);
        next = iterator.next();
      }
    }
  } catch (error) {
    const { code, detail, retryable, details } = problemFrom(error);
    const failed = { type: 'failed', code, message: detail, retryable, ...(details && { details }) } as const;
    yield format.event(failed);
  } finally {
    // Not awaited: a generator that waits for its next event would hold the answer open.
    iterator.return?.().catch(() => {});
  }
}

/** What `promise` gives, or undefined if it takes longer than `waitMs`. */
async function firstOf<T>(promise: Promise<T>, waitMs: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, waitMs, undefined);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
