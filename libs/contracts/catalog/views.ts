/** The views: names, columns and what they mean. The data dictionary is made from this table and tests compare it. */

export type ColumnType = 'STRING' | 'INT64' | 'FLOAT64' | 'BOOL' | 'TIMESTAMP' | 'DATE' | 'ARRAY<STRING>';

export interface ViewColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** One clause with the unit. */
  readonly meaning: string;
}

export interface ViewDefinition {
  readonly name: string;
  readonly meaning: string;
  readonly columns: readonly ViewColumn[];
}

const column = (name: string, type: ColumnType, meaning: string): ViewColumn => ({ name, type, meaning });

const TENANT = column('tenant', 'STRING', 'whose data');
const DRIVE = column('drive_id', 'STRING', 'the drive');
const VEHICLE = column('vehicle_id', 'STRING', 'the vehicle');
const RECORDING = column('recording_id', 'STRING', "SHA-256 of the recording's bytes, or of the list of its parts");
const CHUNK = column('chunk_id', 'STRING', 'the chunk');
const TOPIC = column('topic', 'STRING', 'the topic');
const SPAN: readonly ViewColumn[] = [
  column('start_ns', 'INT64', 'log time of the first message, ns since 1970; NULL if none or from 2^63 on'),
  column('end_ns', 'INT64', 'log time of the last message, ns since 1970; NULL if none or from 2^63 on'),
  column('start_time', 'TIMESTAMP', 'start_ns to the microsecond'),
  column('end_time', 'TIMESTAMP', 'end_ns to the microsecond'),
];
const SPAN_OF_FINDING: readonly ViewColumn[] = [
  column('start_ns', 'INT64', 'log time at which it begins, ns since 1970; NULL if none or from 2^63 on'),
  column('end_ns', 'INT64', 'log time at which it ends; likewise'),
  column('start_time', 'TIMESTAMP', 'start_ns to the microsecond'),
  column('end_time', 'TIMESTAMP', 'end_ns to the microsecond'),
];
const STATE = column('state', 'STRING', 'docked, staged, chunked, shipped, landed, indexed, receipted or retired');

const TIME_QUALITY = column(
  'time_quality',
  'STRING',
  'good, corrected (the view clocks says by how much times are wrong), docking (only the docking bounds them), unknown, beyond-2^63 (some times do not fit) or none (no message has a time)',
);

export const VIEWS: readonly ViewDefinition[] = [
  {
    name: 'drives',
    meaning: 'one row a drive, from the moment it is docked; its state is the lowest of its recordings',
    columns: [
      TENANT,
      DRIVE,
      VEHICLE,
      STATE,
      ...SPAN,
      TIME_QUALITY,
      column(
        'partition_day',
        'DATE',
        "the drive's day where its clock is believed: it lies in 2000-01-01 to docked_at + 1 day, and no other clock says that it is wrong by more than a day; else the docking day",
      ),
      column('docked_at', 'TIMESTAMP', "first docking, by the garage's clock"),
      column('garages', 'ARRAY<STRING>', 'where it was docked, sorted'),
      column('labels', 'STRING', 'JSON object of the labels in pitlane.drive.json'),
      column('recordings', 'INT64', 'recordings, superseded copies not counted'),
      column('chunks', 'INT64', 'indexed chunks'),
      column('messages', 'INT64', 'messages in indexed chunks of kind log'),
      column('bytes_in', 'INT64', 'bytes of the recordings'),
      column('bytes_landed', 'INT64', 'stored bytes of the indexed chunks'),
      column('bytes_lost', 'INT64', 'bytes of the recordings that could not be read (kept, unparsed)'),
      column('receipt_id', 'STRING', 'the newest receipt; NULL without one'),
    ],
  },
  {
    name: 'recordings',
    meaning: 'one row a recording of a drive, superseded copies too',
    columns: [
      TENANT,
      DRIVE,
      VEHICLE,
      RECORDING,
      column('path', 'STRING', 'where it lay below the docked folder'),
      column('format', 'STRING', 'mcap, rosbag1, … or opaque'),
      column('opaque_reason', 'STRING', 'why a known format landed byte for byte; NULL otherwise'),
      column('profile', 'STRING', "the recording's own profile, such as ros1 or ros2"),
      column('library', 'STRING', "the recording's own writer"),
      STATE,
      column('set_state', 'STRING', 'pending, active or superseded: whether its chunks are shown'),
      column('superseded_by', 'STRING', 'the recording that holds all of its messages; NULL if active'),
      column('bytes', 'INT64', 'size of the file'),
      column('messages', 'INT64', 'messages read; the index says it before that; NULL if unknown'),
      column('topics', 'INT64', 'number of topics'),
      ...SPAN,
      TIME_QUALITY,
      column('bytes_lost', 'INT64', 'bytes that could not be read (kept, unparsed)'),
      column('notes', 'ARRAY<STRING>', 'what is worth saying and lost nothing'),
      column('dock_id', 'STRING', 'the docking that brought it'),
      column('garage', 'STRING', 'where'),
    ],
  },
  {
    name: 'topics',
    meaning: 'one row a topic of a drive, over its active recordings',
    columns: [
      TENANT,
      DRIVE,
      VEHICLE,
      TOPIC,
      column('schema_name', 'STRING', 'the schema (the first by name if there are several); NULL without one'),
      column('schema_encoding', 'STRING', 'ros1msg, ros2msg, protobuf, jsonschema, …'),
      column('message_encoding', 'STRING', 'ros1, cdr, protobuf, json, …'),
      column('channels', 'INT64', 'channels on the topic'),
      column('messages', 'INT64', 'messages'),
      column('bytes', 'INT64', 'message data before compression'),
      ...SPAN,
      column('mean_hz', 'FLOAT64', '(messages - 1) / span in Hz; NULL below two messages'),
    ],
  },
  {
    name: 'channels',
    meaning: 'one row a channel of a recording, with the digest that proves its messages',
    columns: [
      TENANT,
      DRIVE,
      VEHICLE,
      RECORDING,
      column('channel', 'INT64', 'number in the recording, from 0'),
      TOPIC,
      column('schema_name', 'STRING', 'NULL without a schema'),
      column('schema_encoding', 'STRING', 'NULL without a schema'),
      column('schema_sha256', 'STRING', 'SHA-256 of the schema data; NULL without a schema'),
      column('message_encoding', 'STRING', 'how messages are encoded'),
      column('metadata', 'STRING', "JSON object of the channel's metadata"),
      column('messages', 'INT64', 'messages'),
      column('bytes', 'INT64', 'message data before compression'),
      ...SPAN,
      column('digest', 'STRING', 'SHA-256 over the leaves, in order of window and part'),
    ],
  },
  {
    name: 'chunks',
    meaning: 'one row a chunk of a drive that is indexed and counts (active recordings only)',
    columns: [
      TENANT,
      DRIVE,
      VEHICLE,
      CHUNK,
      column('kind', 'STRING', 'log, extras, opaque or unread'),
      column('topic_group', 'STRING', 'the topic that travels alone, or empty for the shared group'),
      column('window_ns', 'INT64', 'start of the 60 s window, ns since 1970; NULL without log time'),
      column('part', 'INT64', 'number within window and group, from 0'),
      column('topics', 'ARRAY<STRING>', 'topics inside, sorted'),
      ...SPAN,
      column('messages', 'INT64', 'messages inside'),
      column('bytes_raw', 'INT64', 'message records before compression'),
      column('bytes_stored', 'INT64', 'size of the object, from the store'),
      column('object', 'STRING', 'name of the object in the store'),
      column('generation', 'STRING', 'generation of the object, from the store'),
      column('crc32c', 'STRING', 'CRC-32C of the object, from the store, hex'),
      column('sha256', 'STRING', 'SHA-256 of the object, from the garage'),
      column('state', 'STRING', 'indexed'),
      column('recording_ids', 'ARRAY<STRING>', 'active recordings whose messages these are, sorted'),
    ],
  },
  {
    name: 'chunks_on_utc',
    meaning:
      'the view chunks with its times as UTC: where the view clocks says so its offset is added to log times, elsewhere they ' +
      'are taken as they are; a chunk is cut where a segment of the overlay ends, and spans all of its segments',
    columns: [
      TENANT,
      DRIVE,
      VEHICLE,
      CHUNK,
      RECORDING,
      column('kind', 'STRING', 'log, extras, opaque or unread'),
      column('topics', 'ARRAY<STRING>', 'topics inside, sorted'),
      column('utc_start_ns', 'INT64', 'UTC of the first message, ns since 1970; NULL where start_ns is'),
      column('utc_end_ns', 'INT64', 'UTC of the last message, ns since 1970; NULL where end_ns is'),
      column('utc_start_time', 'TIMESTAMP', 'utc_start_ns to the microsecond'),
      column('utc_end_time', 'TIMESTAMP', 'utc_end_ns to the microsecond'),
      column('clock_offset_ns', 'INT64', 'what was added at the beginning of its first segment; 0 where nothing was'),
      column('clock_source', 'STRING', 'source of that segment; NULL where nothing is known of the clock'),
      column('clock_quality', 'STRING', 'quality of that segment; NULL where nothing is known of the clock'),
      ...SPAN,
      column('messages', 'INT64', 'messages inside'),
      column('bytes_stored', 'INT64', 'size of the object, from the store'),
      column('object', 'STRING', 'name of the object in the store'),
    ],
  },
  {
    name: 'clocks',
    meaning:
      "what is known of each recording's clock: one row a segment of the overlay, and one a topic whose stamps differ; UTC " +
      'is log time + offset_ns + drift_ppm * (log time - start_ns) / 10^6. Messages and chunks are never changed by it',
    columns: [
      TENANT,
      DRIVE,
      VEHICLE,
      RECORDING,
      column('segment', 'INT64', 'number in the recording, from 0 in the order of the file; topics come behind'),
      column('topic', 'STRING', 'NULL for a segment; else the topic whose stamps are compared with log time'),
      column('start_ns', 'INT64', 'first log time of the segment; NULL for a topic, or from 2^63 on'),
      column('end_ns', 'INT64', 'last log time of the segment; likewise'),
      column('start_time', 'TIMESTAMP', 'start_ns to the microsecond'),
      column('end_time', 'TIMESTAMP', 'end_ns to the microsecond'),
      column(
        'source_start',
        'INT64',
        'first byte of the segment in the recording: after a step back log times come twice',
      ),
      column('source_end', 'INT64', 'end of these bytes'),
      column('step_ns', 'INT64', 'by how much log time jumped at its beginning; NULL for the first'),
      column(
        'offset_ns',
        'INT64',
        'to add to start_ns for UTC; NULL if unknown. Of a topic: stamp less log time, put right by the overlay',
      ),
      column('drift_ppm', 'FLOAT64', 'by how much the offset grows, microseconds a second of log time'),
      column('residual_ns', 'INT64', 'median distance of the measurements from that'),
      column('pairs', 'INT64', 'measurements'),
      column('source', 'STRING', 'gnss, reference, fix, header, publish, step, docking, log or none: what it rests on'),
      column('quality', 'STRING', 'good, rough, bound (no later than that), unchecked or unknown'),
      column('applied', 'BOOL', 'whether chunks_on_utc adds it: not where the log is right to the second'),
      column('text', 'STRING', 'a sentence for people'),
    ],
  },
  {
    name: 'recording_chunks',
    meaning: 'one row a chunk of a recording, pending and superseded ones too: what a recording was cut into',
    columns: [
      TENANT,
      DRIVE,
      VEHICLE,
      RECORDING,
      column('ordinal', 'INT64', 'number of the chunk in its recording, from 0'),
      CHUNK,
      column('kind', 'STRING', 'log, extras, opaque or unread'),
      column('topic_group', 'STRING', 'the topic that travels alone, or empty for the shared group'),
      column('window_ns', 'INT64', 'start of the window; NULL without log time'),
      column('part', 'INT64', 'number within window and group, from 0'),
      column('object', 'STRING', 'name of the object in the store'),
      column('generation', 'STRING', 'generation of the object, from the store'),
      column('bytes_stored', 'INT64', 'size of the object, from the store'),
      column('crc32c', 'STRING', 'CRC-32C of the object, from the store, hex'),
      column('sha256', 'STRING', 'SHA-256 of the object, from the garage'),
      column('set_state', 'STRING', 'pending, active or superseded: whether the view chunks shows it'),
    ],
  },
  {
    name: 'chunk_topics',
    meaning: 'one row a channel in a chunk of an active recording: where a topic lies, and its leaf',
    columns: [
      TENANT,
      DRIVE,
      VEHICLE,
      RECORDING,
      CHUNK,
      column('ordinal', 'INT64', 'number of the chunk in its recording'),
      column('channel', 'INT64', 'number of the channel in the recording'),
      TOPIC,
      column('window_ns', 'INT64', 'start of the window; NULL without log time'),
      column('part', 'INT64', 'number within window and group'),
      column('messages', 'INT64', 'messages of the channel in the chunk'),
      column('bytes', 'INT64', 'their data before compression'),
      ...SPAN,
      column('leaf', 'STRING', 'SHA-256 over these messages'),
      column('source_start', 'INT64', 'first byte in the recording of the range that holds the chunk'),
      column('source_end', 'INT64', 'end of that range'),
    ],
  },
  {
    name: 'coverage',
    meaning:
      'runs [start, end] of each topic of a drive by state; a gap over three mean periods and 100 ms parts two runs; ' +
      'a loss of unknown topics is one of all topics of its recording, of unknown time one at the end of its messages',
    columns: [
      TENANT,
      DRIVE,
      VEHICLE,
      TOPIC,
      ...SPAN,
      column('state', 'STRING', 'on-dock, in-flight, indexed or lost'),
      column('reason', 'STRING', 'why it is lost; NULL otherwise'),
      column('messages', 'INT64', 'messages in the run; NULL if unknown'),
    ],
  },
  {
    name: 'losses',
    meaning: 'the repair diary: one row an unread byte range of an active recording',
    columns: [
      TENANT,
      DRIVE,
      VEHICLE,
      RECORDING,
      column('path', 'STRING', 'the recording, as it lay below the docked folder'),
      column(
        'reason',
        'STRING',
        'truncated, corrupt-record, corrupt-chunk, chunk-bomb, unknown-channel, rolled-back, unreadable, landed-opaque or withheld (a filter keeps it in the garage)',
      ),
      column('text', 'STRING', 'a sentence for people'),
      column('byte_offset', 'INT64', 'where in the recording the range begins'),
      column('bytes', 'INT64', 'its length'),
      column('kept_in', 'STRING', 'the chunk that keeps these bytes; NULL if there are none'),
      column('topics', 'ARRAY<STRING>', 'topics known to be touched'),
      ...SPAN,
    ],
  },
  {
    name: 'verdicts',
    meaning: 'one row a drive that was judged, as its last docking found it: is it complete?',
    columns: [
      TENANT,
      DRIVE,
      VEHICLE,
      column('dock_id', 'STRING', 'the docking that judged it'),
      column('judged_from', 'STRING', 'messages: every message was looked at; index: what the indexes say'),
      column('vehicle_type', 'STRING', 'the profile by which it was judged; NULL without one'),
      column('summary', 'STRING', 'complete, or how many findings'),
      column('findings', 'INT64', 'rows of the view findings'),
      column('notes', 'ARRAY<STRING>', 'what was not judged, and why'),
    ],
  },
  {
    name: 'findings',
    meaning: 'what the verdict on a drive found, worst first by ordinal: no loss, but something to look after',
    columns: [
      TENANT,
      DRIVE,
      VEHICLE,
      column('ordinal', 'INT64', 'number within the verdict, from 0'),
      column('topic', 'STRING', 'the topic, or the glob of the profile where none matches it; * for all together'),
      column('kind', 'STRING', 'missing, gap, rate, frozen, black, blank or no-fix'),
      column('severity', 'STRING', 'error or warning'),
      ...SPAN_OF_FINDING,
      column('expected', 'INT64', 'what is expected, in unit; NULL where nothing can be'),
      column('seen', 'INT64', 'what was seen, in unit; NULL for several together'),
      column('unit', 'STRING', 'mHz, ms or messages'),
      column('occurrences', 'INT64', '1, or how many further ones the row stands for'),
      column('text', 'STRING', 'a line for the technician'),
    ],
  },
  {
    name: 'receipts',
    meaning: 'one row a receipt, newest last',
    columns: [
      TENANT,
      DRIVE,
      VEHICLE,
      column('receipt_id', 'STRING', "SHA-256 of the receipt's body"),
      column('dock_id', 'STRING', 'the docking it answers'),
      column('key_id', 'STRING', 'the key that signed'),
      column('signed_at', 'TIMESTAMP', 'when it was signed'),
      column('object', 'STRING', 'the receipt in the store'),
      column('manifest_object', 'STRING', 'the manifest it answers'),
      column('recording_ids', 'ARRAY<STRING>', 'recordings it covers, sorted'),
      column('chunks', 'INT64', 'objects under its Merkle root'),
      column('bytes_stored', 'INT64', 'their size'),
      column('objects_sha256_root', 'STRING', 'the Merkle root'),
    ],
  },
  {
    name: 'freshness',
    meaning:
      'how long dockings took from docked to indexed: one row a garage and UTC day of docking; a docking counts as indexed ' +
      'with its first receipt, which is signed when all of its rows can be asked for, so those under way are in no percentile',
    columns: [
      TENANT,
      column('garage', 'STRING', 'where the drives were docked'),
      column('day', 'DATE', "the day on which they were docked, by the garage's clock"),
      column('drives', 'INT64', 'drives docked; one that was docked again counts once'),
      column('dockings', 'INT64', 'dockings of them'),
      column('dockings_indexed', 'INT64', 'dockings that have a receipt'),
      column(
        'p50_seconds',
        'FLOAT64',
        "docked by the garage's clock to indexed by the indexer's: half of the indexed dockings took so long or less (nearest rank)",
      ),
      column('p95_seconds', 'FLOAT64', 'the same for 95 of 100; NULL while none is indexed'),
    ],
  },
];
