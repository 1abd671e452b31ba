/** Builds MCAP files byte by byte, so that each field can be wrong on purpose. */
import { crc32 } from 'node:zlib';

export const MAGIC = Uint8Array.of(0x89, 0x4d, 0x43, 0x41, 0x50, 0x30, 0x0d, 0x0a);

/** As `join`, for more parts than a call takes arguments. */
export const joinAll = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
export const join = (...parts: readonly Uint8Array[]): Uint8Array => joinAll(parts);

const number = (bytes: number, write: (view: DataView) => void): Uint8Array => {
  const out = new Uint8Array(bytes);
  write(new DataView(out.buffer));
  return out;
};
export const u16 = (value: number): Uint8Array => number(2, (view) => view.setUint16(0, value, true));
export const u32 = (value: number): Uint8Array => number(4, (view) => view.setUint32(0, value, true));
export const u64 = (value: bigint | number): Uint8Array => {
  return number(8, (view) => view.setBigUint64(0, BigInt(value), true));
};
export const prefixed = (bytes: Uint8Array): Uint8Array => join(u32(bytes.byteLength), bytes);
export const text = (value: string): Uint8Array => prefixed(new Uint8Array(Buffer.from(value)));

export const record = (opcode: number, ...fields: readonly Uint8Array[]): Uint8Array => {
  const content = join(...fields);
  return join(Uint8Array.of(opcode), u64(content.byteLength), content);
};
/** A record whose length is not that of its content. */
export const lying = (opcode: number, length: bigint, ...fields: readonly Uint8Array[]): Uint8Array => {
  return join(Uint8Array.of(opcode), u64(length), ...fields);
};

export const header = (): Uint8Array => record(0x01, text(''), text('pitlane adversary'));
export const schema = (id: number, name = 'S', data: Uint8Array = Uint8Array.of(1)): Uint8Array => {
  return record(0x03, u16(id), text(name), text('jsonschema'), prefixed(data));
};
export const channel = (id: number, topic: string | Uint8Array = `/c${id}`, schemaId = 0): Uint8Array => {
  return record(
    0x04,
    u16(id),
    u16(schemaId),
    typeof topic === 'string' ? text(topic) : prefixed(topic),
    text('json'),
    u32(0),
  );
};
export const message = (
  channelId: number,
  sequence: number,
  timeNs: bigint,
  data: Uint8Array = new Uint8Array(30).fill(sequence),
): Uint8Array => {
  return record(0x05, u16(channelId), u32(sequence), u64(timeNs), u64(timeNs), data);
};

export interface ChunkFields {
  readonly body: Uint8Array;
  readonly compression?: string;
  readonly uncompressedBytes?: bigint;
  readonly crc?: number;
  readonly startTimeNs?: bigint;
  readonly endTimeNs?: bigint;
}

export const chunk = (fields: ChunkFields): Uint8Array => {
  const { body, compression = '', uncompressedBytes = BigInt(body.byteLength), crc = crc32(body) } = fields;
  const times = join(u64(fields.startTimeNs ?? 0n), u64(fields.endTimeNs ?? 1_000n));
  return record(0x06, times, u64(uncompressedBytes), u32(crc), text(compression), u64(body.byteLength), body);
};

export const chunkIndex = (chunkOffset: bigint, chunkBytes: bigint): Uint8Array => {
  const sizes = join(u64(0n), text(''), u64(0n), u64(0n));
  return record(0x08, u64(0n), u64(1_000n), u64(chunkOffset), u64(chunkBytes), u32(0), sizes);
};

export const attachment = (name: string, data: Uint8Array, crc?: number): Uint8Array => {
  const fields = join(u64(1n), u64(2n), text(name), text('application/octet-stream'), u64(data.byteLength), data);
  return record(0x09, fields, u32(crc ?? crc32(fields)));
};
export const metadata = (name: string, entries: readonly [string, string][]): Uint8Array => {
  return record(0x0c, text(name), prefixed(join(...entries.flat().map(text))));
};
export const dataEnd = (): Uint8Array => record(0x0f, u32(0));

/** What comes behind the data: the summary, and a footer whose CRC fits, even where `summaryStart` lies. */
export const ending = (dataBytes: number, summary: Uint8Array, summaryStart?: bigint): Uint8Array => {
  const start = summaryStart ?? (summary.byteLength > 0 ? BigInt(dataBytes) : 0n);
  const fields = join(u64(start), u64(0n));
  const checked = join(summary, Uint8Array.of(0x02), u64(20n), fields);
  return join(checked, u32(crc32(checked)), MAGIC);
};

/** A closed file around `data` records. */
export const file = (
  data: readonly Uint8Array[],
  summary: readonly Uint8Array[] = [],
  summaryStart?: bigint,
): Uint8Array => {
  const front = joinAll([MAGIC, header(), ...data, dataEnd()]);
  return join(front, ending(front.byteLength, join(...summary), summaryStart));
};

/** A zstd frame of `sizeBytes` zeros, four bytes for each 128 KiB of them; it declares `declaredBytes`. */
export const zstdZeros = (sizeBytes: number, declaredBytes: bigint = BigInt(sizeBytes)): Uint8Array => {
  const parts = [Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0xe0), u64(declaredBytes)];
  for (let left = sizeBytes; left > 0; left -= 128 * 1024) {
    const bytes = Math.min(left, 128 * 1024);
    const last = left <= 128 * 1024 ? 1 : 0;
    parts.push(join(u32((bytes << 3) | (1 << 1) | last).subarray(0, 3), Uint8Array.of(0)));
  }
  return joinAll(parts);
};
