/** What a profile says, and what holds where it says nothing. */

export const PROFILE_VERSION = 1;

/** What a topic carries, as far as it is judged differently. */
export const TOPIC_KINDS = ['camera', 'lidar', 'radar', 'imu', 'gnss', 'can', 'other'] as const;
export type TopicKind = (typeof TOPIC_KINDS)[number];

/** How far below the expected rate a topic may fall, as a share of it, where its entry says nothing. */
export const DEFAULT_TOLERANCE = 0.2;

/** What is expected of the topics that `topic` matches; the first entry that matches a topic is the one that counts. */
export interface ExpectedTopic {
  /** A name or a glob: `*` stands for any run of characters, `?` for one. */
  readonly topic: string;
  /** Where it is absent the schema says it. */
  readonly kind?: TopicKind;
  /** At least one topic that matches has messages in every drive. */
  readonly required: boolean;
  /** Hz; absent where nobody expects a rate. */
  readonly rateHz?: number;
  /** Below `rateHz × (1 - tolerance)` the rate has dropped. */
  readonly tolerance: number;
  /** Longer silences are gaps, ms; absent means over 100 ms and three periods. */
  readonly gapMs?: number;
  /** False for what comes once or by events: it has neither rate nor gaps. Absent: its own times decide. */
  readonly periodic?: boolean;
  /** What to do about it, for the technician: `check the connector`. */
  readonly hint?: string;
}

export interface VehicleProfile {
  readonly profileVersion: typeof PROFILE_VERSION;
  readonly vehicleType: string;
  /** Vehicle ids, or globs of them, that are of this type. */
  readonly vehicles: readonly string[];
  readonly topics: readonly ExpectedTopic[];
}

/** The text of a profile's file. */
export const profileText = (profile: VehicleProfile): string => `${JSON.stringify(profile, null, 2)}\n`;
