/**
 * Who is who: the ids on which everything hangs that must happen once. They are derived from content alone, before any
 * stage runs, and each has a golden file beside it. Nothing here reads a file or knows where bytes are stored.
 */
export { canonicalJson } from '../canonical-json/index.ts';
export { type ChunkChannelIdentity, type ChunkIdentity, type ChunkKind, chunkIdFrom } from './chunk-id.ts';
export { driveIdFrom } from './drive-id.ts';
export * from './ids.ts';
export { channelDigestFromLeaves, LeafHash } from './leaf.ts';
export { type RecordingPart, recordingIdOfParts } from './recording-id.ts';
export { sha256Of } from './sha256.ts';
