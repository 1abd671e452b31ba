/** One client: what it is subscribed to, and how much it still has to take. */
import type { Clock } from '@pitlane/base/time';
import type { WebSocket } from 'ws';

const SUBSCRIPTIONS_MAX = 65_536;

export class Watcher {
  readonly #socket: WebSocket;
  readonly #onTaken: () => void;
  readonly #bufferedBytesMax: number;
  /** By channel: the subscription under which it goes. */
  readonly #subscriptionOf = new Map<number, number>();
  readonly #channelOf = new Map<number, number>();
  /** Messages that were left out because it was slow, since this was told last. */
  droppedMessages = 0;
  /** When it last took anything. */
  takenMs: number;

  /** @param onTaken when it has taken something. */
  constructor(socket: WebSocket, bufferedBytesMax: number, clock: Clock, onTaken: () => void) {
    this.#socket = socket;
    this.#bufferedBytesMax = bufferedBytesMax;
    this.takenMs = clock.monotonicMs();
    this.#onTaken = () => {
      this.takenMs = clock.monotonicMs();
      onTaken();
    };
  }

  /** It has as much on its way as it may have. */
  get isFull(): boolean {
    return this.#socket.readyState === this.#socket.OPEN && this.#socket.bufferedAmount >= this.#bufferedBytesMax;
  }

  subscriptionTo(channel: number): number | undefined {
    return this.#subscriptionOf.get(channel);
  }

  /** False where the id is taken, the channel subscribed to already, or there are too many. */
  subscribe(id: number, channel: number): boolean {
    const fits = this.#channelOf.size < SUBSCRIPTIONS_MAX;
    if (!fits || this.#channelOf.has(id) || this.#subscriptionOf.has(channel)) return false;
    this.#channelOf.set(id, channel);
    this.#subscriptionOf.set(channel, id);
    return true;
  }

  unsubscribe(id: number): void {
    const channel = this.#channelOf.get(id);
    this.#channelOf.delete(id);
    if (channel !== undefined) this.#subscriptionOf.delete(channel);
  }

  send(frame: Uint8Array | string): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(frame, this.#onTaken);
  }

  /** At once: it does not listen. */
  cutOff(): void {
    this.#socket.terminate();
  }
}
