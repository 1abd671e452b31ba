/** What the rows of all events are made of. */
import type { EventRow, TableName } from '../event-tables.ts';
import type { CatalogEvent } from '../events.ts';

export type RowSink = (table: TableName, row: EventRow) => void;
export type EventOf<Type extends CatalogEvent['type']> = Extract<CatalogEvent, { type: Type }>;

export const timeFromText = (text: string | null): bigint | null => (text === null ? null : BigInt(text));

export const INT64 = { min: -(1n << 63n), max: (1n << 63n) - 1n } as const;

/** An offset between times that the catalog cannot hold is NULL there. */
export function signedFromText(text: string | null): bigint | null {
  const value = text === null ? null : BigInt(text);
  return value === null || value < INT64.min || value > INT64.max ? null : value;
}

/** 128 bits of a SHA-256 are as good as all of it for telling two apart. */
export const idFromHex = (hex: string): bigint => BigInt(`0x${hex.slice(0, 32)}`);

/** Text in code unit order, each once, as every sorted list of the catalog. */
export const sortedOnce = (texts: readonly string[]): readonly string[] => [...new Set(texts)].sort();

export const ofDrive = ({ drive }: CatalogEvent, seq: number | bigint): EventRow => [
  seq,
  drive.tenant,
  drive.driveId,
  drive.vehicleId,
];

export const ofRecording = (event: CatalogEvent, seq: number | bigint, recordingId: string): EventRow => [
  ...ofDrive(event, seq),
  recordingId,
];
