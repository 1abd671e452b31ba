/** Parts of which the schemas of answers are made. */
import { type TSchema, Type } from 'typebox';

export const TIME = Type.String({ description: 'decimal nanoseconds' });

export const nullable = <T extends TSchema>(schema: T) => Type.Union([Type.Null(), schema]);
