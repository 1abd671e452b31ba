/** What was derived of chunks, as far as the chunks count. */
import { STATE_SIGNALS } from '@pitlane/contracts/catalog';

/** Chunks that count, of drives under way and of settled ones. */
const COUNTED_CHUNKS = `
  SELECT tenant, drive_id, chunk_u FROM event.open_chunks_once
  UNION ALL
  SELECT g.tenant, g.drive_id, e.chunk_u FROM settled.chunk_events e JOIN settled.origins g USING (origin) WHERE e.once`;

/** Of a chunk and deriver the newest; a chunk of a recording that steps back takes it with it. */
const DERIVATION_ROWS = `
  SELECT d.* FROM (
    SELECT * FROM event.derivation_events
    QUALIFY row_number() OVER (PARTITION BY tenant, drive_id, deriver, chunk_id ORDER BY seq DESC) = 1
  ) d
  SEMI JOIN event.counted_chunks c USING (tenant, drive_id, chunk_u)`;

/** Lists that stand in one SELECT are unfolded beside one another; the shorter ones end in NULL. */
const SIGNAL_SAMPLES = `
  SELECT * EXCLUDE (start_u, offset_ns), TRY_CAST(start_u + offset_ns AS BIGINT) AS time_ns FROM (
    SELECT s.tenant, s.drive_id, s.vehicle_id, s.chunk_id, s.topic, s.signal, s.preference, s.unit, s.start_u,
      unnest(s.offsets_ns) AS offset_ns, unnest(s.numbers) AS value, unnest(s.texts) AS text
    FROM event.signal_events s
    JOIN event.derivation_rows d ON d.tenant = s.tenant AND d.drive_id = s.drive_id AND d.seq = s.seq
  )`;

export const SIGNAL_STEPS: readonly (readonly [name: string, sql: string])[] = [
  ['counted_chunks', COUNTED_CHUNKS],
  ['derivation_rows', DERIVATION_ROWS],
  ['signal_samples', SIGNAL_SAMPLES],
];

const asState = ([name, type]: (typeof STATE_SIGNALS)[number]): string =>
  `max(${type === 'STRING' ? 'text' : 'value'}) FILTER (signal = '${name}') AS ${name}`;

const VEHICLE_STATES = `
  SELECT tenant, drive_id, vehicle_id, tick * 100000000 AS time_ns, make_timestamp(tick * 100000) AS time,
    ${STATE_SIGNALS.map(([name]) => `last_value(${name} IGNORE NULLS) OVER carried AS ${name}`).join(', ')}
  FROM (
    SELECT tenant, drive_id, min(vehicle_id) AS vehicle_id, tick, ${STATE_SIGNALS.map(asState).join(', ')}
    FROM (
      SELECT *, time_ns // 100000000 AS tick FROM event.signal_samples
      WHERE time_ns IS NOT NULL AND signal IN (${STATE_SIGNALS.map(([name]) => `'${name}'`).join(', ')})
      QUALIFY row_number() OVER (
        PARTITION BY tenant, drive_id, time_ns // 100000000, signal ORDER BY preference, time_ns DESC, topic, chunk_id) = 1
    )
    GROUP BY tenant, drive_id, tick
  )
  WINDOW carried AS (PARTITION BY tenant, drive_id ORDER BY tick RANGE BETWEEN 9 PRECEDING AND CURRENT ROW)`;

export const SIGNAL_BODIES: Readonly<Record<string, string>> = {
  derivations: 'SELECT * FROM event.derivation_rows',
  signals: 'SELECT *, make_timestamp(time_ns // 1000) AS time FROM event.signal_samples',
  vehicle_states: VEHICLE_STATES,
};
