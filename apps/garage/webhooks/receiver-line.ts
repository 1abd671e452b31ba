/**
 * What one receiver is told, from the outbox: a few drives at once, each drive's events one after another. What fails is
 * tried again, later and later, and in the end parked; meanwhile it holds up its own drive and nothing else. It keeps
 * nothing in memory but what is under way, so that a node that is killed goes on where the outbox stands.
 */
import { messageOf } from '@pitlane/base/errors';
import type { Wait } from '@pitlane/base/retry';
import type { Log } from '@pitlane/base/telemetry';
import type { Clock } from '@pitlane/base/time';
import { WebhookHeader, webhookSignature } from '@pitlane/contracts/webhook';
import type { Outbox, OutboxDelivery } from '@pitlane/ports/journal';
import type { Post } from './post-event.ts';
import type { Receiver } from './webhook-setup.ts';

export interface LineTools {
  readonly outbox: Outbox;
  readonly secret: () => string;
  readonly post: Post;
  readonly clock: Clock;
  readonly wait: Wait;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly telemetry: Log;
}

export interface TryResult {
  readonly ok: boolean;
  /** Null where no answer came. */
  readonly status: number | null;
  /** How the answer began, or why it is no success. */
  readonly text: string;
  readonly tookMs: number;
}

const RETRIES = 5;
const TRY_MS = 5000;
const FIRST_BACKOFF_MS = 5000;
const BACKOFF_MS_MAX = 30 * 60_000;
const AT_ONCE = 4;
/** Even where nobody calls: a clock that was set, an outbox that another program wrote. */
const LOOK_MS = 60_000;
export const PARKED_KEPT = 10_000;
export const IDS_KEPT = 10_000;

/** Full jitter; receivers that were away get more time from try to try: 28 minutes at most in all. */
export const webhookBackoffMs = (tries: number, random: () => number): number =>
  random() * Math.min(FIRST_BACKOFF_MS * 4 ** (tries - 1), BACKOFF_MS_MAX);

export class ReceiverLine {
  readonly receiver: Receiver;
  readonly #tools: LineTools;
  readonly #underWay = new Map<string, Promise<void>>();
  #stop = new AbortController().signal;
  #rest: AbortController | undefined;
  #failure: { readonly error: unknown } | undefined;
  deliveredCount = 0;
  failedTries = 0;

  constructor(receiver: Receiver, tools: LineTools) {
    this.receiver = receiver;
    this.#tools = tools;
  }

  /** Until the signal aborts; rejects when the outbox cannot be read or written. */
  async run(signal: AbortSignal): Promise<void> {
    this.#stop = signal;
    const wake = (): void => this.wake();
    signal.addEventListener('abort', wake);
    try {
      while (!signal.aborted) {
        this.#throwFailure();
        const waitMs = this.#begin((delivery) => this.#dueInMs(delivery) <= 0);
        this.#rest = new AbortController();
        await this.#tools.wait(waitMs, this.#rest.signal);
      }
    } finally {
      signal.removeEventListener('abort', wake);
      await Promise.all(this.#underWay.values());
    }
  }

  /** Until all that waits was tried once. */
  async tryAllOnce(): Promise<void> {
    for (;;) {
      this.#throwFailure();
      this.#begin(({ tries }) => tries === 0);
      if (this.#underWay.size === 0) return;
      await Promise.race(this.#underWay.values());
    }
  }

  /** Something was put into the outbox. */
  wake(): void {
    this.#rest?.abort();
  }

  /** One try, whatever the outbox says. */
  async try({ eventId, type, body }: Pick<OutboxDelivery, 'eventId' | 'type' | 'body'>): Promise<TryResult> {
    const { post, secret, clock } = this.#tools;
    const beganMs = clock.monotonicMs();
    const took = (): number => Math.round(clock.monotonicMs() - beganMs);
    try {
      const timestamp = String(Math.floor(clock.nowMs() / 1000));
      const headers = {
        'content-type': 'application/json',
        'user-agent': 'pitlane',
        [WebhookHeader.id]: eventId,
        [WebhookHeader.type]: type,
        [WebhookHeader.timestamp]: timestamp,
        [WebhookHeader.signature]: webhookSignature(secret(), timestamp, body),
      };
      const request = { url: this.receiver.url, headers, body };
      const { status, text } = await post(request, { timeoutMs: TRY_MS, signal: this.#stop });
      const ok = status >= 200 && status < 300;
      const redirects = status >= 300 && status < 400;
      const reason = redirects ? 'redirects are not followed: name the address itself' : text;
      return { ok, status, text: reason, tookMs: took() };
    } catch (error) {
      return { ok: false, status: null, text: messageOf(error), tookMs: took() };
    }
  }

  /** Begins what there is room for; when to look again. */
  #begin(isWanted: (delivery: OutboxDelivery) => boolean): number {
    if (this.#stop.aborted) return 0;
    // As many as are under way may stand before those that are not.
    const heads = this.#tools.outbox.heads(this.receiver.id, 2 * AT_ONCE);
    for (const delivery of heads) {
      const { line } = delivery;
      if (this.#underWay.size >= AT_ONCE) return LOOK_MS;
      if (this.#underWay.has(line) || !isWanted(delivery)) continue;
      const delivering = this.#deliver(delivery)
        .catch((error: unknown) => void (this.#failure = { error }))
        .finally(() => {
          this.#underWay.delete(line);
          this.wake();
        });
      this.#underWay.set(line, delivering);
    }
    const next = heads.find(({ line }) => !this.#underWay.has(line));
    return next ? Math.min(LOOK_MS, Math.max(0, this.#dueInMs(next))) : LOOK_MS;
  }

  /** A time that lies further off than any wait was written by a clock that has been set back since. */
  #dueInMs({ nextAtMs }: OutboxDelivery): number {
    const dueInMs = nextAtMs - this.#tools.clock.nowMs();
    return dueInMs > BACKOFF_MS_MAX ? 0 : dueInMs;
  }

  async #deliver(delivery: OutboxDelivery): Promise<void> {
    const { outbox, clock, random } = this.#tools;
    const { eventId, receiver } = delivery;
    const { ok, status, text } = await this.try(delivery);
    if (ok) {
      outbox.delivered(eventId, receiver);
      this.deliveredCount += 1;
      return;
    }
    // Broken off by our own end: it is no failure of the receiver.
    if (this.#stop.aborted) return;
    this.failedTries += 1;
    const tries = delivery.tries + 1;
    const error = status === null ? text : `answered ${status}${text === '' ? '' : `: ${text}`}`;
    const isOver = tries > RETRIES;
    const nextAtMs = isOver ? 0 : Math.ceil(clock.nowMs() + webhookBackoffMs(tries, random));
    outbox.setDelivery(eventId, receiver, { state: isOver ? 'parked' : 'waiting', tries, nextAtMs, error });
    this.#tell(delivery, tries, error, isOver);
  }

  #tell({ eventId, type }: OutboxDelivery, tries: number, error: string, isOver: boolean): void {
    const { telemetry, outbox } = this.#tools;
    const fields = { receiver: this.receiver.shown, eventId, type, error };
    if (isOver) {
      telemetry.error('webhook.parked', { ...fields, tries });
      const dropped = outbox.trim({ ids: IDS_KEPT, parked: PARKED_KEPT });
      if (dropped > 0) telemetry.error('webhooks.dropped', { dropped, parkedMax: PARKED_KEPT });
    } else if (tries === 1) telemetry.warn('webhook.delayed', fields);
  }

  #throwFailure(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) throw failure.error;
  }
}
