/** Work that tells how far it is by a call, as events of a task. A slow reader gets the newest, and never more. */
import type { TaskEvent } from '@pitlane/catalog-api';

type Progress = Extract<TaskEvent, { readonly type: 'progress' }>;

export async function* telling(
  work: (tell: (progress: Omit<Progress, 'type'>) => void) => Promise<object>,
): AsyncGenerator<TaskEvent> {
  let newest: Progress | undefined;
  let wake = (): void => {};
  let result: object | undefined;
  const done = work((progress) => {
    newest = { type: 'progress', ...progress };
    wake();
  }).then((value) => {
    result = value;
    wake();
  });
  while (result === undefined) {
    const told = newest;
    newest = undefined;
    if (told) yield told;
    // What comes while the reader takes one is looked at again before it is waited for.
    else if (newest === undefined) await Promise.race([done, new Promise<void>((resolve) => (wake = resolve))]);
  }
  yield { type: 'result', result };
}
