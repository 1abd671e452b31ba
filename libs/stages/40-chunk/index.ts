/**
 * Stage 40, chunk: cuts one recording into chunks by the plan, hashes, compresses and spools them. It stands between
 * the staged recording and shipping; CPU work goes to the compressor's workers. It never looks at the wall clock, never
 * holds more than inner chunks in memory, and gives the same chunks for the same bytes.
 */
export { chunkOpaque } from './chunk-opaque.ts';
export { chunkRecording } from './chunk-recording.ts';
export { type ChunkEvent, type ChunkJob, type ChunkObserver, type ChunkTools, chunkName } from './job.ts';
