/**
 * Coverage as runs. Indexed: see `chunk-steps.ts`. Lost: what the diary names; without topics, all of the recording, and without times, from the end
 * of its messages on. On the way: what the head of a recording promised and
 * the index does not hold yet. Log times stay unsigned, so a difference is taken only of a later and an earlier time.
 */
import { STATES } from '@pitlane/contracts/records';

const INDEXED = `
  SELECT tenant, drive_id, vehicle_id, topic, start_u, end_u, 'indexed' AS state, NULL AS reason, messages
  FROM event.indexed_runs`;

const LOST = `
  SELECT DISTINCT tenant, drive_id, vehicle_id, topic, start_u, end_u,
    CASE reason WHEN 'withheld' THEN 'on-car' ELSE 'lost' END AS state, reason, NULL AS messages
  FROM (
    SELECT l.tenant, l.drive_id, l.vehicle_id, l.reason,
      unnest(CASE WHEN len(l.topics) > 0 THEN l.topics ELSE coalesce(c.topics, ['']) END) AS topic,
      coalesce(l.start_u, CASE WHEN l.end_u < r.end_u THEN l.end_u ELSE r.end_u END, l.end_u) AS start_u,
      coalesce(l.end_u, CASE WHEN l.start_u > r.end_u THEN l.start_u ELSE r.end_u END, l.start_u) AS end_u
    FROM event.active_losses l
    LEFT JOIN event.recordings r USING (tenant, drive_id, recording_id)
    LEFT JOIN event.recording_topics c USING (tenant, drive_id, recording_id)
  )`;

/**
 * A preview's topics of a recording that is not indexed yet; what of them is indexed already is not promised again. No
 * drive with such a recording is settled.
 */
const ON_THE_WAY = `
  SELECT tenant, drive_id, vehicle_id, topic, start_u, end_u, state, NULL AS reason, messages
  FROM (
    SELECT w.tenant, w.drive_id, w.vehicle_id, w.topic, w.state, w.end_u,
      CASE WHEN i.end_u IS NULL THEN w.start_u ELSE i.end_u + 1 END AS start_u,
      CASE WHEN i.end_u IS NULL THEN w.messages END AS messages
    FROM (
      SELECT tenant, drive_id, vehicle_id, recording_id, part->>'topic' AS topic, start_u, end_u,
        CAST(part->>'messages' AS BIGINT) AS messages,
        CASE WHEN rank < ${STATES.indexOf('chunked')} THEN 'on-dock' ELSE 'in-flight' END AS state
      FROM (
        SELECT *, unnest(CAST(json_extract(preview_topics, '$[*]') AS JSON[])) AS part FROM event.recordings
        WHERE rank < ${STATES.indexOf('indexed')} AND set_state <> 'superseded' AND preview_topics IS NOT NULL
          AND start_u IS NOT NULL AND end_u IS NOT NULL
      )
    ) w
    LEFT JOIN (
      SELECT tenant, drive_id, recording_id, topic, max(end_u) AS end_u
      FROM (
        SELECT w.tenant, w.drive_id, w.recording_id, p.topic, p.end_u
        FROM event.recordings w JOIN event.open_topic_parts p USING (tenant, drive_id)
        WHERE w.rank < ${STATES.indexOf('indexed')} AND p.start_u <= w.end_u AND p.end_u >= w.start_u
          AND p.end_u < 18446744073709551615::UBIGINT
      )
      GROUP BY tenant, drive_id, recording_id, topic
    ) i USING (tenant, drive_id, recording_id, topic)
  )
  WHERE start_u <= end_u`;

export const COVERAGE = `${INDEXED} UNION ALL ${LOST} UNION ALL ${ON_THE_WAY}`;

export const COVERAGE_DAYS = `
  SELECT tenant, vehicle_id, topic, CAST(make_timestamp(TRY_CAST(start_u AS BIGINT) // 1000) AS DATE) AS day, state, reason,
    count(DISTINCT drive_id) AS drives, count(*) AS runs,
    CAST(sum(CASE WHEN end_u > start_u THEN CAST(end_u - start_u AS HUGEINT) ELSE 0 END) AS DOUBLE) / 1e9 AS seconds, sum(messages) AS messages
  FROM (
    SELECT c.* REPLACE (coalesce(x.corrected_vehicle_id, c.vehicle_id) AS vehicle_id)
    FROM (${COVERAGE}) c LEFT JOIN event.corrected x USING (tenant, drive_id)
  ) GROUP BY ALL`;

/** Between two runs, unless the verdict, which saw every message, tells of it. */
const BETWEEN_RUNS = `
  SELECT r.tenant, r.drive_id, r.vehicle_id, r.topic, r.until_u AS start_u, r.start_u AS end_u, 'coverage' AS found_by, NULL AS text
  FROM (
    SELECT *, lag(end_u) OVER (PARTITION BY tenant, drive_id, vehicle_id, topic ORDER BY start_u, end_u) AS until_u
    FROM event.indexed_runs
  ) r
  JOIN event.topics t USING (tenant, drive_id, vehicle_id, topic)
  ANTI JOIN event.told_gaps g ON g.tenant = r.tenant AND g.drive_id = r.drive_id AND g.topic IN (r.topic, '*')
    AND g.start_u < r.start_u AND g.end_u > r.until_u
  WHERE r.until_u < r.start_u AND t.mean_hz >= 1`;

export const GAPS = `
  SELECT *, CAST(end_u - start_u AS DOUBLE) / 1e9 AS seconds FROM (
    ${BETWEEN_RUNS} UNION ALL
    SELECT tenant, drive_id, vehicle_id, topic, start_u, end_u, 'verdict', text FROM event.told_gaps
  )`;
