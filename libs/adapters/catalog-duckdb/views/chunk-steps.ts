/**
 * The steps about chunks and channels. Those called `open_` see the event tables alone, which hold the drives that are
 * under way; of the settled ones the tables of the schema `settled` say what was found. The others are both together.
 */

/**
 * The seq of the newest row of each recording and ordinal. Ordinals past the count in the closing manifest come from a
 * cut that was given up.
 */
const newestChunks = (unless = ''): string => `
  SELECT tenant, drive_id, recording_u, ordinal, arg_max(chunk_u, seq) AS chunk_u, max(seq) AS seq
  FROM event.chunk_events e ${unless}
  WHERE NOT EXISTS (
    FROM event.closed_recordings c WHERE c.tenant = e.tenant AND c.drive_id = e.drive_id
      AND c.recording_id = e.recording_id AND c.chunks <= e.ordinal)
  GROUP BY tenant, drive_id, recording_u, ordinal`;

/** Those that count. */
const SHOWN = newestChunks('ANTI JOIN event.hidden_recordings h USING (tenant, drive_id, recording_id)');

/**
 * One seq a chunk of a drive: a chunk that two recordings hold is one object, and its messages are counted once. It is
 * shown as the first of them has it, by id, and not as the last that was told: claims may come again, in any order.
 */
const ONCE = `
  SELECT tenant, drive_id, chunk_u, arg_min(seq, (recording_u, ordinal)) AS seq, count(*) AS copies
  FROM event.open_shown_chunks GROUP BY tenant, drive_id, chunk_u`;

/** The few chunks of several recordings, with all that hold them: no list is built for the many that have one. */
const SHARED = `
  SELECT tenant, drive_id, o.seq, list_sort(list(DISTINCT recording_id)) AS recording_ids
  FROM (SELECT tenant, drive_id, chunk_u, recording_id FROM event.chunk_events) e
  JOIN (SELECT tenant, drive_id, chunk_u, seq FROM event.open_chunks_once WHERE copies > 1) o USING (tenant, drive_id, chunk_u)
  ANTI JOIN event.hidden_recordings h USING (tenant, drive_id, recording_id)
  GROUP BY tenant, drive_id, o.seq`;

/** Channels of log chunks, each message once. */
const PARTS = `
  SELECT o.tenant, o.drive_id, e.vehicle_id, e.topic, e.messages, e.bytes, e.start_u, e.end_u
  FROM event.chunk_channel_events e JOIN event.open_chunks_once o ON o.seq = e.seq
  WHERE e.kind = 'log'`;

const DRIVE_SUMS = `
  SELECT tenant, drive_id, count(*) AS chunks, coalesce(sum(messages) FILTER (kind = 'log'), 0) AS messages,
    sum(bytes_stored) AS bytes_landed
  FROM event.chunk_events JOIN event.open_chunks_once USING (tenant, drive_id, seq) GROUP BY tenant, drive_id`;

const RECORDING_TOPICS = `
  SELECT tenant, drive_id, recording_id, list(DISTINCT topic) AS topics FROM event.open_channels
  GROUP BY tenant, drive_id, recording_id`;

const TOPICS = `
  SELECT p.*, c.schema_name, c.schema_encoding, c.message_encoding, c.channels,
    CASE WHEN p.messages >= 2 AND p.end_u > p.start_u
      THEN (p.messages - 1) * 1e9 / CAST(p.end_u - p.start_u AS DOUBLE) END AS mean_hz
  FROM (
    SELECT tenant, drive_id, vehicle_id, topic, sum(messages) AS messages, sum(bytes) AS bytes,
      min(start_u) AS start_u, max(end_u) AS end_u
    FROM event.open_topic_parts GROUP BY tenant, drive_id, vehicle_id, topic
  ) p
  LEFT JOIN (
    SELECT tenant, drive_id, topic, min(schema_name) AS schema_name,
      arg_min(schema_encoding, (schema_name, recording_id, channel)) AS schema_encoding,
      coalesce(arg_min(message_encoding, (schema_name, recording_id, channel)), min(message_encoding)) AS message_encoding,
      count(*) AS channels
    FROM event.open_channels ANTI JOIN event.hidden_recordings USING (tenant, drive_id, recording_id)
    GROUP BY tenant, drive_id, topic
  ) c USING (tenant, drive_id, topic)`;

/** Chunks of a topic in order, parted where nothing was heard for longer than 100 ms and three mean periods. */
const INDEXED_RUNS = `
  SELECT tenant, drive_id, vehicle_id, topic, min(start_u) AS start_u, max(end_u) AS end_u, sum(messages) AS messages
  FROM (
    SELECT *, sum(CASE
        WHEN until_u IS NULL THEN 1
        WHEN start_u <= until_u THEN 0
        WHEN CAST(start_u - until_u AS DOUBLE) > greatest(1e8, 3 * period) THEN 1 ELSE 0 END)
      OVER (PARTITION BY tenant, drive_id, vehicle_id, topic ORDER BY start_u, end_u ROWS UNBOUNDED PRECEDING) AS run
    FROM (
      SELECT p.*,
        max(p.end_u) OVER (PARTITION BY tenant, drive_id, vehicle_id, topic ORDER BY p.start_u, p.end_u
          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS until_u,
        CASE WHEN t.messages > 1 THEN CAST(t.end_u - t.start_u AS DOUBLE) / (t.messages - 1) END AS period
      FROM event.open_topic_parts p
      JOIN (
        SELECT tenant, drive_id, vehicle_id, topic, sum(messages) AS messages, min(start_u) AS start_u, max(end_u) AS end_u
        FROM event.open_topic_parts WHERE start_u IS NOT NULL GROUP BY tenant, drive_id, vehicle_id, topic
      ) t USING (tenant, drive_id, vehicle_id, topic)
      WHERE p.start_u IS NOT NULL
    )
  )
  GROUP BY tenant, drive_id, vehicle_id, topic, run`;

const both = (name: string): readonly [string, string] => [
  name,
  `FROM event.open_${name} UNION ALL BY NAME FROM settled.${name}`,
];

const CHANNEL_ROWS = `
  FROM event.open_channels UNION ALL BY NAME
  SELECT g.tenant, g.drive_id, g.vehicle_id, e.* EXCLUDE (origin, newest)
  FROM settled.channel_events e JOIN settled.origins g USING (origin) WHERE e.newest`;

/** In the order in which they build upon one another. */
export const CHUNK_STEPS: readonly (readonly [name: string, sql: string])[] = [
  ['open_newest_chunks', newestChunks()],
  ['open_shown_chunks', SHOWN],
  ['open_chunks_once', ONCE],
  ['open_shared_chunks', SHARED],
  ['open_topic_parts', PARTS],
  ['open_drive_sums', DRIVE_SUMS],
  ['open_recording_topics', RECORDING_TOPICS],
  ['open_topics', TOPICS],
  ['open_indexed_runs', INDEXED_RUNS],
  ['channel_rows', CHANNEL_ROWS],
  both('drive_sums'),
  both('recording_topics'),
  both('topics'),
  both('indexed_runs'),
];
