/** Follows a task of the node to its result, telling on the way how far it is. */
import { textFromBytes } from '@pitlane/base/units';
import type { TaskEvent } from '@pitlane/catalog-api';
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
  try {
    for await (const event of node.events<Told>(`/v1/tasks/${name}`, body)) {
      if (event.type === 'result') return event.result as Result;
      if (event.type === 'failed') throw errorFromEvent(event);
      lines.show([progressText(event)]);
    }
  } finally {
    lines.clear();
  }
  throw errorFromEvent({ code: 'unavailable', message: `the node ended ${name} without a result: run it again` });
}

function progressText({ text, doneBytes, totalBytes }: TaskEvent & { type: 'progress' }): string {
  if (totalBytes === 0) return text;
  return `${text}  ${Math.floor((100 * doneBytes) / totalBytes)} %  ${textFromBytes(doneBytes)} of ${textFromBytes(totalBytes)}`;
}
