/**
 * Where sensors stand, as thin topics say it: the frame of each, from its first message in a chunk, and static transforms. Thick
 * topics are not read for it: their frame is that of the thin ones beside them, such as `camera_info`.
 */
import { matchesGlob } from '@pitlane/contracts/plan';
import type { FrameFacts } from '@pitlane/contracts/trajectory';
import type { Decoded } from '@pitlane/formats/decode';
import type { WantedChannel } from '../deriver.ts';
import { numberAt, objectAt, textAt } from './read-fields.ts';

const STATIC_TOPIC = '*tf_static';
const TRANSFORM_SCHEMAS = ['tf2_msgs/*TFMessage', 'foxglove*FrameTransform', 'foxglove*FrameTransforms'];
const FRAMED_SCHEMAS = [
  'sensor_msgs/*CameraInfo',
  'foxglove*CameraCalibration',
  'sensor_msgs/*Imu',
  'sensor_msgs/*NavSatFix',
  'foxglove*LocationFix',
  'sensor_msgs/*LaserScan',
  'sensor_msgs/*Range',
  'radar_msgs/*',
];
/** A tree of sensors has dozens. */
const FRAMES_MAX = 1000;

type Told = Pick<WantedChannel, 'topic' | 'schemaName'>;

const isOneOf = (schemaName: string, globs: readonly string[]): boolean =>
  globs.some((glob) => matchesGlob(glob, schemaName));
const isStatic = ({ topic, schemaName }: Told): boolean =>
  matchesGlob(STATIC_TOPIC, topic) && isOneOf(schemaName, TRANSFORM_SCHEMAS);

export const tellsFrames = (channel: Told): boolean => isStatic(channel) || isOneOf(channel.schemaName, FRAMED_SCHEMAS);

export class FrameCollector {
  readonly #told = new Set<string>();
  readonly #frames = new Map<string, FrameFacts>();

  /** Of a topic the first message says its frame; all of static transforms count. */
  isDue(channel: Told): boolean {
    return tellsFrames(channel) && (isStatic(channel) || !this.#told.has(channel.topic));
  }

  take(channel: Told, message: Decoded): void {
    const { topic } = channel;
    this.#told.add(topic);
    if (isStatic(channel)) {
      const list = message['transforms'];
      for (const each of Array.isArray(list) ? list : [message]) this.#add(transformFrom(topic, each as Decoded));
      return;
    }
    const frameId = textAt(objectAt(message, 'header'), 'frame_id') ?? textAt(message, 'frame_id') ?? '';
    if (frameId !== '') this.#add({ topic, frameId, parentFrameId: null, translation: null, rotation: null });
  }

  get frames(): readonly FrameFacts[] {
    return [...this.#frames.values()];
  }

  #add(facts: FrameFacts | undefined): void {
    if (facts && this.#frames.size < FRAMES_MAX) this.#frames.set(JSON.stringify([facts.topic, facts.frameId]), facts);
  }
}

/** Of ROS or of Foxglove. */
function transformFrom(topic: string, message: Decoded): FrameFacts | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const parentFrameId = textAt(objectAt(message, 'header'), 'frame_id') ?? textAt(message, 'parent_frame_id');
  const frameId = textAt(message, 'child_frame_id');
  const body = 'transform' in message ? objectAt(message, 'transform') : message;
  const numbersOf = (name: string, axes: readonly string[]): number[] =>
    axes.map((axis) => numberAt(objectAt(body, name), axis) ?? 0);
  const translation = numbersOf('translation', ['x', 'y', 'z']);
  const rotation = numbersOf('rotation', ['x', 'y', 'z', 'w']);
  if (!parentFrameId || !frameId || ![...translation, ...rotation].every(Number.isFinite)) return undefined;
  return {
    topic,
    frameId,
    parentFrameId,
    translation: translation as [number, number, number],
    rotation: rotation as [number, number, number, number],
  };
}
