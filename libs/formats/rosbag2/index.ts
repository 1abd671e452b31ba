/**
 * Reads ROS 2 bags in SQLite files (`.db3`), of every version of rosbag2 so far. It is one of the formats behind
 * `RecordingFormat` and reads the pages of the file itself, so that it takes any source, needs no library, and gets past
 * damage. It never writes and never decodes a message. What a journal beside the bag changes, and what a whole file that
 * is compressed has inside, comes in as the source; what `metadata.yaml` says is another folder's.
 *
 * As MCAP has it: each row of `topics` is a channel, with `serialization_format` as its encoding and its other columns as
 * metadata; its type is the schema's name, and the schema's text comes from `message_definitions`, if there. Log and
 * publish time are the row's timestamp, and the sequence counts the messages of each channel from 0. Messages that are
 * compressed one by one are given as they were before. Rows of `schema` and `metadata` become metadata records called
 * `rosbag2`.
 */
import { plainMessages } from '../compressed-messages/index.ts';
import type { RecordingFormat } from '../recording/index.ts';
import { PAGE_BYTES_MAX, SQLITE_MAGIC } from './database-header.ts';
import { inspectBag } from './inspect-bag.ts';
import { readBag } from './read-bag.ts';

export const rosbag2: RecordingFormat = {
  name: 'rosbag2',
  // The texts of the tables stand at the end of the first page.
  headBytes: PAGE_BYTES_MAX,
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
  read: (source, tools) => plainMessages(readBag(source, tools), tools),
};
