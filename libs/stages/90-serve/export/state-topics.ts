/**
 * Which channels carry state: a message that stays true until the next one, so that whoever begins in the middle of a
 * drive needs it from before. By what is written on the channel alone, in this order:
 *
 * - static transforms: the topic ends in `/tf_static`. Each node sends its own, so that all of them together are the
 *   state; at most the newest 256 are taken.
 * - calibration: the schema is a camera's (`sensor_msgs/CameraInfo`, `foxglove.CameraCalibration`, their ROS 2 names), or
 *   a part of the topic is `camera_info`, or has `calib`, `extrinsic` or `intrinsic` in it. The last one is taken.
 * - latched: `latching` is 1 (ROS 1), or `offered_qos_profiles` has a durability of `transient_local`, 1 in bags that
 *   write numbers (ROS 2). The last one is taken.
 */
import type { ChannelDescriptor } from '../objects/object-index.ts';

/** More is a topic that is no state, whatever it is called. */
export const STATIC_TRANSFORMS_MAX = 256;

const CALIBRATION_SCHEMAS = new Set([
  'sensor_msgs/CameraInfo',
  'sensor_msgs/msg/CameraInfo',
  'foxglove.CameraCalibration',
  'foxglove_msgs/CameraCalibration',
  'foxglove_msgs/msg/CameraCalibration',
]);
const CALIBRATION_TOPIC = /(?:^|\/)(?:camera_info|[^/]*(?:calib|extrinsic|intrinsic)[^/]*)(?:\/|$)/i;
const TRANSIENT_LOCAL = /"?durability"?\s*:\s*"?(?:1|transient_local)\b/i;

/** So many of its newest messages are the state; 0 for a channel that carries none. */
export function stateDepth({ topic, schemaName, metadata }: ChannelDescriptor): number {
  if (/(?:^|\/)tf_static$/.test(topic)) return STATIC_TRANSFORMS_MAX;
  if (CALIBRATION_SCHEMAS.has(schemaName ?? '') || CALIBRATION_TOPIC.test(topic)) return 1;
  const isLatched = /^(?:1|true)$/i.test(metadata['latching'] ?? '');
  return isLatched || TRANSIENT_LOCAL.test(metadata['offered_qos_profiles'] ?? '') ? 1 : 0;
}
