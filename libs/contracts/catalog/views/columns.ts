/** What views are described with, and the columns that several of them have. */
export type ColumnType = 'STRING' | 'INT64' | 'FLOAT64' | 'BOOL' | 'TIMESTAMP' | 'DATE' | 'GEOGRAPHY' | 'ARRAY<STRING>';

/** What each is called in DuckDB; BigQuery calls it as it stands here. */
export const DUCKDB_TYPE: Readonly<Record<ColumnType, string>> = {
  STRING: 'VARCHAR',
  INT64: 'BIGINT',
  FLOAT64: 'DOUBLE',
  BOOL: 'BOOLEAN',
  TIMESTAMP: 'TIMESTAMP',
  DATE: 'DATE',
  GEOGRAPHY: 'VARCHAR (WKT)',
  'ARRAY<STRING>': 'VARCHAR[]',
};

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

export const column = (name: string, type: ColumnType, meaning: string): ViewColumn => ({ name, type, meaning });

export const TENANT = column('tenant', 'STRING', 'whose data');
export const DRIVE = column('drive_id', 'STRING', 'the drive');
export const VEHICLE = column('vehicle_id', 'STRING', 'the vehicle');
export const RECORDING = column(
  'recording_id',
  'STRING',
  "SHA-256 of the recording's bytes, or of the list of its parts",
);
export const CHUNK = column('chunk_id', 'STRING', 'the chunk');
export const TOPIC = column('topic', 'STRING', 'the topic');
export const SPAN: readonly ViewColumn[] = [
  column('start_ns', 'INT64', 'log time of the first message, ns since 1970; NULL if none or from 2^63 on'),
  column('end_ns', 'INT64', 'log time of the last message, ns since 1970; NULL if none or from 2^63 on'),
  column('start_time', 'TIMESTAMP', 'start_ns to the microsecond'),
  column('end_time', 'TIMESTAMP', 'end_ns to the microsecond'),
];
export const SPAN_OF_FINDING: readonly ViewColumn[] = [
  column('start_ns', 'INT64', 'log time at which it begins, ns since 1970; NULL if none or from 2^63 on'),
  column('end_ns', 'INT64', 'log time at which it ends; likewise'),
  column('start_time', 'TIMESTAMP', 'start_ns to the microsecond'),
  column('end_time', 'TIMESTAMP', 'end_ns to the microsecond'),
];
export const STATE = column(
  'state',
  'STRING',
  'docked, staged, chunked, shipped, landed, indexed, receipted or retired',
);

export const TIME_QUALITY = column(
  'time_quality',
  'STRING',
  'good, corrected (the view clocks says by how much times are wrong), docking (only the docking bounds them), unknown, beyond-2^63 (some times do not fit) or none (no message has a time)',
);
