/**
 * Frames: a chunk and its claim on their way through the frame log, cut into pieces that stock brokers take. The travelling
 * stream of one attempt is the claim as canonical JSON, then the object's bytes; each frame carries a head that says where
 * its body belongs. Heads and claims come from outside: nothing in them is believed before it is parsed here.
 */
export { claimBytesFrom, claimFromBytes } from './claim.ts';
export {
  ATTEMPT_PATTERN,
  CLAIM_BYTES_MAX,
  FRAME_BYTES_MAX,
  FRAME_VERSION,
  type Frame,
  type FrameHead,
  frameCountOf,
  frameHeadText,
  headOfFrame,
  OBJECT_BYTES_MAX,
} from './head.ts';
export { frameTopic, LANES, type Lane, laneOfPriority } from './lanes.ts';
