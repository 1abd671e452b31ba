/** Schemas of the lists' rows, made from the catalog's contract, so that the two cannot part. */
import { type ColumnType, VIEWS, type ViewColumn } from '@pitlane/contracts/catalog';
import { type TSchema, Type } from 'typebox';
import { timeNs } from './answers/answer.ts';
import { jsonKindOf, jsonName } from './json-rows.ts';

export const rowSchema = (view: string): TSchema => Type.Object(rowProperties(view), { additionalProperties: true });

export function rowProperties(view: string): Record<string, TSchema> {
  const columns = VIEWS.find(({ name }) => name === view)?.columns ?? [];
  const shown = columns.filter(({ name }) => name !== 'time' && name !== 'start_time' && name !== 'end_time');
  return Object.fromEntries(shown.map((column) => [jsonName(column.name), columnSchema(column)]));
}

interface Kind {
  readonly schema: TSchema;
  readonly about: string;
}

const NS: Kind = { schema: timeNs(), about: 'decimal nanoseconds as text' };
const KINDS: Readonly<Record<ColumnType, Kind>> = {
  STRING: { schema: Type.String(), about: 'text' },
  // Text where a number would be rounded.
  INT64: { schema: Type.Union([Type.Integer(), Type.String()]), about: 'whole number' },
  FLOAT64: { schema: Type.Union([Type.Number(), Type.String()]), about: 'number, or NaN and the infinities as text' },
  BOOL: { schema: Type.Boolean(), about: 'true or false' },
  TIMESTAMP: { schema: Type.String(), about: 'RFC 3339' },
  DATE: { schema: Type.String(), about: 'yyyy-mm-dd' },
  GEOGRAPHY: { schema: Type.String(), about: 'well-known text' },
  'ARRAY<STRING>': { schema: Type.Array(Type.String()), about: 'list of text' },
};
const IN_JSON: Readonly<Record<NonNullable<ReturnType<typeof jsonKindOf>>, Kind>> = {
  time: NS,
  document: { schema: Type.Record(Type.String(), Type.Unknown()), about: 'JSON object' },
  address: { schema: Type.String(), about: 'URL' },
};

/** An outer join may find nothing, so that NULL may stand in any column. */
function columnSchema({ name, type, meaning }: ViewColumn): TSchema {
  const kind = jsonKindOf(name);
  const { schema, about } = kind === undefined ? KINDS[type] : IN_JSON[kind];
  return Type.Union([schema, Type.Null()], { description: `${meaning} (${about})` });
}
