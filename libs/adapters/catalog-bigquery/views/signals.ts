/** What was derived of chunks, as far as the chunks count: the same as in the embedded twin. */
import { STATE_SIGNALS } from '@pitlane/contracts/catalog';

export const SIGNAL_STEPS: readonly (readonly [name: string, sql: string])[] = [
  [
    'derivation_rows',
    `
  SELECT d.* FROM (
    SELECT * FROM live_derivation_events WHERE TRUE
    QUALIFY ROW_NUMBER() OVER (PARTITION BY tenant, drive_id, deriver, chunk_id ORDER BY seq DESC) = 1
  ) AS d
  JOIN step_chunk_once AS o ON o.tenant = d.tenant AND o.drive_id = d.drive_id AND o.chunk_id = d.chunk_id`,
  ],
  [
    'signal_samples',
    `
  SELECT s.tenant, s.drive_id, s.vehicle_id, s.chunk_id, s.topic, s.signal, s.preference, s.unit,
    SAFE_CAST(s.start_u + offset_ns AS INT64) AS time_ns, s.numbers[SAFE_ORDINAL(place + 1)] AS value,
    s.texts[SAFE_ORDINAL(place + 1)] AS text
  FROM live_signal_events AS s
  JOIN step_derivation_rows AS d ON d.tenant = s.tenant AND d.drive_id = s.drive_id AND d.seq = s.seq
  CROSS JOIN UNNEST(s.offsets_ns) AS offset_ns WITH OFFSET AS place`,
  ],
];

const asState = ([name, type]: (typeof STATE_SIGNALS)[number]): string =>
  `MAX(IF(signal = '${name}', ${type === 'STRING' ? 'text' : 'value'}, NULL)) AS ${name}`;

const vehicleStates = `
  SELECT tenant, drive_id, vehicle_id, tick * 100000000 AS time_ns, TIMESTAMP_MICROS(tick * 100000) AS time,
    ${STATE_SIGNALS.map(([name]) => `LAST_VALUE(${name} IGNORE NULLS) OVER carried AS ${name}`).join(', ')}
  FROM (
    SELECT tenant, drive_id, MIN(vehicle_id) AS vehicle_id, tick, ${STATE_SIGNALS.map(asState).join(', ')}
    FROM (
      SELECT *, DIV(time_ns, 100000000) AS tick FROM step_signal_samples
      WHERE time_ns IS NOT NULL AND signal IN (${STATE_SIGNALS.map(([name]) => `'${name}'`).join(', ')})
      QUALIFY ROW_NUMBER() OVER (
        PARTITION BY tenant, drive_id, DIV(time_ns, 100000000), signal
        ORDER BY preference, time_ns DESC, topic, chunk_id) = 1
    )
    GROUP BY tenant, drive_id, tick
  )
  WINDOW carried AS (PARTITION BY tenant, drive_id ORDER BY tick RANGE BETWEEN 9 PRECEDING AND CURRENT ROW)`;

export const SIGNAL_BODIES: Readonly<Record<string, string>> = {
  derivations: 'SELECT * FROM step_derivation_rows',
  signals: 'SELECT *, TIMESTAMP_MICROS(DIV(time_ns, 1000)) AS time FROM step_signal_samples',
  vehicle_states: vehicleStates,
};
