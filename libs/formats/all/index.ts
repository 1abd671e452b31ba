/**
 * All formats that Pitlane takes apart, in the order in which they are tried. A file that none of them recognises by its
 * content lands opaque. Adding a format is a folder and a line here.
 */
import { mcap } from '../mcap/index.ts';
import type { RecordingFormat } from '../recording/index.ts';
import { rosbag1 } from '../rosbag1/index.ts';

export const FORMATS: readonly RecordingFormat[] = [mcap, rosbag1];

export const formatNamed = (name: string): RecordingFormat | undefined =>
  FORMATS.find((format) => format.name === name);

/** The format of a file by its first bytes; undefined means opaque. */
export const formatOf = (head: Uint8Array): RecordingFormat | undefined =>
  FORMATS.find((format) => format.recognises(head));
