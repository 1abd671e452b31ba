/** An event as it is put into the outbox: for the receivers that there are now, if it is one that they are told of. */
import type { Clock } from '@pitlane/base/time';
import { type WebhookEvent, webhookBody, webhookEventId, webhookLine } from '@pitlane/contracts/webhook';
import type { OutboxEvent } from '@pitlane/ports/journal';
import type { WebhookSetup } from './webhook-setup.ts';

export function outboxEvents(
  event: WebhookEvent,
  { webhooks, clock }: { readonly webhooks: WebhookSetup; readonly clock: Pick<Clock, 'nowMs'> },
): OutboxEvent[] {
  const { receivers, events } = webhooks;
  if (receivers.length === 0 || !(events as ReadonlySet<string>).has(event.type)) return [];
  const toldAtMs = clock.nowMs();
  return [
    {
      eventId: webhookEventId(event),
      type: event.type,
      line: webhookLine(event),
      body: webhookBody(event, toldAtMs),
      toldAtMs,
      receivers: receivers.map(({ id }) => id),
    },
  ];
}
