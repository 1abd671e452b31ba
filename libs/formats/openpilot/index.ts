/**
 * Reads openpilot's `qlog` and `rlog`: Cap'n Proto messages of `cereal.Event` one behind another, plain, in bzip2 or in
 * zstd. It is one of the formats behind `RecordingFormat`. It reads of an event what it is and when it was logged, and never
 * decodes what it holds, a few facts of `initData` and `clocks` aside.
 *
 * Each member of the event's union is a channel (`/carState`), of encoding `capnp`; each message is an event as it stands in the
 * stream with its segment table, and its sequence is the event's number. So all messages of a log in the order of their
 * sequence are the decompressed stream, byte for byte. Times are `logMonoTime`, nanoseconds since the device was started; what the
 * log says of wall time is in the metadata records `openpilot.init_data` and `openpilot.wall_time`.
 */
import type { RecordingFormat } from '../recording/index.ts';
import { inspectOpenpilot } from './inspect-openpilot.ts';
import { readOpenpilot } from './read-openpilot.ts';
import { isOpenpilot, mayBeOpenpilot } from './recognise-openpilot.ts';

export { wallTimeNs } from './wall-time.ts';

export const openpilot: RecordingFormat = {
  name: 'openpilot',
  recognises: mayBeOpenpilot,
  confirms: isOpenpilot,
  inspect: inspectOpenpilot,
  read: readOpenpilot,
};
