/** What a task's process asks of the node that started it, over the channel between the two, and how it is answered. */
import { errorFromPlain, type PlainError, PitlaneError, plainError } from '@pitlane/base/errors';
import type { ObjectStore, PutOptions } from '@pitlane/ports/object-store';
import type { DrivePlan } from '@pitlane/stages/90-serve';

export type Asked =
  | { readonly what: 'stat'; readonly name: string }
  /** A finished file that the process gives away. */
  | { readonly what: 'put'; readonly name: string; readonly file: string; readonly options: Omit<PutOptions, 'signal'> }
  /** The plan of the drive of that number, for a dataset. */
  | { readonly what: 'drive'; readonly at: number };

export type Question = { readonly type: 'question'; readonly id: number; readonly asked: Asked };
export type Reply = {
  readonly type: 'reply';
  readonly id: number;
  readonly value?: unknown;
  readonly error?: PlainError;
};

export class NodeQuestions {
  readonly #send: (question: Question) => void;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #lastId = 0;

  constructor(send: (question: Question) => void) {
    this.#send = send;
  }

  async ask<Value>(asked: Asked): Promise<Value> {
    const id = (this.#lastId += 1);
    const { value, error } = await new Promise<Reply>((resolve) => {
      this.#waiting.set(id, resolve);
      this.#send({ type: 'question', id, asked });
    });
    if (error) throw errorFromPlain(error);
    return value as Value;
  }

  answered(reply: Reply): void {
    this.#waiting.get(reply.id)?.(reply);
    this.#waiting.delete(reply.id);
  }
}

/** What the node has at hand for its tasks. */
export interface NodeAnswers {
  readonly store: ObjectStore;
  readonly drive?: (at: number) => Promise<DrivePlan>;
}

export async function replyTo({ id, asked }: Question, answers: NodeAnswers): Promise<Reply> {
  try {
    return { type: 'reply', id, value: await valueOf(asked, answers) };
  } catch (error) {
    return { type: 'reply', id, error: plainError(error) };
  }
}

function valueOf(asked: Asked, { store, drive }: NodeAnswers): Promise<unknown> {
  if (asked.what === 'stat') return store.stat(asked.name);
  if (asked.what === 'put') return store.put(asked.name, { file: asked.file }, asked.options);
  if (drive) return drive(asked.at);
  throw new PitlaneError('internal', 'this task has no drives');
}
