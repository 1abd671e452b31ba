/**
 * Stage 70, ship: gives a sealed chunk to the cloud, inline through the frame log or by claim check through the store, as
 * its lane is set. It stands between the spool and the lander. It never calls a chunk landed: it claims, and the lander looks.
 */
export { type ShipTools, shipChunk } from './claim-check.ts';
export { type InlineTools, shipInline } from './inline.ts';
export {
  type Ship,
  type Shipped,
  type ShipperTools,
  shipperByLane,
  type ShipOptions,
  type Transport,
} from './ship-by-lane.ts';
