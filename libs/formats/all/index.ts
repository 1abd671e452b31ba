/**
 * All formats that Pitlane takes apart, in the order in which they are tried: those with a magic number first. A file that none of them recognises by its
 * content lands opaque. Adding a format is a folder and a line here.
 */
import { candump } from '../candump/index.ts';
import { gpx } from '../gpx/index.ts';
import { mcap } from '../mcap/index.ts';
import { nmea } from '../nmea/index.ts';
import type { RecordingFormat } from '../recording/index.ts';
import { rosbag1 } from '../rosbag1/index.ts';
import { rosbag2 } from '../rosbag2/index.ts';
import { ulog } from '../ulog/index.ts';

export const FORMATS: readonly RecordingFormat[] = [mcap, rosbag1, rosbag2, ulog, gpx, candump, nmea];

export const formatNamed = (name: string): RecordingFormat | undefined =>
  FORMATS.find((format) => format.name === name);

/** The format of a file by its first bytes; undefined means opaque. */
export const formatOf = (head: Uint8Array): RecordingFormat | undefined =>
  FORMATS.find((format) => format.recognises(head));
