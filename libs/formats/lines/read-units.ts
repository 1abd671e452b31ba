/** The loop of all text formats: units are taken for as long as they lie in view, then the view moves on. */
import { assert } from '@pitlane/base/errors';
import type { ByteSource, ReadTools, RecordingEvent } from '../recording/index.ts';
import { BlockView } from './block-view.ts';
import type { TextEvents } from './text-events.ts';

/** Returned where a unit cannot be judged before the view has moved; never when the view reaches the end of the file. */
export const SEE_MORE = -1;

/** One format's grammar. Indices are into the view. */
export interface TakesUnits {
  /** Called once, with the first block in view. */
  begin?(view: BlockView): void;
  /** Takes what stands at `at` and returns where the next unit begins, or `SEE_MORE`. */
  take(view: BlockView, at: number): number;
  /** Called once behind the last unit. */
  finish(): void;
}

export async function* readUnits(
  source: ByteSource,
  { signal }: ReadTools,
  events: TextEvents,
  units: TakesUnits,
): AsyncGenerator<readonly RecordingEvent[]> {
  const view = new BlockView(source);
  await view.moveTo(0);
  units.begin?.(view);
  for (;;) {
    signal?.throwIfAborted();
    const at = takeInView(view, units);
    const isDone = at >= view.length && view.isLast;
    if (isDone) {
      units.finish();
      events.finish(view.fileEnd);
    }
    // What was given out points into the view, so it goes before the view moves.
    if (!events.isEmpty) yield events.take();
    events.beginBatch();
    if (isDone) return;
    assert(at > 0, 'a unit fits into a block');
    await view.moveTo(view.start + at);
  }
}

function takeInView(view: BlockView, units: TakesUnits): number {
  let at = 0;
  while (at < view.length) {
    const next = units.take(view, at);
    if (next === SEE_MORE) break;
    at = next;
  }
  return at;
}
