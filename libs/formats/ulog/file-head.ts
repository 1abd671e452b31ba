/**
 * Reads what stands at fixed places: the file header, and the flag bits right behind it, which say where data was
 * appended and whether a reader may go on at all.
 */
import { hexFromBytes } from '@pitlane/base/bytes';
import { LandOpaque } from '../recording/index.ts';
import { FLAGS_BYTES, MAGIC, u64 } from './record.ts';
import type { UlogEvents } from './ulog-events.ts';

/** The only version that is defined; later ones are meant to be readable too. */
const VERSION_MAX = 1;
const APPENDED_MAX = 3;
const DATA_APPENDED = 1;

export function isUlog(head: Uint8Array): boolean {
  return head.byteLength >= MAGIC.length && MAGIC.every((byte, i) => head[i] === byte);
}

/** Takes the file header in, which is whole. */
export function takeFileHeader(header: Uint8Array, events: UlogEvents): void {
  const version = header[MAGIC.length] as number;
  const startUs = u64(header, MAGIC.length + 1);
  events.timeFrom(header, MAGIC.length + 1, 0);
  const entries = new Map([
    ['version', `${version}`],
    ['timestamp_us', `${startUs}`],
  ]);
  events.record('ulog.header', entries, 0);
  if (version > VERSION_MAX) events.note(`version ${version} is not known; it is read like version ${VERSION_MAX}`);
}

/** Takes the flag bits in and gives the offsets in the file where data was appended, in order. */
export function takeFlags(body: Uint8Array, events: UlogEvents, offset: number): number[] {
  const unknown = body.subarray(8, 16).some((byte, i) => (i === 0 ? (byte & ~DATA_APPENDED) !== 0 : byte !== 0));
  const incompatible = hexFromBytes(body.subarray(8, 16));
  if (unknown) throw new LandOpaque(`the log has features that are not known (flags ${incompatible})`);
  const offsets = Array.from({ length: APPENDED_MAX }, (_, i) => u64(body, 16 + 8 * i));
  const entries = new Map([
    ['compat_flags', hexFromBytes(body.subarray(0, 8))],
    ['incompat_flags', incompatible],
    ['appended_offsets', offsets.join(' ')],
  ]);
  if (body.byteLength > FLAGS_BYTES) entries.set('more', hexFromBytes(body.subarray(FLAGS_BYTES)));
  events.record('ulog.flags', entries, offset);
  if (((body[8] as number) & DATA_APPENDED) === 0) return [];
  return offsets
    .map(Number)
    .filter((appendedAt) => appendedAt > 0)
    .sort((a, b) => a - b);
}
