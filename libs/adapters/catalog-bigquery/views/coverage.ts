/**
 * Coverage as runs. Indexed: the chunks of a topic in order, parted where nothing was heard for longer than 100 ms and
 * three mean periods. Lost: what the diary names; without topics, all of the recording, and without times, from the end
 * of its messages on. On the way: what the head of a recording promised and
 * the index does not hold yet. Log times stay whole NUMERIC until the view casts them.
 */
import { STATES } from '@pitlane/contracts/records';

const TOPIC_OF_DRIVE = 'tenant, drive_id, vehicle_id, topic';
const LAST_TIME_U = '18446744073709551615';

const indexed = `
  SELECT ${TOPIC_OF_DRIVE}, MIN(start_u) AS start_u, MAX(end_u) AS end_u,
    'indexed' AS state, CAST(NULL AS STRING) AS reason, SUM(messages) AS messages
  FROM (
    SELECT *, SUM(CASE
        WHEN until_u IS NULL THEN 1
        WHEN start_u <= until_u THEN 0
        WHEN CAST(start_u - until_u AS FLOAT64) > GREATEST(1e8, COALESCE(3 * period, 1e8)) THEN 1 ELSE 0 END)
      OVER (PARTITION BY ${TOPIC_OF_DRIVE} ORDER BY start_u, end_u ROWS UNBOUNDED PRECEDING) AS run
    FROM (
      SELECT p.tenant, p.drive_id, p.vehicle_id, p.topic, p.start_u, p.end_u, p.messages,
        MAX(p.end_u) OVER (PARTITION BY p.tenant, p.drive_id, p.vehicle_id, p.topic ORDER BY p.start_u, p.end_u
          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS until_u,
        IF(t.messages > 1, CAST(t.end_u - t.start_u AS FLOAT64) / (t.messages - 1), NULL) AS period
      FROM step_topic_parts AS p
      JOIN (
        SELECT ${TOPIC_OF_DRIVE}, SUM(messages) AS messages, MIN(start_u) AS start_u, MAX(end_u) AS end_u
        FROM step_topic_parts WHERE start_u IS NOT NULL GROUP BY ${TOPIC_OF_DRIVE}
      ) AS t ON t.tenant = p.tenant AND t.drive_id = p.drive_id AND t.vehicle_id = p.vehicle_id AND t.topic = p.topic
      WHERE p.start_u IS NOT NULL
    )
  )
  GROUP BY ${TOPIC_OF_DRIVE}, run`;

const lost = `
  SELECT DISTINCT ${TOPIC_OF_DRIVE}, start_u, end_u, IF(reason = 'withheld', 'on-car', 'lost') AS state, reason, CAST(NULL AS INT64) AS messages
  FROM (
    SELECT l.tenant, l.drive_id, l.vehicle_id, l.reason, topic,
      COALESCE(l.start_u, IF(l.end_u < r.end_u, l.end_u, r.end_u), l.end_u) AS start_u,
      COALESCE(l.end_u, IF(l.start_u > r.end_u, l.start_u, r.end_u), l.start_u) AS end_u
    FROM step_active_losses AS l
    LEFT JOIN step_recordings AS r
      ON r.tenant = l.tenant AND r.drive_id = l.drive_id AND r.recording_id = l.recording_id
    LEFT JOIN (
      SELECT tenant, drive_id, recording_id, ARRAY_AGG(DISTINCT topic) AS topics
      FROM step_channel_rows GROUP BY tenant, drive_id, recording_id
    ) AS c ON c.tenant = l.tenant AND c.drive_id = l.drive_id AND c.recording_id = l.recording_id
    CROSS JOIN UNNEST(IF(ARRAY_LENGTH(l.topics) > 0, l.topics, IFNULL(c.topics, ['']))) AS topic
  )`;

const promised = `
  SELECT r.tenant, r.drive_id, r.vehicle_id, r.recording_id, JSON_VALUE(part, '$.topic') AS topic, r.start_u, r.end_u,
    SAFE_CAST(JSON_VALUE(part, '$.messages') AS INT64) AS messages,
    IF(r.state_rank < ${STATES.indexOf('chunked')}, 'on-dock', 'in-flight') AS state
  FROM step_recordings AS r CROSS JOIN UNNEST(JSON_QUERY_ARRAY(r.preview_topics)) AS part
  WHERE r.state_rank < ${STATES.indexOf('indexed')} AND r.set_state <> 'superseded' AND r.preview_topics IS NOT NULL
    AND r.start_u IS NOT NULL AND r.end_u IS NOT NULL`;

/** How far the index holds each topic of a recording that is on its way. */
const reached = `
  SELECT r.tenant, r.drive_id, r.recording_id, p.topic, MAX(p.end_u) AS end_u
  FROM step_recordings AS r
  JOIN step_topic_parts AS p ON p.tenant = r.tenant AND p.drive_id = r.drive_id
  WHERE r.state_rank < ${STATES.indexOf('indexed')} AND p.start_u <= r.end_u AND p.end_u >= r.start_u
    AND p.end_u < ${LAST_TIME_U}
  GROUP BY r.tenant, r.drive_id, r.recording_id, p.topic`;

/** A preview's topics of a recording that is not indexed yet; what of them is indexed already is not promised again. */
const onTheWay = `
  SELECT ${TOPIC_OF_DRIVE}, start_u, end_u, state, CAST(NULL AS STRING) AS reason, messages
  FROM (
    SELECT w.tenant, w.drive_id, w.vehicle_id, w.topic, w.state, w.end_u,
      IF(i.end_u IS NULL, w.start_u, i.end_u + 1) AS start_u, IF(i.end_u IS NULL, w.messages, NULL) AS messages
    FROM (${promised}) AS w
    LEFT JOIN (${reached}) AS i
      ON i.tenant = w.tenant AND i.drive_id = w.drive_id AND i.recording_id = w.recording_id AND i.topic = w.topic
  )
  WHERE start_u <= end_u`;

export const coverage = `${indexed} UNION ALL ${lost} UNION ALL ${onTheWay}`;

export const coverageDays = `
  SELECT tenant, vehicle_id, topic, DATE(TIMESTAMP_MICROS(DIV(SAFE_CAST(start_u AS INT64), 1000))) AS day, state, reason,
    COUNT(DISTINCT drive_id) AS drives, COUNT(*) AS runs,
    CAST(SUM(IF(end_u > start_u, end_u - start_u, 0)) AS FLOAT64) / 1e9 AS seconds, SUM(messages) AS messages
  FROM (
    SELECT c.tenant, c.drive_id, COALESCE(x.corrected_vehicle_id, c.vehicle_id) AS vehicle_id, c.topic, c.start_u, c.end_u,
      c.state, c.reason, c.messages
    FROM (${coverage}) AS c LEFT JOIN step_corrected AS x ON x.tenant = c.tenant AND x.drive_id = c.drive_id
  ) GROUP BY tenant, vehicle_id, topic, day, state, reason`;

const toldGaps = `
  SELECT f.tenant, f.drive_id, f.vehicle_id, f.topic, f.start_u, f.end_u, f.text
  FROM step_finding_rows AS f
  JOIN step_verdict_rows AS v ON v.tenant = f.tenant AND v.drive_id = f.drive_id AND v.dock_id = f.dock_id
  WHERE f.ordinal < v.findings AND f.kind = 'gap' AND f.start_u < f.end_u`;

/** Between two runs, unless the verdict, which saw every message, tells of it. */
const betweenRuns = (topics: string): string => `
  SELECT r.tenant, r.drive_id, r.vehicle_id, r.topic, r.until_u AS start_u, r.start_u AS end_u, 'coverage' AS found_by,
    CAST(NULL AS STRING) AS text
  FROM (
    SELECT *, LAG(end_u) OVER (PARTITION BY ${TOPIC_OF_DRIVE} ORDER BY start_u, end_u) AS until_u FROM (${indexed})
  ) AS r
  JOIN (${topics}) AS t
    ON t.tenant = r.tenant AND t.drive_id = r.drive_id AND t.vehicle_id = r.vehicle_id AND t.topic = r.topic
  LEFT JOIN (${toldGaps}) AS g ON g.tenant = r.tenant AND g.drive_id = r.drive_id AND g.topic IN (r.topic, '*')
    AND g.start_u < r.start_u AND g.end_u > r.until_u
  WHERE r.until_u < r.start_u AND t.mean_hz >= 1 AND g.tenant IS NULL`;

export const gaps = (topics: string): string => `
  SELECT *, CAST(end_u - start_u AS FLOAT64) / 1e9 AS seconds FROM (
    ${betweenRuns(topics)} UNION ALL
    SELECT tenant, drive_id, vehicle_id, topic, start_u, end_u, 'verdict', text FROM (${toldGaps})
  )`;
