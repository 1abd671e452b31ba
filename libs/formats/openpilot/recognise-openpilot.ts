/**
 * Recognises a log by its first events: several of them in a row, or all there are. What is compressed may be anything, so there
 * the head says only that a look into it is worth its while.
 */
import { MIB } from '@pitlane/base/bytes';
import { compressionOf, decompressed } from '../compressed/index.ts';
import type { ByteSource, ReadTools } from '../recording/index.ts';
import { DecodedWindow } from './decoded-window.ts';
import { eventAt } from './event.ts';
import { compressionOfFile } from './read-openpilot.ts';

const EVENTS_JUDGED = 16;
/** The first event says what the car and its software are, in some 10 to 500 KiB. */
const JUDGED_BYTES_MAX = 4 * MIB;

/** Whether the file may be a log: it is compressed, or begins with what looks like an event. */
export function mayBeOpenpilot(head: Uint8Array): boolean {
  if (compressionOf(head) !== 'none') return true;
  const beginsWithEvent = typeof eventAt(head, 0, head.byteLength) === 'object';
  return beginsWithEvent && judged(head, head.byteLength) !== 'no';
}

export async function isOpenpilot(source: ByteSource, tools: ReadTools): Promise<boolean> {
  const compression = await compressionOfFile(source);
  const window = new DecodedWindow(compression === 'none');
  let verdict = 0;
  for await (const piece of decompressed(source, compression, tools)) {
    // What comes behind damage proves nothing.
    if (piece.kind === 'hole') break;
    window.append(piece, 0);
    const seen = judged(window.bytes, window.filled);
    if (seen === 'no') return false;
    verdict = seen;
    if (verdict >= EVENTS_JUDGED || window.filled >= JUDGED_BYTES_MAX) break;
  }
  return verdict > 0;
}

/** How many whole events the bytes begin with, up to those that are judged; `no` where one of them is none. */
function judged(bytes: Uint8Array, filled: number): number | 'no' {
  let at = 0;
  for (let events = 0; events < EVENTS_JUDGED; events += 1) {
    if (at === filled) return events;
    const head = eventAt(bytes, at, filled);
    if (head === 'none') return 'no';
    if (head === 'see-more' || at + head.bytes > filled) return events;
    at += head.bytes;
  }
  return EVENTS_JUDGED;
}
