/** Schemas of the lists' rows, made from the catalog's contract, so that the two cannot part. */
import { type ColumnType, VIEWS, type ViewColumn } from '@pitlane/contracts/catalog';
import { type TSchema, Type } from 'typebox';
import { jsonName } from './json-rows.ts';

export const rowSchema = (view: string): TSchema => Type.Object(rowProperties(view), { additionalProperties: true });

export function rowProperties(view: string): Record<string, TSchema> {
  const columns = VIEWS.find(({ name }) => name === view)?.columns ?? [];
  const shown = columns.filter(({ name }) => name !== 'time' && name !== 'start_time' && name !== 'end_time');
  return Object.fromEntries(shown.map((column) => [jsonName(column.name), columnSchema(column)]));
}

/** Values are left as they are: the description says what they are, a serializer must not turn null into "". */
function columnSchema({ name, type, meaning }: ViewColumn): TSchema {
  const isTime = name.endsWith('_ns') || type === 'TIMESTAMP';
  const kind = isTime ? 'decimal nanoseconds as text' : KINDS[type];
  return Type.Optional(Type.Unknown({ description: `${meaning} (${kind})` }));
}

const KINDS: Readonly<Record<ColumnType, string>> = {
  STRING: 'text',
  INT64: 'whole number',
  FLOAT64: 'number',
  BOOL: 'true or false',
  TIMESTAMP: 'RFC 3339',
  DATE: 'yyyy-mm-dd',
  GEOGRAPHY: 'well-known text',
  'ARRAY<STRING>': 'list of text',
};
