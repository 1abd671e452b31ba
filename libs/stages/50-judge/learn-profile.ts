/**
 * A profile from past drives: the topics that were in enough of them, with the medians of their rates. A topic whose rate
 * differs from drive to drive comes by events, and nobody expects a rate of it.
 */
import {
  DEFAULT_TOLERANCE,
  type ExpectedTopic,
  PROFILE_VERSION,
  type VehicleProfile,
} from '@pitlane/contracts/profile';
import { type TopicKind } from '@pitlane/contracts/profile';
import { isThickSchema } from '@pitlane/contracts/plan';

export interface PastTopic {
  readonly topic: string;
  readonly schemaName: string | null;
  readonly messages: number;
  /** Null below two messages. */
  readonly meanHz: number | null;
}

export interface PastDrive {
  readonly driveId: string;
  readonly topics: readonly PastTopic[];
}

export interface Learning {
  readonly vehicleId: string;
  readonly vehicleType: string;
  /** In this share of the drives a topic must be, to be required. */
  readonly presentShare: number;
}

/** In half of the drives the rate lies within this share of the median, where a topic has a period. */
const SAME_RATE_SHARE = 0.1;
/** From fewer messages in a drive nobody learns a rate. */
const MESSAGES_MIN = 20;

export function learnProfile(drives: readonly PastDrive[], learning: Learning): VehicleProfile {
  const byTopic = new Map<string, PastTopic[]>();
  for (const { topics } of drives) {
    for (const topic of topics) {
      if (topic.messages === 0) continue;
      const known = byTopic.get(topic.topic) ?? [];
      byTopic.set(topic.topic, [...known, topic]);
    }
  }
  const present = Math.max(1, Math.ceil(drives.length * learning.presentShare));
  const topics = [...byTopic].map(([topic, seen]) => expectedFrom(topic, seen, seen.length >= present));
  return {
    profileVersion: PROFILE_VERSION,
    vehicleType: learning.vehicleType,
    vehicles: [learning.vehicleId],
    topics: topics.sort((a, b) => (a.topic < b.topic ? -1 : 1)),
  };
}

function expectedFrom(topic: string, seen: readonly PastTopic[], required: boolean): ExpectedTopic {
  const rates = seen.flatMap(({ messages, meanHz }) => (meanHz !== null && messages >= MESSAGES_MIN ? [meanHz] : []));
  const rate = medianOf(rates);
  const alike = rates.filter((hz) => rate !== undefined && Math.abs(hz - rate) <= rate * SAME_RATE_SHARE);
  const isPeriodic = rate !== undefined && rate > 0 && alike.length * 2 > seen.length;
  const kind = kindOf(seen.find(({ schemaName }) => schemaName !== null)?.schemaName ?? '');
  return {
    topic,
    ...(kind && { kind }),
    required,
    ...(isPeriodic ? { rateHz: Number(rate.toPrecision(3)) } : { periodic: false }),
    tolerance: DEFAULT_TOLERANCE,
  };
}

function medianOf(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

const KINDS: readonly (readonly [TopicKind, RegExp])[] = [
  ['gnss', /(^|[/.])(NavSatFix|LocationFix|GPSFix)$|^vehicle_gps_position$|^sensor_gps$/],
  ['imu', /(^|[/.])Imu$|^sensor_combined$/],
  ['lidar', /(^|[/.])(PointCloud2?|LaserScan|PointField)$/],
  ['radar', /Radar/],
  ['can', /(^|[/.])(Frame|CanFrame)$/i],
];

function kindOf(schemaName: string): TopicKind | undefined {
  const named = KINDS.find(([, names]) => names.test(schemaName));
  if (named) return named[0];
  return isThickSchema(schemaName) ? 'camera' : undefined;
}
