/**
 * A server of the Foxglove WebSocket protocol for one replay. What a client has not taken yet is bounded: beyond that
 * either all wait for it, or its messages are dropped and it is told so. One that takes nothing at all is cut off.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { MIB } from '@pitlane/base/bytes';
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import type { Clock } from '@pitlane/base/time';
import type { MergedChannel, MergedMessage } from '@pitlane/stages/90-serve';
import { type WebSocket, WebSocketServer } from 'ws';
import { admit, type AdmitOptions } from './admit.ts';
import * as protocol from './protocol.ts';
import { Watcher } from './watcher.ts';

const WATCHERS_MAX = 16;
/** A client says no more than this at once. */
const SAID_BYTES_MAX = MIB;
export const BUFFERED_BYTES_MAX = 4 * MIB;
/** A client that all wait for has so long to take anything. */
const STALL_MS = 30_000;
const LOOK_MS = 1000;

export interface FoxgloveServerOptions extends AdmitOptions {
  readonly name: string;
  readonly sessionId: string;
  readonly channels: readonly MergedChannel[];
  readonly span: { readonly startNs: bigint; readonly endNs: bigint } | undefined;
  readonly slowClients: 'wait' | 'drop';
  readonly clock: Clock;
  readonly bufferedBytesMax?: number;
  /** Is told how many watch. */
  readonly onWatchers: (count: number) => void;
  readonly onPlayback: (request: protocol.ClientMessage & { type: 'playback' }) => void;
  /** What a client is told first, and whenever it asks. */
  readonly state: () => Omit<protocol.PlaybackState, 'requestId'>;
}

export class FoxgloveServer {
  readonly #options: FoxgloveServerOptions;
  readonly #http: Server;
  readonly #sockets: WebSocketServer;
  readonly #watchers = new Set<Watcher>();
  #wake = (): void => {};

  constructor(options: FoxgloveServerOptions) {
    this.#options = options;
    this.#sockets = new WebSocketServer({
      noServer: true,
      maxPayload: SAID_BYTES_MAX,
      handleProtocols: (offered) => protocol.SUBPROTOCOLS.find((name) => offered.has(name)) ?? false,
    });
    this.#http = createServer((_, response) => {
      response.writeHead(426, { 'content-type': 'text/plain' });
      response.end('This is a replay over the Foxglove WebSocket protocol: open it with a client of that.\n');
    });
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  async listen(host: string, port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#http.once('error', (cause: NodeJS.ErrnoException) => {
        const text = cause.code === 'EADDRINUSE' ? 'it is taken: choose another --serve-port' : messageOf(cause);
        reject(new PitlaneError('busy', `${host}:${port} cannot be listened on: ${text}`, { cause }));
      });
      this.#http.listen(port, host, resolve);
    });
    const { port: taken } = this.#http.address() as AddressInfo;
    return `ws://${host.includes(':') ? `[${host}]` : host}:${taken}`;
  }

  /** Resolves when every client has room again, or was dropped for. */
  async send(messages: readonly MergedMessage[]): Promise<void> {
    for (const message of messages) {
      for (const watcher of this.#watchers) {
        const subscription = watcher.subscriptionTo(message.channel.index);
        if (subscription === undefined) continue;
        if (this.#options.slowClients === 'drop' && watcher.isFull) watcher.droppedMessages += 1;
        else watcher.send(protocol.messageData(subscription, message.logTimeNs, message.data));
      }
      if (this.#options.slowClients === 'wait') await this.#room();
    }
  }

  sendTime(timeNs: bigint): void {
    const frame = protocol.time(timeNs);
    for (const watcher of this.#watchers) {
      if (watcher.isFull) continue;
      watcher.send(frame);
      if (watcher.droppedMessages === 0) continue;
      watcher.send(protocol.status(1, `${watcher.droppedMessages} messages were dropped: this client is too slow`));
      watcher.droppedMessages = 0;
    }
  }

  /** @param requestId of the request that brought it about, if one did. */
  sendState(requestId = ''): void {
    const frame = protocol.playbackState({ ...this.#options.state(), requestId });
    for (const watcher of this.#watchers) watcher.send(frame);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.close(1001, 'the replay has ended');
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#wake();
    await new Promise<void>((resolve) => this.#http.close(() => resolve()));
  }

  async #room(): Promise<void> {
    while ([...this.#watchers].some(({ isFull }) => isFull)) {
      const woken = new Promise<void>((resolve) => (this.#wake = resolve));
      const timer = setTimeout(() => this.#wake(), LOOK_MS);
      await woken;
      clearTimeout(timer);
      const nowMs = this.#options.clock.monotonicMs();
      for (const watcher of this.#watchers) {
        if (watcher.isFull && nowMs - watcher.takenMs > STALL_MS) watcher.cutOff();
      }
    }
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    try {
      admit(request, this.#options);
    } catch (error) {
      return refuse(socket, '403 Forbidden', messageOf(error));
    }
    if (this.#watchers.size >= WATCHERS_MAX) {
      return refuse(socket, '503 Service Unavailable', `${WATCHERS_MAX} clients watch already`);
    }
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
    if (!protocol.SUBPROTOCOLS.some((name) => offered.includes(name))) {
      return refuse(socket, '400 Bad Request', `the client must offer ${protocol.SUBPROTOCOLS.join(' or ')}`);
    }
    this.#sockets.handleUpgrade(request, socket, head, (accepted) => this.#welcome(accepted));
  }

  #welcome(socket: WebSocket): void {
    const { bufferedBytesMax = BUFFERED_BYTES_MAX, clock, name, sessionId, span, channels, state } = this.#options;
    const watcher = new Watcher(socket, bufferedBytesMax, clock, () => this.#wake());
    const leave = (): void => {
      if (!this.#watchers.delete(watcher)) return;
      this.#wake();
      this.#options.onWatchers(this.#watchers.size);
    };
    socket.on('close', leave);
    socket.on('error', leave);
    socket.on('message', (data: Buffer, isBinary: boolean) => this.#hear(watcher, data, isBinary));
    watcher.send(protocol.serverInfo(name, sessionId, span));
    watcher.send(protocol.advertise(channels));
    if (span) watcher.send(protocol.playbackState({ ...state(), requestId: '' }));
    this.#watchers.add(watcher);
    this.#options.onWatchers(this.#watchers.size);
  }

  #hear(watcher: Watcher, data: Buffer, isBinary: boolean): void {
    try {
      const said = protocol.clientMessageFrom(data, isBinary);
      if (said.type === 'playback') this.#options.onPlayback(said);
      else if (said.type === 'unsubscribe') for (const id of said.subscriptionIds) watcher.unsubscribe(id);
      else if (said.type === 'other') watcher.send(protocol.status(1, `this replay does not know ${said.op}`));
      else for (const { id, channelId } of said.subscriptions) this.#subscribe(watcher, id, channelId);
    } catch (error) {
      watcher.send(protocol.status(2, messageOf(error)));
    }
  }

  #subscribe(watcher: Watcher, id: number, channelId: number): void {
    const isKnown = this.#options.channels.some(({ index }) => index === channelId);
    if (isKnown && watcher.subscribe(id, channelId)) return;
    const why = isKnown ? 'the id or the channel is subscribed to already' : 'there is no such channel';
    watcher.send(protocol.status(2, `subscription ${id} to channel ${channelId} is not taken: ${why}`));
  }
}

function refuse(socket: Duplex, status: string, text: string): void {
  socket.on('error', () => {}); // it may be gone
  socket.end(`HTTP/1.1 ${status}\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n${text}\n`);
}
