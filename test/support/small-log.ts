/** Small MCAP logs that span several windows, for tests that dock whole drives: made from numbers, the same each time. */
import { crc32 } from 'node:zlib';
import { channel, chunk, file, joinAll, message, schema } from '../adversarial/mcap-bytes.ts';

export interface SmallLog {
  readonly topics?: readonly string[];
  readonly seconds?: number;
  readonly hz?: number;
  /** Log time of the first message. */
  readonly startNs?: bigint;
  /** Other seeds, other payloads. */
  readonly seed?: number;
  readonly payloadBytes?: number;
  /** How many messages share a chunk; another number is another file with the same messages. */
  readonly messagesPerChunk?: number;
}

/** 2026-03-03T08:00:30Z: in the middle of a window. */
export const START_NS = 1_772_524_830_000_000_000n;

export const messagesIn = ({ topics = TOPICS, seconds = 200, hz = 5 }: SmallLog): number =>
  topics.length * seconds * hz;

const TOPICS = ['/imu', '/gnss', '/can'];

export function smallLog(log: SmallLog = {}): Uint8Array {
  const { topics = TOPICS, seconds = 200, hz = 5, startNs = START_NS, seed = 1, payloadBytes = 40 } = log;
  const { messagesPerChunk = 150 } = log;
  const declared = [schema(1), ...topics.map((topic, index) => channel(index + 1, topic, 1))];
  const chunks: Uint8Array[] = [];
  let body: Uint8Array[] = [];
  const stepNs = BigInt(Math.floor(1e9 / hz));
  for (let at = 0; at < seconds * hz; at += 1) {
    for (const index of topics.keys()) {
      body.push(
        message(index + 1, at, startNs + BigInt(at) * stepNs + BigInt(index), payload(seed, at, index, payloadBytes)),
      );
    }
    if (body.length < messagesPerChunk && at < seconds * hz - 1) continue;
    chunks.push(chunk({ body: joinAll([...declared, ...body]) }));
    body = [];
  }
  return file(chunks);
}

/** Numbers that look like nothing and are always the same. */
export function payload(seed: number, at: number, index: number, bytes: number): Uint8Array {
  const out = Buffer.alloc(bytes);
  let state = crc32(`${seed} ${at} ${index}`) | 1;
  for (let i = 0; i < bytes; i += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    out[i] = state & 0xff;
  }
  return out;
}
