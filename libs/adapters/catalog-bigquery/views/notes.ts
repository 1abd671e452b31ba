/** What is said of drives, and what is put right by it. */

export const annotationRows = `
  SELECT * FROM live_annotation_events WHERE TRUE
  QUALIFY ROW_NUMBER() OVER (PARTITION BY tenant, drive_id, event_id ORDER BY noted_at_ms DESC, seq DESC) = 1`;

const placeOf = (column: string): string =>
  `ROW_NUMBER() OVER (PARTITION BY tenant, drive_id ORDER BY ${column} IS NULL, corrected_at_ms DESC, seq DESC)`;

/** The newest correction of each field. */
export const corrected = `
  SELECT tenant, drive_id, MAX(IF(vehicle_place = 1, corrected_vehicle_id, NULL)) AS corrected_vehicle_id,
    MAX(IF(labels_place = 1, corrected_labels, NULL)) AS corrected_labels
  FROM (
    SELECT *, ${placeOf('corrected_vehicle_id')} AS vehicle_place, ${placeOf('corrected_labels')} AS labels_place
    FROM live_correction_events
  )
  GROUP BY tenant, drive_id`;

/** As the sidecar's events go before bulk: 30 s before, and 10 s behind. */
const [BEFORE_NS, AFTER_NS] = [30_000_000_000, 10_000_000_000];

const eventChunks = (chunks: string): string => `
  SELECT e.tenant, e.drive_id, e.vehicle_id, e.event_id, e.kind, c.chunk_id, c.topics, c.start_u, c.end_u, c.object,
    CASE WHEN c.to_ns < e.from_ns THEN 'before' WHEN c.from_ns > e.to_ns THEN 'after' ELSE 'during' END AS place
  FROM (
    SELECT *, SAFE_CAST(start_u AS INT64) AS from_ns, SAFE_CAST(end_u AS INT64) AS to_ns
    FROM step_annotation_rows WHERE withdrawn = 0
  ) AS e
  JOIN (
    SELECT *, SAFE_CAST(start_u AS INT64) AS from_ns, SAFE_CAST(end_u AS INT64) AS to_ns FROM (${chunks})
  ) AS c ON c.tenant = e.tenant AND c.drive_id = e.drive_id
    AND c.to_ns >= e.from_ns - ${BEFORE_NS} AND c.from_ns <= e.to_ns + ${AFTER_NS}`;

export const noteBodies = (chunks: string): Readonly<Record<string, string>> => ({
  events: `SELECT *, TIMESTAMP_MILLIS(noted_at_ms) AS noted_at FROM step_annotation_rows WHERE withdrawn = 0`,
  event_chunks: eventChunks(chunks),
  corrections: `
    SELECT *, vehicle_id AS recorded_vehicle_id, TIMESTAMP_MILLIS(corrected_at_ms) AS corrected_at FROM live_correction_events
    WHERE TRUE QUALIFY ROW_NUMBER() OVER (PARTITION BY tenant, drive_id, correction_id ORDER BY seq DESC) = 1`,
});
