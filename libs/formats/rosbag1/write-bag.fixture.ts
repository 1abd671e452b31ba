/** A small writer of bags for tests: plain and LZ4 chunks, closed or not, with fields in the order that ROS writes. */
import { bytesFromUtf8, concatCopy } from '@pitlane/base/bytes';
import { MAGIC } from './index-section.ts';
import { OP, u32 } from './record.ts';

export interface FixtureConnection {
  readonly conn: number;
  readonly topic: string;
  readonly type: string;
  readonly definition: string;
}

export interface FixtureMessage {
  readonly conn: number;
  readonly secs: number;
  readonly nsecs: number;
  readonly data: Uint8Array;
}

export interface FixtureChunk {
  readonly compression: 'none' | 'lz4';
  readonly messages: readonly FixtureMessage[];
}

export interface FixtureBag {
  readonly connections: readonly FixtureConnection[];
  readonly chunks: readonly FixtureChunk[];
  readonly isClosed: boolean;
}

export const u32Bytes = (value: number): Uint8Array => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
};

const u64Bytes = (value: number): Uint8Array =>
  concatCopy([u32Bytes(value % 2 ** 32), u32Bytes(Math.floor(value / 2 ** 32))]);

export function fieldBytes(name: string, value: Uint8Array | string): Uint8Array {
  const body = concatCopy([bytesFromUtf8(`${name}=`), typeof value === 'string' ? bytesFromUtf8(value) : value]);
  return concatCopy([u32Bytes(body.byteLength), body]);
}

export function recordBytes(fields: readonly Uint8Array[], data: Uint8Array): Uint8Array {
  const header = concatCopy(fields);
  return concatCopy([u32Bytes(header.byteLength), header, u32Bytes(data.byteLength), data]);
}

export const opField = (op: number): Uint8Array => fieldBytes('op', new Uint8Array([op]));

export function connectionRecord({ conn, topic, type, definition }: FixtureConnection): Uint8Array {
  const header = concatCopy([
    fieldBytes('callerid', `/node${conn}`),
    fieldBytes('latching', '0'),
    fieldBytes('md5sum', 'd41d8cd98f00b204e9800998ecf8427e'),
    fieldBytes('message_definition', definition),
    fieldBytes('topic', topic),
    fieldBytes('type', type),
  ]);
  return recordBytes([fieldBytes('conn', u32Bytes(conn)), opField(OP.connection), fieldBytes('topic', topic)], header);
}

export function messageRecord({ conn, secs, nsecs, data }: FixtureMessage): Uint8Array {
  const time = concatCopy([u32Bytes(secs), u32Bytes(nsecs)]);
  return recordBytes([fieldBytes('conn', u32Bytes(conn)), opField(OP.message), fieldBytes('time', time)], data);
}

export function chunkRecord(compression: string, sizeBytes: number, data: Uint8Array): Uint8Array {
  const fields = [fieldBytes('compression', compression), opField(OP.chunk), fieldBytes('size', u32Bytes(sizeBytes))];
  return recordBytes(fields, data);
}

export function bagHeaderRecord(indexPosition: number, connCount: number, chunkCount: number): Uint8Array {
  const fields = [
    fieldBytes('chunk_count', u32Bytes(chunkCount)),
    fieldBytes('conn_count', u32Bytes(connCount)),
    fieldBytes('index_pos', u64Bytes(indexPosition)),
    opField(OP.bagHeader),
  ];
  const headerBytes = concatCopy(fields).byteLength;
  return recordBytes(fields, new Uint8Array(4096 - 8 - headerBytes).fill(0x20));
}

/** An LZ4 frame that stores its content in literal blocks: what matters here is the frame. */
export function lz4Stored(content: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [new Uint8Array([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82])];
  for (let at = 0; at < content.byteLength; at += 65_536) {
    const block = content.subarray(at, at + 65_536);
    parts.push(u32Bytes((block.byteLength | 0x8000_0000) >>> 0), block);
  }
  return concatCopy([...parts, u32Bytes(0)]);
}

/** Decodes what `lz4Stored` wrote, and throws for anything else. */
export function lz4Unstored(frame: Uint8Array, sizeBytes: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let at = 7;
  for (;;) {
    if (at + 4 > frame.byteLength) throw new Error('the frame has no end');
    const blockBytes = (u32(frame, at) & 0x7fff_ffff) >>> 0;
    if (blockBytes === 0) break;
    if (u32(frame, at) < 0x8000_0000 || at + 4 + blockBytes > frame.byteLength) throw new Error('not a stored block');
    parts.push(frame.subarray(at + 4, at + 4 + blockBytes));
    at += 4 + blockBytes;
  }
  const content = concatCopy(parts);
  if (at + 4 !== frame.byteLength || content.byteLength !== sizeBytes) throw new Error('another size than declared');
  return content;
}

/** The whole bag; each connection's record comes in the first chunk that uses it, as writers do, or in the index. */
export function writeBag({ connections, chunks, isClosed }: FixtureBag): Uint8Array {
  const parts: Uint8Array[] = [];
  const infos: Uint8Array[] = [];
  const seen = new Set<number>();
  let position = MAGIC.length + 4096;
  for (const { compression, messages } of chunks) {
    const content: Uint8Array[] = [];
    const counts = new Map<number, number>();
    for (const message of messages) {
      const connection = connections.find(({ conn }) => conn === message.conn);
      if (connection && !seen.has(message.conn)) content.push(connectionRecord(connection));
      seen.add(message.conn);
      counts.set(message.conn, (counts.get(message.conn) ?? 0) + 1);
      content.push(messageRecord(message));
    }
    const plain = concatCopy(content);
    const chunk = chunkRecord(compression, plain.byteLength, compression === 'lz4' ? lz4Stored(plain) : plain);
    const index = [...counts.keys()].map((conn) => indexRecord(conn, messages));
    infos.push(chunkInfoRecord(position, messages, counts));
    parts.push(chunk, ...index);
    position += chunk.byteLength + concatCopy(index).byteLength;
  }
  const header = isClosed ? bagHeaderRecord(position, connections.length, chunks.length) : bagHeaderRecord(0, 0, 0);
  const section = isClosed ? [...connections.map(connectionRecord), ...infos] : [];
  return concatCopy([bytesFromUtf8(MAGIC), header, ...parts, ...section]);
}

function indexRecord(conn: number, messages: readonly FixtureMessage[]): Uint8Array {
  const own = messages.filter((message) => message.conn === conn);
  const fields = [
    fieldBytes('conn', u32Bytes(conn)),
    fieldBytes('count', u32Bytes(own.length)),
    opField(OP.indexData),
    fieldBytes('ver', u32Bytes(1)),
  ];
  return recordBytes(fields, concatCopy(own.flatMap(({ secs, nsecs }) => [secs, nsecs, 0].map(u32Bytes))));
}

function chunkInfoRecord(
  position: number,
  messages: readonly FixtureMessage[],
  counts: Map<number, number>,
): Uint8Array {
  const times = messages.map(({ secs, nsecs }) => [secs, nsecs] as const).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const [first, last] = [times[0] ?? [0, 0], times.at(-1) ?? [0, 0]];
  const fields = [
    fieldBytes('chunk_pos', u64Bytes(position)),
    fieldBytes('count', u32Bytes(counts.size)),
    fieldBytes('end_time', concatCopy(last.map(u32Bytes))),
    opField(OP.chunkInfo),
    fieldBytes('start_time', concatCopy(first.map(u32Bytes))),
    fieldBytes('ver', u32Bytes(1)),
  ];
  return recordBytes(fields, concatCopy([...counts].flatMap(([conn, count]) => [u32Bytes(conn), u32Bytes(count)])));
}
