/**
 * Camera frames out of a preview as it comes over the wire: an MCAP file, read record by record, so that the first frames
 * are there before the last byte is. A preview lies in a bucket, and may be anything: what it declares is held to bounds.
 */
import { McapStreamReader } from '@mcap/core';
import { decompress } from 'fzstd';

/** A picture as a file, with the log time of its message. */
export interface CameraFrame {
  readonly topic: string;
  readonly timeNs: bigint;
  readonly jpeg: Uint8Array<ArrayBuffer>;
}

/** Inner chunks hold 1 MiB or one message: nothing of ours comes near this. */
const INNER_BYTES_MAX = 64 * 1024 * 1024;
const SCHEMA = 'foxglove.CompressedImage';

/** In order of time, some at a time. Throws where it is no sound MCAP file. */
export async function* framesIn(parts: AsyncIterable<Uint8Array>): AsyncGenerator<readonly CameraFrame[]> {
  const reader = new McapStreamReader({ decompressHandlers: { zstd: inflated } });
  const schemas = new Map<number, string>();
  const cameras = new Map<number, string>();
  for await (const part of parts) {
    reader.append(part);
    const frames: CameraFrame[] = [];
    for (let record = reader.nextRecord(); record; record = reader.nextRecord()) {
      if (record.type === 'Schema') schemas.set(record.id, record.name);
      if (record.type === 'Channel' && record.messageEncoding === 'json' && schemas.get(record.schemaId) === SCHEMA)
        cameras.set(record.id, record.topic);
      if (record.type !== 'Message') continue;
      const topic = cameras.get(record.channelId);
      const jpeg = topic === undefined ? undefined : jpegIn(record.data);
      if (topic !== undefined && jpeg) frames.push({ topic, timeNs: record.logTime, jpeg });
    }
    if (frames.length > 0) yield frames;
  }
  if (!reader.done()) throw new Error('the preview ends before its end');
}

function inflated(stored: Uint8Array, bytes: bigint): Uint8Array {
  if (bytes > INNER_BYTES_MAX) throw new Error(`the preview declares ${bytes} bytes in one piece`);
  return decompress(stored, new Uint8Array(Number(bytes)));
}

/** The picture of the message, which is JSON with base64; undefined where there is none. */
function jpegIn(message: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  try {
    const { data } = JSON.parse(new TextDecoder().decode(message)) as { readonly data?: unknown };
    if (typeof data !== 'string') return undefined;
    const jpeg = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    return jpeg[0] === 0xff && jpeg[1] === 0xd8 ? jpeg : undefined;
  } catch {
    return undefined;
  }
}
