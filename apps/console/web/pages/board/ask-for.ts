/** Asks the node for an action. Where it says that this browser may not, the session is looked at anew: it may have ended. */
import { post, Refusal } from '../../kit/node-api.ts';
import { openSession } from '../../kit/session.ts';
import type { ActionAnswer } from './board-answers.ts';

const MAY_NOT = [401, 403];

export async function askFor(body: object): Promise<ActionAnswer> {
  try {
    return await post<ActionAnswer>('/v1/garage/actions', body);
  } catch (error) {
    if (error instanceof Refusal && MAY_NOT.includes(error.status)) await openSession();
    throw error;
  }
}
