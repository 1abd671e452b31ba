/** What is asked of a slice, in an address. */
import { PitlaneError } from '@pitlane/base/errors';
import { timeNsFromText } from '@pitlane/base/time';
import { globsFromText } from '@pitlane/contracts/topic-filter';
import type { ExportRequest, Primer } from '@pitlane/stages/90-serve';
import { type Static, Type } from 'typebox';

const TIME = Type.Optional(
  Type.String({ minLength: 1, maxLength: 64, description: 'log time: decimal nanoseconds since 1970, or RFC 3339' }),
);
export const PRIMERS = ['none', 'last', 'state', 'all'] as const satisfies readonly Primer[];

export const SELECTION = {
  drive: Type.String({ minLength: 1, maxLength: 128 }),
  tenant: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
  topics: Type.Optional(
    Type.String({ minLength: 1, maxLength: 8192, description: 'globs with commas between them; all topics without' }),
  ),
  start: TIME,
  end: TIME,
};

export const SliceSelection = Type.Object(SELECTION, { additionalProperties: false });

export const PRIMER = Type.Optional(
  Type.Enum([...PRIMERS], {
    description:
      'what of the time before the start comes first: `last`, the last message of each channel that is asked for; `state`, that of latched topics, static transforms and calibrations, asked for or not; `all`, both',
  }),
);

const SLICE = {
  ...SELECTION,
  primer: PRIMER,
  format: Type.Optional(Type.Enum(['mcap', 'ndjson'])),
  whole: Type.Optional(
    Type.Boolean({ description: 'makes all of it before the answer, so that its length is known: viewers want that' }),
  ),
};

/** Of a link that is to be signed. */
export const SliceLink = Type.Object(SLICE, { additionalProperties: false });

export const SIGNED = { expires: Type.Optional(Type.String()), signature: Type.Optional(Type.String()) };
export const SliceAsked = Type.Object({ ...SLICE, ...SIGNED }, { additionalProperties: false });

export type Selection = Static<typeof SliceSelection>;
export type Asked = Static<typeof SliceAsked>;

export function requestOf(
  { drive, topics, start, end, primer }: Pick<Asked, 'drive' | 'topics' | 'start' | 'end' | 'primer'>,
  tenant: string,
): ExportRequest {
  refuseIdlePrimer({ primer, start });
  const globs = topics === undefined ? undefined : globsFromText(topics);
  if (globs?.length === 0) throw new PitlaneError('bad-usage', 'topics names none: leave it out for all of them');
  return {
    tenant,
    driveId: drive,
    topics: globs,
    startNs: start === undefined ? undefined : timeNsFromText(start),
    endNs: end === undefined ? undefined : timeNsFromText(end),
    primer,
  };
}

/** Before no start there is nothing. */
export function refuseIdlePrimer({ primer, start }: { primer?: Primer | undefined; start?: string | undefined }): void {
  if (primer === undefined || primer === 'none' || start !== undefined) return;
  const text = `what was before the start is asked for (--primer ${primer}), but there is no --start`;
  throw new PitlaneError('bad-usage', `${text}: give one, or leave that out`);
}
