/** Follows a task of the node to its result, telling on the way how far it is. */
import type { TaskEvent } from '@pitlane/catalog-api';
import { bytesASecond, Pace, stepsASecond } from '../output/pace.ts';
import { Rewritten } from '../output/rewritten.ts';
import type { Terminal } from '../output/terminal.ts';
import { errorFromEvent, type NodeClient } from './node-client.ts';

type Told = TaskEvent | { readonly type: 'failed'; readonly code: string; readonly message: string };

export async function followTask<Result>(
  node: NodeClient,
  name: string,
  body: object,
  terminal: Terminal,
): Promise<Result> {
  const lines = new Rewritten(terminal);
  const progressText = new ProgressText();
  try {
    for await (const event of node.events<Told>(`/v1/tasks/${name}`, body)) {
      if (event.type === 'result') return event.result as Result;
      if (event.type === 'failed') throw errorFromEvent(event);
      lines.show([progressText.of(event)]);
    }
  } finally {
    lines.clear();
  }
  throw errorFromEvent({ code: 'unavailable', message: `the node ended ${name} without a result: run it again` });
}

/** `verifying DRIVE  120 of 500 objects  24 %  48 objects/s  8.0 s left` */
class ProgressText {
  #unit: string | undefined;
  #pace: Pace | undefined;

  of({ text, steps }: TaskEvent & { type: 'progress' }): string {
    if (!steps) return text;
    if (!this.#pace || steps.unit !== this.#unit) {
      this.#unit = steps.unit;
      this.#pace = new Pace(steps.unit === 'byte' ? bytesASecond : stepsASecond(steps.unit));
    }
    return [text, ...this.#pace.facts(steps.done, steps.total)].join('  ');
  }
}
