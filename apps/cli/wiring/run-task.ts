/** Runs one task in a process of its own: what it burns and what a damaged object does to it stays out of the node. */
import { PitlaneError } from '@pitlane/base/errors';
import { moduleBeside, startChild } from '@pitlane/base/spawn';
import type { TaskEvent } from '@pitlane/catalog-api';
import { type NodeAnswers, type Question, replyTo } from './node-questions.ts';
import type { TaskAnswer, TaskJob } from './task-protocol.ts';

/** Heap of the process; buffers come on top, within what the task's own settings allow. */
const HEAP_MIB = 512;

export async function* runTask(job: TaskJob, node: NodeAnswers, signal: AbortSignal): AsyncGenerator<TaskEvent> {
  const child = startChild(moduleBeside(import.meta.url, './task.child'), [], [`--max-old-space-size=${HEAP_MIB}`]);
  const answers: Exclude<TaskAnswer, Question>[] = [];
  let ended = false;
  let wake = (): void => {};
  const stop = (): void => void child.kill('SIGTERM');
  const onEnd = (): void => {
    ended = true;
    wake();
  };
  child.on('message', (answer: TaskAnswer) => {
    if (answer.type === 'question') {
      void replyTo(answer, node).then((reply) => child.connected && child.send(reply));
      return;
    }
    // Only the newest progress is of interest to a slow reader.
    if (answer.type === 'progress' && answers.at(-1)?.type === 'progress') answers.pop();
    answers.push(answer);
    wake();
  });
  child.on('exit', onEnd);
  child.on('error', onEnd);
  signal.addEventListener('abort', stop, { once: true });
  try {
    if (signal.aborted) stop();
    for (;;) {
      const answer = answers.shift();
      if (answer?.type === 'ready') child.send(job);
      else if (answer?.type === 'failed') throw new PitlaneError(answer.code, answer.message, answer);
      else if (answer) {
        yield answer;
        if (answer.type === 'result') return;
      } else if (ended) throw died(signal);
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    signal.removeEventListener('abort', stop);
    child.kill('SIGTERM');
  }
}

const died = (signal: AbortSignal): PitlaneError =>
  signal.aborted
    ? new PitlaneError('interrupted', 'the task was stopped: run it again')
    : new PitlaneError(
        'decoder-failed',
        'the process of the task died: an object may be damaged, `pitlane verify` tells',
      );
