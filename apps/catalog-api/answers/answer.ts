/**
 * How a route's answer is described. Nothing is cut or turned by these schemas: they stand in the documents, the typed client is
 * made of them, and a test holds real answers against them.
 */
import { type TObject, type TSchema, Type } from 'typebox';

/** As fastify takes it: by status, by media type. */
export type Answers = Readonly<Record<string, unknown>>;

export const answer = (description: string, schema: TSchema): Answers =>
  answerOf(description, 'application/json', schema);

/** One JSON document a line. */
export const answerLines = (description: string, schema: TSchema): Answers =>
  answerOf(description, 'application/x-ndjson', schema);

/** A file, of one of these media types. */
export const answerFile = (description: string, ...types: readonly string[]): Answers => ({
  200: { description, content: Object.fromEntries(types.map((type) => [type, { schema: BYTES }])) },
});

export const answerOf = (description: string, type: string, schema: TSchema): Answers => ({
  200: { description, content: { [type]: { schema } } },
});

const BYTES = Type.String({ format: 'binary' });

export const orNull = (schema: TSchema): TSchema => Type.Union([schema, Type.Null()]);
export const text = (description?: string): TSchema => Type.String(described(description));
export const flag = (description?: string): TSchema => Type.Boolean(described(description));
export const count = (description?: string): TSchema => Type.Integer({ minimum: 0, ...described(description) });
export const real = (description?: string): TSchema => Type.Number(described(description));
export const timeNs = (description = 'decimal nanoseconds since 1970'): TSchema =>
  Type.String({ pattern: '^-?\\d+$', description });
export const listOf = (schema: TSchema, description?: string): TSchema => Type.Array(schema, described(description));
export const oneOf = (...words: readonly string[]): TSchema => Type.Enum([...words]);

/** What may grow: who reads it passes over what it does not know. */
export const open = (properties: Readonly<Record<string, TSchema>>, description?: string): TObject =>
  Type.Object(properties, { additionalProperties: true, ...described(description) });

/** `{"drives": […], "next": …}` */
export const page = (name: string, row: TSchema): TObject =>
  open({ [name]: listOf(row), next: orNull(text('cursor of the next page; null at the end')) });

const described = (description: string | undefined): { description?: string } =>
  description === undefined ? {} : { description };
