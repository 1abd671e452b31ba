/**
 * Reads ROS 2 bags in SQLite files (`.db3`), of every version of rosbag2 so far. It is one of the formats behind
 * `RecordingFormat` and reads the pages of the file itself, so that it takes any source, needs no library, and gets past
 * damage. It never writes, never looks at the journal, the `-wal` file or `metadata.yaml` beside the bag, never decodes a
 * message, and never takes bags that are compressed as a file.
 *
 * As MCAP has it: each row of `topics` is a channel, with `serialization_format` as its encoding and its other columns as
 * metadata; its type is the schema's name, and the schema's text comes from `message_definitions`, if there. Log and
 * publish time are the row's timestamp, and the sequence counts the messages of each channel from 0. Messages that are
 * compressed one by one stay so; their channels say `compression` in their metadata. Rows of `schema` and `metadata`
 * become metadata records called `rosbag2`.
 */
import type { RecordingFormat } from '../recording/index.ts';
import { SQLITE_MAGIC } from './database-header.ts';
import { inspectBag } from './inspect-bag.ts';
import { readBag } from './read-bag.ts';

export const rosbag2: RecordingFormat = {
  name: 'rosbag2',
  recognises: (head) => {
    // Texts of UTF-16 databases have zeros between their letters.
    const text = Buffer.from(head).toString('latin1');
    if (!text.startsWith(SQLITE_MAGIC)) return false;
    const letters = text.replaceAll('\0', '');
    return ['topics', 'messages'].every((table) =>
      new RegExp(`CREATE TABLE\\s+["'\`[]?${table}\\b`, 'i').test(letters),
    );
  },
  inspect: inspectBag,
  read: readBag,
};
