/** What is said of drives, and what is put right by it. */

export const NOTE_STEPS: readonly (readonly [name: string, sql: string])[] = [
  [
    'annotation_rows',
    `SELECT * FROM event.annotation_events
     QUALIFY row_number() OVER (PARTITION BY tenant, drive_id, event_id ORDER BY noted_at_ms DESC, seq DESC) = 1`,
  ],
  [
    'corrected',
    `SELECT tenant, drive_id,
       arg_max(corrected_vehicle_id, (corrected_at_ms, seq)) FILTER (corrected_vehicle_id IS NOT NULL) AS corrected_vehicle_id,
       arg_max(corrected_labels, (corrected_at_ms, seq)) FILTER (corrected_labels IS NOT NULL) AS corrected_labels
     FROM event.correction_events GROUP BY tenant, drive_id`,
  ],
];

const CORRECTIONS = `
  SELECT *, vehicle_id AS recorded_vehicle_id, make_timestamp(corrected_at_ms * 1000) AS corrected_at
  FROM event.correction_events
  QUALIFY row_number() OVER (PARTITION BY tenant, drive_id, correction_id ORDER BY seq DESC) = 1`;

const EVENTS = `
  SELECT *, make_timestamp(noted_at_ms * 1000) AS noted_at FROM event.annotation_rows WHERE withdrawn = 0`;

/** As the sidecar's events go before bulk: 30 s before, and 10 s behind. */
const [BEFORE_NS, AFTER_NS] = [30_000_000_000, 10_000_000_000];

const eventChunks = (chunks: string): string => `
  SELECT e.tenant, e.drive_id, e.vehicle_id, e.event_id, e.kind, c.chunk_id, c.topics, c.start_ns, c.end_ns, c.object,
    CASE WHEN c.end_ns < e.from_ns THEN 'before' WHEN c.start_ns > e.to_ns THEN 'after' ELSE 'during' END AS place
  FROM (
    SELECT *, TRY_CAST(start_u AS BIGINT) AS from_ns, TRY_CAST(end_u AS BIGINT) AS to_ns
    FROM event.annotation_rows WHERE withdrawn = 0
  ) e
  JOIN (${chunks}) c ON c.tenant = e.tenant AND c.drive_id = e.drive_id
    AND c.end_ns >= e.from_ns - ${BEFORE_NS} AND c.start_ns <= e.to_ns + ${AFTER_NS}`;

export const noteBodies = (chunks: string): Readonly<Record<string, string>> => ({
  events: EVENTS,
  event_chunks: eventChunks(chunks),
  corrections: CORRECTIONS,
});
