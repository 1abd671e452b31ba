/**
 * Whether a small object is read in one request, or its summary first and then what is wanted. One request is best where
 * at least half of its inner chunks are wanted, because then it brings no more than twice what must be brought. That is
 * guessed from the catalog: the share of the object's time, and whether the channels have messages in every inner chunk.
 */
import { INNER_CHUNK_BYTES } from '@pitlane/contracts/plan';

/** With so many messages for each inner chunk a channel is missing in few of them. */
const MESSAGES_AN_INNER = 4;

export interface WantedShare {
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly rawBytes: number;
  /** Of the wanted channels, in the whole object. */
  readonly messages: number;
  readonly hasAllChannels: boolean;
}

/** @param range log times [start, end) that are wanted, as far as they are bounded */
export function readsWhole(
  { startNs, endNs, rawBytes, messages, hasAllChannels }: WantedShare,
  range: { readonly startNs?: bigint | undefined; readonly endNs?: bigint | undefined },
): boolean {
  const inners = Math.max(1, Math.ceil(rawBytes / INNER_CHUNK_BYTES));
  if (!hasAllChannels && inners > 1 && messages < MESSAGES_AN_INNER * inners) return false;
  const from = range.startNs !== undefined && range.startNs > startNs ? range.startNs : startNs;
  const to = range.endNs !== undefined && range.endNs < endNs ? range.endNs : endNs;
  return inners === 1 || (to - from) * 2n >= endNs - startNs;
}
