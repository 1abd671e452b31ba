/** What every program answers of itself, and what a task tells. */
import { Type } from 'typebox';
import { answer, answerLines, answerOf, count, oneOf, open, text } from './answer.ts';

const PROGRESS = open({
  type: Type.Literal('progress'),
  text: text('for people'),
  steps: Type.Optional(open({ done: count(), total: count(), unit: text('in the singular: `object`, `shard`') })),
});
const RESULT = open({ type: Type.Literal('result'), result: open({}, 'what the task came to') });
const FAILED = open({ type: Type.Literal('failed'), code: text('as in a problem'), message: text() });

export const NODE = {
  health: answer('it lives', open({ status: oneOf('ok'), version: text(), pid: count() })),
  ready: {
    ...answer('it can work', open({ status: oneOf('ready') })),
    503: {
      description: 'it cannot, now',
      content: { 'application/json': { schema: open({ status: oneOf('not ready'), reason: text() }) } },
    },
  },
  metrics: answerOf('counters', 'text/plain', text('in the text format of Prometheus')),
  facts: answer('the node', open({ version: text() })),
  task: answerLines('progress, a line each, then `result` or `failed`', Type.Union([PROGRESS, RESULT, FAILED])),
};
