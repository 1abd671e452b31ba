/** With the protocol's own client (@foxglove/ws-protocol) over real sockets on loopback; no Foxglove was run. */
import { once } from 'node:events';
import { FoxgloveClient, type MessageData } from '@foxglove/ws-protocol';
import { systemClock } from '@pitlane/base/time';
import type { MergedChannel, MergedMessage } from '@pitlane/stages/90-serve';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { FoxgloveServer, type FoxgloveServerOptions } from './foxglove-server.ts';
import { PlaybackStatus } from './protocol.ts';

const channelOf = (index: number, topic: string): MergedChannel => ({
  index,
  topic,
  messageEncoding: 'json',
  metadata: {},
  schemaName: 'Any',
  schemaEncoding: 'jsonschema',
  schemaSha256: null,
  twin: 0,
  schema: { name: 'Any', encoding: 'jsonschema', data: Buffer.from('{}'), sha256: '' as never },
});
const CHANNELS = [channelOf(0, '/imu'), channelOf(1, '/cam')];
const messageOf = (channel: number, logTimeNs: bigint, data: Uint8Array | string): MergedMessage => ({
  channel: CHANNELS[channel] as MergedChannel,
  sequence: 0,
  logTimeNs,
  publishTimeNs: 0n,
  data: Buffer.from(data),
});

const opened: { close(): Promise<void> | void }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

async function serve(more: Partial<FoxgloveServerOptions> = {}) {
  const told = { watchers: [] as number[], requests: [] as unknown[] };
  const server = new FoxgloveServer({
    name: 'pitlane test',
    sessionId: 's-1',
    channels: CHANNELS,
    span: { startNs: 100n, endNs: 200n },
    slowClients: 'wait',
    token: undefined,
    allowOrigins: [],
    clock: systemClock,
    onWatchers: (count) => void told.watchers.push(count),
    onPlayback: (request) => void told.requests.push(request),
    state: () => ({ status: PlaybackStatus.playing, currentTimeNs: 150n, speed: 2 }),
    ...more,
  });
  opened.push(server);
  return { server, told, url: await server.listen('127.0.0.1', 0) };
}

function socketTo(
  url: string,
  options: object = {},
  protocols: readonly string[] = [FoxgloveClient.SUPPORTED_SUBPROTOCOL],
) {
  const socket = new WebSocket(url, [...protocols], options);
  socket.on('error', () => {}); // one that is refused
  opened.push({ close: () => socket.terminate() });
  return socket;
}

/** What comes of one kind, one after another. */
function inbox<T>(client: FoxgloveClient, kind: string): { next(): Promise<T>; all: T[] } {
  const all: T[] = [];
  let at = 0;
  let wake = (): void => {};
  client.on(kind as 'serverInfo', (value: unknown) => {
    all.push(value as T);
    wake();
  });
  return {
    all,
    async next() {
      while (all.length <= at) await new Promise<void>((resolve) => (wake = resolve));
      return all[at++] as T;
    },
  };
}

async function watch(url: string, options: object = {}) {
  const socket = socketTo(url, options);
  const client = new FoxgloveClient({ ws: socket as never });
  const inboxes = {
    info: inbox<{ capabilities: string[]; dataStartTime: number }>(client, 'serverInfo'),
    channels: inbox<{ id: number; topic: string }[]>(client, 'advertise'),
    messages: inbox<MessageData>(client, 'message'),
    times: inbox<{ timestamp: bigint }>(client, 'time'),
    statuses: inbox<{ level: number; message: string }>(client, 'status'),
    errors: inbox<Error>(client, 'error'),
  };
  await inboxes.channels.next();
  return { socket, client, ...inboxes };
}

/** Whatever the client said before has been heard: the server answers in order. */
async function heard({ socket, statuses }: Awaited<ReturnType<typeof watch>>): Promise<void> {
  socket.send('{"op":"nothing"}');
  while (!(await statuses.next()).message.includes('nothing'));
}

const textOf = ({ data }: MessageData): string => Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString();

describe('a replay over the Foxglove WebSocket protocol', () => {
  it('tells a client its range and channels, and sends it what it subscribes to', async () => {
    const { server, told, url } = await serve();
    const watcher = await watch(url);
    expect(watcher.info.all[0]).toMatchObject({
      name: 'pitlane test',
      capabilities: ['time', 'playbackControl'],
      dataStartTime: 100,
    });
    expect(watcher.channels.all[0]?.map(({ topic }) => topic)).toEqual(['/imu', '/cam']);
    const id = watcher.client.subscribe(1);
    await heard(watcher);
    await server.send([messageOf(0, 110n, 'not asked for'), messageOf(1, 120n, '{"a":1}')]);
    server.sendTime(130n);
    const message = await watcher.messages.next();
    expect([message.subscriptionId, message.timestamp, textOf(message)]).toEqual([id, 120n, '{"a":1}']);
    expect(await watcher.times.next()).toMatchObject({ timestamp: 130n });
    watcher.client.unsubscribe(id);
    await heard(watcher);
    await server.send([messageOf(1, 140n, 'not any more')]);
    server.sendTime(150n);
    await watcher.times.next();
    expect(watcher.messages.all).toHaveLength(1);
    expect(told.watchers).toEqual([1]);
  });

  it('hands on requests of playback, and tells everybody the state', async () => {
    const { server, told, url } = await serve();
    const socket = socketTo(url, {}, ['foxglove.sdk.v1', 'foxglove.websocket.v1']);
    const frames: Buffer[] = [];
    let wake = (): void => {};
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (isBinary) frames.push(data);
      wake();
    });
    await once(socket, 'open');
    expect(socket.protocol).toBe('foxglove.sdk.v1');
    const request = Buffer.alloc(20);
    request.set([3, 1], 0);
    request.writeFloatLE(4, 2);
    request.set([1, 160], 6);
    request.writeUInt32LE(1, 15);
    request.set([0x72], 19);
    socket.send(request);
    while (told.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(told.requests).toEqual([{ type: 'playback', play: false, speed: 4, seekNs: 160n, requestId: 'r' }]);
    server.sendState('r');
    while (frames.length < 2) await new Promise<void>((resolve) => (wake = resolve));
    expect(frames[1]?.toString('hex')).toBe('05009600000000000000000000400100000072');
  });

  it('waits for a client that does not read, holding no more for it than it may', async () => {
    const { server, url } = await serve({ bufferedBytesMax: 100_000 });
    const watcher = await watch(url);
    watcher.client.subscribe(0);
    await heard(watcher);
    watcher.socket.pause();
    const message = messageOf(0, 1n, Buffer.alloc(50_000));
    let sent = 0;
    let isDone = false;
    const sending = (async () => {
      for (; sent < 2000; sent += 1) await server.send([message]);
      isDone = true;
    })();
    const before = { sent: -1 };
    // Until nothing has gone through for many turns of the loop: the sockets' own buffers are full.
    for (let still = 0; still < 200; still += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      if (before.sent !== sent) still = 0;
      before.sent = sent;
    }
    expect(isDone).toBe(false);
    watcher.socket.resume();
    await sending;
    for (let i = 0; i < 2000; i += 1) await watcher.messages.next();
    expect(watcher.messages.all).toHaveLength(2000);
  });

  it('drops messages of a slow client alone where it is told to, and tells it so', async () => {
    const { server, url } = await serve({ bufferedBytesMax: 100_000, slowClients: 'drop' });
    const [slow, quick] = [await watch(url), await watch(url)];
    for (const watcher of [slow, quick]) {
      watcher.client.subscribe(0);
      await heard(watcher);
    }
    slow.socket.pause();
    for (let i = 0; i < 1000; i += 1) {
      await server.send([messageOf(0, BigInt(i), Buffer.alloc(50_000))]);
      await quick.messages.next();
    }
    slow.socket.resume();
    while (!slow.statuses.all.some(({ message }) => message.includes('dropped'))) {
      server.sendTime(1n);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const [warning] = slow.statuses.all.filter(({ message }) => message.includes('dropped'));
    const dropped = Number(/^\d+/.exec(warning?.message ?? '')?.[0]);
    expect(quick.messages.all).toHaveLength(1000);
    expect(dropped).toBeGreaterThan(0);
    while (slow.messages.all.length < 1000 - dropped) await slow.messages.next();
    expect(slow.messages.all).toHaveLength(1000 - dropped);
  });

  it('goes on for the others when a client that all wait for has gone', async () => {
    const { server, told, url } = await serve({ bufferedBytesMax: 1000 });
    const watcher = await watch(url);
    watcher.client.subscribe(0);
    await heard(watcher);
    watcher.socket.pause();
    const sending = (async () => {
      for (let i = 0; i < 500; i += 1) await server.send([messageOf(0, 1n, Buffer.alloc(100_000))]);
    })();
    watcher.socket.terminate();
    await sending;
    while (told.watchers.length < 2) await new Promise((resolve) => setImmediate(resolve));
    expect(told.watchers).toEqual([1, 0]);
  });

  it('cuts off a client that takes nothing for half a minute', async () => {
    let ms = 0;
    const clock = { nowMs: () => ms, monotonicMs: () => ms };
    const { server, told, url } = await serve({ bufferedBytesMax: 1000, clock });
    const watcher = await watch(url);
    watcher.client.subscribe(0);
    await heard(watcher);
    watcher.socket.pause();
    const sending = (async () => {
      for (let i = 0; i < 500; i += 1) await server.send([messageOf(0, 1n, Buffer.alloc(100_000))]);
    })();
    await new Promise((resolve) => setImmediate(resolve));
    ms = 60_000;
    await sending;
    while (told.watchers.length < 2) await new Promise((resolve) => setImmediate(resolve));
    expect(told.watchers).toEqual([1, 0]);
  });

  it('answers what it does not understand, and goes on', async () => {
    const { url } = await serve();
    const watcher = await watch(url);
    watcher.socket.send('no json');
    expect(await watcher.statuses.next()).toMatchObject({ level: 2 });
    watcher.socket.send(Buffer.from([3, 1, 2]));
    expect(await watcher.statuses.next()).toMatchObject({ level: 2 });
    watcher.client.subscribe(99);
    expect((await watcher.statuses.next()).message).toContain('no such channel');
    watcher.client.subscribe(1);
    watcher.client.subscribe(1);
    expect((await watcher.statuses.next()).message).toContain('subscribed to already');
  });

  const refusal = async (socket: WebSocket): Promise<number> => {
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
    return response.statusCode;
  };

  it('lets in no page of another site that was not named, and no other name for this machine', async () => {
    const { url } = await serve({ allowOrigins: ['https://app.foxglove.dev'] });
    expect(await refusal(socketTo(url, { origin: 'https://evil.example' }))).toBe(403);
    expect(await refusal(socketTo(url, { headers: { host: 'rebound.example' } }))).toBe(403);
    await watch(url, { origin: 'https://app.foxglove.dev' });
    await watch(url, { origin: url.replace('ws:', 'http:') });
  });

  it('wants the token where there is one', async () => {
    const { url } = await serve({ token: '0123456789abcdef' });
    expect(await refusal(socketTo(url))).toBe(403);
    expect(await refusal(socketTo(`${url}/?token=0123456789abcdeX`))).toBe(403);
    await watch(`${url}/?token=0123456789abcdef`);
    await watch(url, { headers: { authorization: 'Bearer 0123456789abcdef' } });
  });

  it('speaks to nobody who speaks another protocol, nor to more than sixteen', async () => {
    const { url } = await serve();
    expect(await refusal(socketTo(url, {}, ['other.v1']))).toBe(400);
    for (let i = 0; i < 16; i += 1) await watch(url);
    expect(await refusal(socketTo(url))).toBe(503);
  });

  it('says on a taken port what to do', async () => {
    const [{ url }, other] = [await serve(), await serve()];
    await other.server.close();
    await expect(other.server.listen('127.0.0.1', Number(new URL(url).port))).rejects.toMatchObject({ code: 'busy' });
  });
});
