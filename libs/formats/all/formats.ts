/**
 * All formats that Pitlane takes apart, in the order in which they are tried: those with a magic number first, and last
 * the one for which a file may have to be decompressed. A file that none of them recognises by its
 * content lands opaque. Adding a format is a folder and a line here.
 */
import { candump } from '../candump/index.ts';
import { gpx } from '../gpx/index.ts';
import { mcap } from '../mcap/index.ts';
import { nmea } from '../nmea/index.ts';
import { openpilot } from '../openpilot/index.ts';
import { type ByteSource, isRecognised, type ReadTools, type RecordingFormat } from '../recording/index.ts';
import { rosbag1 } from '../rosbag1/index.ts';
import { rosbag2 } from '../rosbag2/index.ts';
import { ulog } from '../ulog/index.ts';

export const FORMATS: readonly RecordingFormat[] = [mcap, rosbag1, rosbag2, ulog, gpx, candump, nmea, openpilot];

/**
 * The same formats in files that are compressed whole; their logs come back as what is inside. One that takes such files
 * apart itself is not among them.
 */
const ZSTD_FORMATS: readonly RecordingFormat[] = FORMATS.filter((format) => !format.confirms).map((format) => ({
  ...format,
  name: `${format.name}-zstd`,
}));

export const formatNamed = (name: string): RecordingFormat | undefined =>
  [...FORMATS, ...ZSTD_FORMATS].find((format) => format.name === name);

/** What a file may be by its first 64 KiB, with nothing decompressed; undefined means opaque. */
export const formatOf = (head: Uint8Array): RecordingFormat | undefined =>
  FORMATS.find((format) => isRecognised(format, head));

/** The format of a file that is compressed whole, by the first 64 KiB of what is inside. */
export const zstdFormatOf = (contentHead: Uint8Array): RecordingFormat | undefined =>
  ZSTD_FORMATS.find((format) => isRecognised(format, contentHead));

/** The format of a file that begins with `head`, with the second look of those formats that need one. */
export async function confirmedFormatOf(
  head: Uint8Array,
  source: ByteSource,
  tools: ReadTools,
): Promise<RecordingFormat | undefined> {
  for (const format of FORMATS) {
    if (isRecognised(format, head) && (!format.confirms || (await format.confirms(source, tools)))) return format;
  }
  return undefined;
}
