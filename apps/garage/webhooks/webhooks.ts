/**
 * Tells other programs what happened: each receiver by a line of its own, so that one that is slow or dead holds up none
 * of the others. It stands beside the docks, which put what they know into the outbox and never wait for it.
 */
import { setMaxListeners } from 'node:events';
import { messageOf } from '@pitlane/base/errors';
import { keepRunning } from '@pitlane/base/flow';
import { type WebhookEvent, webhookBody, webhookEventId } from '@pitlane/contracts/webhook';
import type { DeliveryState, OutboxCount, OutboxDelivery } from '@pitlane/ports/journal';
import { outboxEvents } from './outbox-events.ts';
import { IDS_KEPT, type LineTools, PARKED_KEPT, ReceiverLine, type TryResult } from './receiver-line.ts';
import type { WebhookSetup } from './webhook-setup.ts';

export interface WebhooksTools extends Omit<LineTools, 'secret'> {
  readonly webhooks: WebhookSetup;
  readonly garage: string;
  /** What makes a test its own. */
  readonly newTestId: () => string;
}

export interface ReceiverStatus {
  readonly receiver: string;
  /** Null for one that the settings do not name. */
  readonly url: string | null;
  readonly waiting: number;
  readonly parked: number;
}

export interface DeliveryStatus extends DeliveryState {
  readonly eventId: string;
  readonly type: string;
  readonly receiver: string;
  readonly url: string | null;
  /** As it is sent. */
  readonly event: object;
}

export interface WebhooksStatus {
  readonly receivers: readonly ReceiverStatus[];
  /** The oldest that wait or are parked. */
  readonly deliveries: readonly DeliveryStatus[];
}

export interface TestResult extends TryResult {
  readonly receiver: string;
  readonly url: string;
}

const RESTART_MS = 10_000;
/** For first tries when the node ends, so that a single command tells what it did. */
const CLOSE_MS = 5000;
const ORPHAN_MS = 7 * 86_400_000;
const GONE = 'the settings have not named this receiver for a week';

export class Webhooks {
  readonly #tools: WebhooksTools;
  readonly #lines: readonly ReceiverLine[];
  readonly #stop = new AbortController();
  #running: Promise<unknown> | undefined;

  constructor(tools: WebhooksTools) {
    this.#tools = tools;
    // Every try listens to it; Node takes more than ten for a leak.
    setMaxListeners(0, this.#stop.signal);
    const { secret, receivers } = tools.webhooks;
    this.#lines = receivers.map((receiver) => new ReceiverLine(receiver, { ...tools, secret }));
  }

  /** Goes on with what the outbox holds, until it is closed. */
  start(): void {
    const { telemetry } = this.#tools;
    this.#running ??= Promise.all(
      this.#lines.map((line) =>
        keepRunning((signal) => line.run(signal), {
          signal: this.#stop.signal,
          restartMs: RESTART_MS,
          onFailure: (error) => telemetry.error('webhooks.failed', { error: messageOf(error) }),
        }),
      ),
    );
    try {
      this.#parkOrphans();
      this.#tools.outbox.trim({ ids: IDS_KEPT, parked: PARKED_KEPT });
    } catch (error) {
      telemetry.error('webhooks.failed', { error: messageOf(error) });
    }
  }

  /** Durable when it returns; sent afterwards. */
  tell(event: WebhookEvent): void {
    this.#tools.outbox.put(outboxEvents(event, this.#tools));
    this.wake();
  }

  /** The outbox has more than before. */
  wake(): void {
    for (const line of this.#lines) line.wake();
  }

  counts(): readonly OutboxCount[] {
    return this.#tools.outbox.counts();
  }

  status(max: number): WebhooksStatus {
    const { outbox } = this.#tools;
    const shown = this.#shownById();
    const counted = new Map(outbox.counts().map((count) => [count.receiver, count]));
    const ids = new Set([...shown.keys(), ...counted.keys()]);
    return {
      receivers: [...ids].map((receiver) => {
        const { waiting = 0, parked = 0 } = counted.get(receiver) ?? {};
        return { receiver, url: shown.get(receiver) ?? null, waiting, parked };
      }),
      deliveries: outbox.deliveries(max).map(({ eventId, type, receiver, body, state, tries, nextAtMs, error }) => {
        const url = shown.get(receiver) ?? null;
        return { eventId, type, receiver, url, state, tries, nextAtMs, error, event: JSON.parse(body) as object };
      }),
    };
  }

  /** Sends what is parked again: those of the events named, or all. How many. */
  replay(eventIds?: readonly string[]): number {
    const replayed = this.#tools.outbox.replay(eventIds);
    this.wake();
    return replayed;
  }

  /** One signed event to each receiver, which is kept nowhere. */
  test(): Promise<TestResult[]> {
    const { garage, newTestId, clock } = this.#tools;
    const event = { type: 'webhook.test', drive: null, data: { garage, testId: newTestId() } } as const;
    const sent = { eventId: webhookEventId(event), type: event.type, body: webhookBody(event, clock.nowMs()) };
    return Promise.all(
      this.#lines.map(async (line) => {
        const { id: receiver, shown: url } = line.receiver;
        return { receiver, url, ...(await line.try(sent)) };
      }),
    );
  }

  /** By Prometheus name. */
  metrics(): Record<string, number> {
    if (this.#lines.length === 0) return {};
    const counts = this.#tools.outbox.counts();
    return {
      pitlane_webhooks_waiting: counts.reduce((sum, { waiting }) => sum + waiting, 0),
      pitlane_webhooks_parked: counts.reduce((sum, { parked }) => sum + parked, 0),
      pitlane_webhooks_delivered_total: this.#lines.reduce((sum, { deliveredCount }) => sum + deliveredCount, 0),
      pitlane_webhooks_failed_tries_total: this.#lines.reduce((sum, { failedTries }) => sum + failedTries, 0),
    };
  }

  /** Tries once what was never tried, for a few seconds at most; the rest goes on at the next start. */
  async close(): Promise<void> {
    if (this.#running) {
      const tried = Promise.all(this.#lines.map((line) => line.tryAllOnce())).catch(() => {});
      await Promise.race([tried, this.#tools.wait(CLOSE_MS, this.#stop.signal)]);
    }
    this.#stop.abort();
    await this.#running;
  }

  /**
   * A receiver that the settings do not name may be named by the next start, as when a single command ran without them: what is
   * for it waits, but not for ever.
   */
  #parkOrphans(): void {
    const { outbox, clock } = this.#tools;
    const named = this.#shownById();
    for (const { receiver } of outbox.counts()) {
      if (named.has(receiver)) continue;
      const old = (): readonly OutboxDelivery[] =>
        outbox.heads(receiver, 100).filter(({ toldAtMs }) => clock.nowMs() - toldAtMs > ORPHAN_MS);
      for (let heads = old(); heads.length > 0; heads = old()) {
        for (const { eventId, tries } of heads) {
          outbox.setDelivery(eventId, receiver, { state: 'parked', tries, nextAtMs: 0, error: GONE });
        }
      }
    }
  }

  #shownById(): ReadonlyMap<string, string> {
    return new Map(this.#lines.map(({ receiver }) => [receiver.id, receiver.shown]));
  }
}
