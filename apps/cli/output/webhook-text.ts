/** Webhooks for people: receivers, what waits or is parked for them, and what came back from a test. */
import { counted } from '@pitlane/base/units';
import { shown } from './terminal.ts';

export interface ShownReceiver {
  readonly receiver: string;
  readonly url: string | null;
  readonly waiting: number;
  readonly parked: number;
}

export interface ShownDelivery {
  readonly eventId: string;
  readonly type: string;
  readonly receiver: string;
  readonly url: string | null;
  readonly state: 'waiting' | 'parked';
  readonly tries: number;
  readonly nextAtMs: number;
  readonly error: string | null;
  readonly event: { readonly drive?: { readonly driveId?: string } | null; readonly occurredAt?: string };
}

export interface ShownTest {
  readonly url: string;
  readonly ok: boolean;
  readonly status: number | null;
  readonly text: string;
  readonly tookMs: number;
}

const nameOf = ({ url, receiver }: Pick<ShownReceiver, 'url' | 'receiver'>): string =>
  url === null ? `receiver ${receiver}, which the settings do not name` : `${url} (${receiver})`;

export const receiverText = (receiver: ShownReceiver): string =>
  `${nameOf(receiver)}  ${receiver.waiting} waiting, ${receiver.parked} parked`;

export function deliveryText(delivery: ShownDelivery): string {
  const { eventId, type, state, tries, nextAtMs, error, event } = delivery;
  const what = [event.occurredAt, type, event.drive?.driveId].flatMap((part) => part ?? []).map(shown);
  const next = state === 'waiting' && nextAtMs > 0 ? `, next at ${new Date(nextAtMs).toISOString()}` : '';
  const why = error === null ? '' : `: ${shown(error)}`;
  const stands = `${state} after ${counted(tries, 'try', 'tries')}${next}${why}`;
  return `${eventId}  ${what.join('  ')}\n    ${nameOf(delivery)}  ${stands}`;
}

export function testText({ url, ok, status, text, tookMs }: ShownTest): string {
  const answer = status === null ? 'no answer' : `answered ${status}`;
  return `${ok ? 'ok  ' : 'FAIL'}  ${url}  ${answer} after ${tookMs} ms${text === '' ? '' : `: ${shown(text)}`}`;
}
