/**
 * The Foxglove WebSocket protocol, as much of it as a replay speaks: channels, subscriptions, message data, time, and the
 * control of playback. From github.com/foxglove/ws-protocol (docs/spec.md) for `foxglove.websocket.v1`; its successor
 * `foxglove.sdk.v1` says the same and adds playback (github.com/foxglove/foxglove-sdk, protocol/common). All numbers are
 * little endian.
 */
import { PitlaneError } from '@pitlane/base/errors';
import type { MergedChannel } from '@pitlane/stages/90-serve';

/** The newer first: a client that offers both gets it. */
export const SUBPROTOCOLS = ['foxglove.sdk.v1', 'foxglove.websocket.v1'] as const;

const ServerOpcode = { messageData: 1, time: 2, playbackState: 5 } as const;
const PLAYBACK_CONTROL_REQUEST = 3;
const CONTROL_HEAD_BYTES = 1 + 1 + 4 + 1 + 8 + 4;
const REQUEST_ID_BYTES_MAX = 1024;
/** Schemas of these encodings are bytes, and go as base64. */
const BINARY_SCHEMAS = new Set(['protobuf', 'flatbuffer']);

export const PlaybackStatus = { playing: 0, paused: 1, buffering: 2, ended: 3 } as const;
export type PlaybackStatus = (typeof PlaybackStatus)[keyof typeof PlaybackStatus];

export interface PlaybackState {
  readonly status: PlaybackStatus;
  readonly currentTimeNs: bigint;
  readonly speed: number;
  /** The request that this answers; empty where it answers none. */
  readonly requestId: string;
}

export type ClientMessage =
  | {
      readonly type: 'subscribe';
      readonly subscriptions: readonly { readonly id: number; readonly channelId: number }[];
    }
  | { readonly type: 'unsubscribe'; readonly subscriptionIds: readonly number[] }
  | {
      readonly type: 'playback';
      readonly play: boolean;
      readonly speed: number;
      readonly seekNs: bigint | undefined;
      readonly requestId: string;
    }
  /** What only a server with other capabilities understands. */
  | { readonly type: 'other'; readonly op: string };

/** Nanoseconds stand as whole JSON numbers, which a `number` of ours would round. */
export function serverInfo(
  name: string,
  sessionId: string,
  span: { startNs: bigint; endNs: bigint } | undefined,
): string {
  const capabilities = span ? ['time', 'playbackControl'] : ['time'];
  const info = JSON.stringify({ op: 'serverInfo', name, capabilities, metadata: {}, sessionId });
  return span ? `${info.slice(0, -1)},"dataStartTime":${span.startNs},"dataEndTime":${span.endNs}}` : info;
}

export function advertise(channels: readonly MergedChannel[]): string {
  return JSON.stringify({
    op: 'advertise',
    channels: channels.map(({ index, topic, messageEncoding, schemaName, schemaEncoding, schema }) => ({
      id: index,
      topic,
      encoding: messageEncoding,
      schemaName: schemaName ?? '',
      schema: schemaText(schemaEncoding, schema?.data),
      ...(schemaEncoding !== null && { schemaEncoding }),
    })),
  });
}

const schemaText = (encoding: string | null, data: Uint8Array = new Uint8Array(0)): string =>
  Buffer.from(data).toString(BINARY_SCHEMAS.has(encoding ?? '') ? 'base64' : 'utf8');

export const status = (level: 0 | 1 | 2, message: string): string => JSON.stringify({ op: 'status', level, message });

export function messageData(subscriptionId: number, logTimeNs: bigint, data: Uint8Array): Uint8Array {
  const frame = Buffer.allocUnsafeSlow(13 + data.byteLength);
  frame.writeUInt8(ServerOpcode.messageData, 0);
  frame.writeUInt32LE(subscriptionId, 1);
  frame.writeBigUInt64LE(logTimeNs, 5);
  frame.set(data, 13);
  return frame;
}

export function time(timeNs: bigint): Uint8Array {
  const frame = Buffer.alloc(9);
  frame.writeUInt8(ServerOpcode.time, 0);
  frame.writeBigUInt64LE(timeNs, 1);
  return frame;
}

export function playbackState({ status: now, currentTimeNs, speed, requestId }: PlaybackState): Uint8Array {
  const id = Buffer.from(requestId);
  const frame = Buffer.alloc(18 + id.byteLength);
  frame.writeUInt8(ServerOpcode.playbackState, 0);
  frame.writeUInt8(now, 1);
  frame.writeBigUInt64LE(currentTimeNs, 2);
  frame.writeFloatLE(speed, 10);
  frame.writeUInt32LE(id.byteLength, 14);
  frame.set(id, 18);
  return frame;
}

/** Throws `bad-usage` for what the protocol does not know. */
export function clientMessageFrom(data: Buffer, isBinary: boolean): ClientMessage {
  return isBinary ? binaryFrom(data) : jsonFrom(data.toString('utf8'));
}

function binaryFrom(data: Buffer): ClientMessage {
  if (data[0] !== PLAYBACK_CONTROL_REQUEST) return { type: 'other', op: `binary ${data[0]}` };
  if (data.byteLength < CONTROL_HEAD_BYTES) throw unfit('a playback request that ends too soon');
  const idBytes = data.readUInt32LE(CONTROL_HEAD_BYTES - 4);
  if (idBytes > REQUEST_ID_BYTES_MAX || data.byteLength !== CONTROL_HEAD_BYTES + idBytes) {
    throw unfit('a playback request of the wrong length');
  }
  const command = data.readUInt8(1);
  if (command > 1) throw unfit(`the playback command ${command}`);
  return {
    type: 'playback',
    play: command === 0,
    speed: data.readFloatLE(2),
    seekNs: data.readUInt8(6) === 0 ? undefined : data.readBigUInt64LE(7),
    requestId: data.toString('utf8', CONTROL_HEAD_BYTES),
  };
}

function jsonFrom(text: string): ClientMessage {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    throw unfit('text that is no JSON');
  }
  const { op, subscriptions, subscriptionIds } = (said ?? {}) as Record<string, unknown>;
  if (op === 'subscribe' && isListOf(subscriptions, isSubscription)) return { type: 'subscribe', subscriptions };
  if (op === 'unsubscribe' && isListOf(subscriptionIds, isId)) return { type: 'unsubscribe', subscriptionIds };
  if (typeof op !== 'string' || op === 'subscribe' || op === 'unsubscribe') throw unfit('a message without sense');
  return { type: 'other', op };
}

const isListOf = <T>(value: unknown, isOne: (one: unknown) => one is T): value is T[] =>
  Array.isArray(value) && value.every((one) => isOne(one));
const isId = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff;
const isSubscription = (value: unknown): value is { id: number; channelId: number } => {
  const { id, channelId } = (value ?? {}) as Record<string, unknown>;
  return isId(id) && isId(channelId);
};

const unfit = (what: string): PitlaneError =>
  new PitlaneError('bad-usage', `${what} is nothing of the Foxglove WebSocket protocol`);
