/**
 * Reads the ULog files that PX4 writes, of version 0 and 1, with data appended or not. It is one of the formats behind
 * `RecordingFormat`, and needs no decompressor. It never decodes a message, never applies a time offset (times are what
 * the vehicle said, mostly since boot), and never takes logs with incompatible flags, which land byte for byte.
 *
 * The format: https://docs.px4.io/main/en/dev_log/ulog_file_format
 *
 * As MCAP has it: a subscription is a channel `/name`, or `/name/multi_id` for further instances; its messages are the
 * bytes behind the id, with the encoding `ulog`, at the time of their field `timestamp`, or at the last time seen where
 * they have none or 0; its schema, too called `ulog`, is the format's text and that of all
 * nested formats, one a line. Logged strings, dropouts, later parameters and unsubscriptions are JSON on channels of
 * their own. The rest is metadata: `ulog.header`, `ulog.flags`, `ulog.formats`, `ulog.info`, `ulog.info_multiple`
 * (`name[list][piece]`), `ulog.parameters`, `ulog.default_parameters` (`system/name`, `configuration/name`), each with
 * the declared types in `….types`, and `ulog.counts`. Sync records are counted, for they say nothing else.
 */
import type { RecordingFormat } from '../recording/index.ts';
import { isUlog } from './file-head.ts';
import { inspectUlog } from './inspect-ulog.ts';
import { readUlog } from './read-ulog.ts';

export { typeNameFrom } from './value-text.ts';

export const ulog: RecordingFormat = {
  name: 'ulog',
  recognises: isUlog,
  inspect: inspectUlog,
  read: readUlog,
};
