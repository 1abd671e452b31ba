/**
 * Stage 87, derive: reads the thin topics of a landed chunk and makes of them what people ask for: signals and tracks as tables. It
 * stands beside the index and behind the landing, and holds up neither; whatever it makes can be made again from the
 * chunk. It never changes a chunk, and a message that cannot be decoded is told and passed over.
 */
export { ChunkWork } from './chunk-work.ts';
export type {
  DecodedMessage,
  Derivation,
  DerivationCounts,
  Derived,
  DerivedFrom,
  Deriver,
  SideObject,
  WantedChannel,
} from './deriver.ts';
export { ChunkObject } from './read-inners.ts';
export { SIGNALS, signalsDeriver } from './signals/signals-deriver.ts';
export { trajectoriesDeriver } from './trajectories/trajectories-deriver.ts';
