/**
 * Stage 80, land: confirms what the store itself says of each chunk. Inline, it assembles frames on its own disk and creates
 * the object; by claim check, it looks at the object that the garage created. It stands between the garage's link and the
 * indexer. It believes no sender: size, CRC and generation come from the store, and what is missing or wrong goes back.
 */
export { Assembler, type AssemblerOptions, type AssemblerTools } from './assembler.ts';
export type { AssemblyCounters } from './assembly-counters.ts';
export { deadLetters, type ListedLetter, type Replayed, replayLetters } from './dead-letters.ts';
export { type LandTools, landBatch } from './look-at-claims.ts';
