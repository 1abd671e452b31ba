/**
 * Reads ROS 1 bags of format 2.0, closed or not, with chunks that are plain, LZ4 or bzip2. It is one of the formats behind
 * `RecordingFormat` and takes its decompressors as arguments. It never follows the index to find messages, never decodes
 * a message, and never takes older bag versions, which land byte for byte.
 *
 * As MCAP has it: the topic is the connection record's, `message_definition` is a `ros1msg` schema under the connection's
 * `type`, all other fields of the connection header (`md5sum`, `callerid`, `latching`, …) are the channel's metadata.
 * Publish time is the record's time like log time, and the sequence is 0, for a bag has neither.
 */
import type { RecordingFormat } from '../recording/index.ts';
import { MAGIC } from './index-section.ts';
import { findBagPieces } from './find-pieces.ts';
import { inspectBag } from './inspect-bag.ts';
import { readBag } from './read-bag.ts';
import { readBagTimes } from './read-times.ts';

export const rosbag1: RecordingFormat = {
  name: 'rosbag1',
  recognises: (head) =>
    head.byteLength >= MAGIC.length && String.fromCharCode(...head.subarray(0, MAGIC.length)) === MAGIC,
  inspect: inspectBag,
  readTimes: readBagTimes,
  findPieces: findBagPieces,
  read: readBag,
};
