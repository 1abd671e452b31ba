/** A mapping: which fields of which messages are which signals of a vehicle type. The text of a file is read by `parse-mapping.ts`. */

export const MAPPING_VERSION = 1;

/** What several fields together are turned into. */
export const COMBINATIONS = ['norm', 'yaw', 'heading-enu'] as const;
export type Combination = (typeof COMBINATIONS)[number];

export interface SignalSource {
  /** The column: `speed_mps`, `brake`, … */
  readonly signal: string;
  /**
   * Where it stands in a message: names with dots between them, and places of lists, `twist.linear.x`, `covariance[0]`. Of
   * CAN the message and the signal in the DBC: `Brake.Pressure`.
   */
  readonly field: string;
  /**
   * `norm`: the length of the vector that stands there. `yaw`: the turn about the upward axis of the quaternion that stands
   * there, in radians, counter-clockwise. `heading-enu`: the same from north, in degrees clockwise, where x points east.
   */
  readonly as?: Combination;
  /** What is read × scale + offset. */
  readonly scale?: number;
  readonly offset?: number;
  readonly unit?: string;
  /** Words for numbers or words; what is not in it is left out. */
  readonly words?: Readonly<Record<string, string>>;
  /** Only while another field of the message has one of these values. */
  readonly where?: { readonly field: string; readonly is: readonly (string | number | boolean)[] };
  /** At most so many samples a second; 10 where nothing is said. */
  readonly rateHz?: number;
}

export interface MappedTopic {
  /** A topic or a glob. */
  readonly topic: string;
  /** Only where the schema is called so: a name or a glob. */
  readonly schema?: string;
  /** The text of a DBC file, where the messages are CAN frames. */
  readonly dbc?: string;
  readonly signals: readonly SignalSource[];
}

export interface SignalMapping {
  readonly mappingVersion: typeof MAPPING_VERSION;
  readonly vehicleType: string;
  /** Ids or globs of the vehicles; without any it is for all that no other is for. */
  readonly vehicles: readonly string[];
  /** Whether topics that it does not name are read as their schema says, where that is well known. */
  readonly defaults: boolean;
  /** Of a topic the first that fits counts, and goes before those behind it in whatever several say. */
  readonly topics: readonly MappedTopic[];
}

export const DEFAULT_RATE_HZ = 10;
