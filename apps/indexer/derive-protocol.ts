/** What the indexer and its deriving process say to one another: one chunk at a time, one answer to each word. */
import type { PlainError } from '@pitlane/base/errors';
import type { Derived, DerivedFrom, WantedChannel } from '@pitlane/stages/87-derive';
import type { InnerChunkPlace } from '@pitlane/stages/90-serve';
import type { DerivePlans } from './derivers.ts';

export type DeriveWord =
  /** Whatever was begun before is given up. */
  | {
      readonly type: 'begin';
      readonly object: string;
      readonly chunk: DerivedFrom;
      readonly channels: readonly WantedChannel[];
      readonly plans: DerivePlans;
    }
  | { readonly type: 'inner'; readonly place: InnerChunkPlace; readonly record: Uint8Array }
  | { readonly type: 'end' };

export type DeriveAnswer =
  | { readonly type: 'wanted'; readonly channelIds: readonly number[] }
  | { readonly type: 'taken' }
  | { readonly type: 'derived'; readonly derived: readonly Derived[] }
  | ({ readonly type: 'failed' } & PlainError);
