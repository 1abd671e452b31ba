/**
 * Events as lines of JSON while they come, one by one as the reader takes them. An empty line every few seconds tells a
 * waiting client that the node lives; a failure becomes the last line, because the status has long been sent.
 */
import { problemFrom } from './problem.ts';

export const HEARTBEAT_MS = 10_000;

export interface LineFormat {
  event(event: object): string;
  readonly heartbeat: string;
}

export const NDJSON: LineFormat = { event: (event) => `${JSON.stringify(event)}\n`, heartbeat: '\n' };

/** Server-sent events, named by their type. */
export const SSE: LineFormat = {
  event: (event) => `event: ${'type' in event ? String(event.type) : 'message'}\ndata: ${JSON.stringify(event)}\n\n`,
  heartbeat: ': still here\n\n',
};

export async function* linesFrom(
  events: AsyncIterable<object>,
  format: LineFormat,
  heartbeatMs = HEARTBEAT_MS,
): AsyncGenerator<string> {
  const iterator = events[Symbol.asyncIterator]();
  try {
    yield format.heartbeat;
    for (let next = iterator.next(); ; ) {
      const taken = await firstOf(next, heartbeatMs);
      if (taken === undefined) yield format.heartbeat;
      else if (taken.done) return;
      else {
        yield format.event(taken.value);
        next = iterator.next();
      }
    }
  } catch (error) {
    const { code, detail, retryable, details } = problemFrom(error);
    yield format.event({ type: 'failed', code, message: detail, retryable, ...(details && { details }) });
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
