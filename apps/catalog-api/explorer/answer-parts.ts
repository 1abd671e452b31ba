/** What the explorer's questions and answers are made of, for their schemas. Null stands where nobody knows. */
import { type TSchema, Type } from 'typebox';

export const NAME = Type.String({ minLength: 1, maxLength: 128 });
export const TENANT = Type.Optional(
  Type.String({ minLength: 1, maxLength: 128, description: 'whose; without it, of the only tenant that has it' }),
);
/** Of what may be of several tenants. */
export const ANY_TENANT = Type.Optional(
  Type.String({ minLength: 1, maxLength: 128, description: 'only this tenant; all of them without' }),
);
export const LOG_TIME = Type.Optional(
  Type.String({ minLength: 1, maxLength: 64, description: 'log time: decimal nanoseconds since 1970, or RFC 3339' }),
);
export const GLOBS = Type.Optional(
  Type.String({ minLength: 1, maxLength: 8192, description: 'globs with commas between them; all topics without' }),
);
export const closed = { additionalProperties: false } as const;

export const orNull = <Schema extends TSchema>(schema: Schema, options = {}) =>
  Type.Union([schema, Type.Null()], options);
export const TEXT = Type.String();
export const COUNT = Type.Integer();
/** Decimal nanoseconds as text. */
export const TIME = Type.String({ description: 'decimal nanoseconds as text' });
export const NUMBER = Type.Number();
/** Rows as they are, where every value may be null. */
export const NEXT = orNull(Type.String({ description: 'cursor of the next page; null at the end' }));

export const DriveParams = Type.Object({ driveId: NAME });
export const OfTenant = Type.Object({ tenant: TENANT }, closed);
