/** A frame as a Kafka record, and back. */
import type { DeliveredFrame } from '@pitlane/ports/frame-log';
import type { KafkaMessage } from 'kafkajs';

/** The header that carries a frame's head. Its text is versioned itself: see contracts/frame. */
export const FRAME_HEADER = 'pitlane-frame';

/** What is no frame of ours comes out with an empty head, for its reader to set aside. */
export function frameFrom({ key, value, headers, offset }: KafkaMessage, partition: number): DeliveredFrame {
  const head = headers?.[FRAME_HEADER];
  const text = Array.isArray(head) ? head[0] : head;
  return {
    partition,
    offset: BigInt(offset),
    key: key?.toString() ?? '',
    head: text?.toString() ?? '',
    body: value ?? new Uint8Array(0),
  };
}

/** Cuts a batch so that no piece has more bytes of bodies than `bytesMax`, but one frame at least. */
export function* piecesOf(frames: readonly DeliveredFrame[], bytesMax: number): Generator<DeliveredFrame[]> {
  let piece: DeliveredFrame[] = [];
  let bytes = 0;
  for (const frame of frames) {
    if (piece.length > 0 && bytes + frame.body.byteLength > bytesMax) {
      yield piece;
      piece = [];
      bytes = 0;
    }
    piece.push(frame);
    bytes += frame.body.byteLength;
  }
  if (piece.length > 0) yield piece;
}
