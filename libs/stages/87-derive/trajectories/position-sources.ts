/**
 * Which messages say where the vehicle is, and how each is read. Localisation goes before receivers, and those that say most
 * of themselves before the others; a plan may put topics in an order of its own.
 */
import type { PositionSource } from '@pitlane/contracts/trajectory';
import { matchesGlob } from '@pitlane/contracts/plan';
import type { Decoded } from '@pitlane/formats/decode';
import type { WantedChannel } from '../deriver.ts';
import type { LocalPosition, Position } from './position.ts';
import { numberAt, objectAt, sigmaOf, textAt } from './read-fields.ts';

/** Undefined where the message says nothing of a position. */
interface Reader<Read> {
  readonly topic?: string;
  readonly schema?: string;
  readonly source: PositionSource;
  readonly read: (message: Decoded) => Read | undefined;
}

const NAV_SAT_STATUS: Readonly<Record<string, string>> = {
  '-2': 'unknown',
  '-1': 'none',
  '0': 'gnss',
  '1': 'sbas',
  '2': 'gbas',
};
const NMEA_QUALITY = ['none', 'gnss', 'dgnss', 'pps', 'rtk-fixed', 'rtk-float', 'estimated', 'manual', 'simulated'];
const UBX_FIX = ['none', 'dead-reckoning', '2d', '3d', 'gnss-dead-reckoning', 'time'];
const PX4_FIX = ['none', 'none', '2d', '3d', 'dgnss', 'rtk-float', 'rtk-fixed'];
const KNOTS_MPS = 1852 / 3600;

const place = (message: Decoded, lat = 'latitude', lng = 'longitude', scale = 1) => {
  const [latDeg, lngDeg] = [numberAt(message, lat), numberAt(message, lng)];
  return latDeg === undefined || lngDeg === undefined ? undefined : { latDeg: latDeg * scale, lngDeg: lngDeg * scale };
};

/** In the order in which they are believed. */
export const POSITION_READERS: readonly Reader<Position>[] = [
  {
    schema: 'vehicle_global_position',
    source: 'localisation',
    read: (message) => {
      const at = place(message, 'lat', 'lon');
      return at && { ...at, accuracyM: numberAt(message, 'eph') };
    },
  },
  {
    schema: 'geographic_msgs/*GeoPoseStamped',
    source: 'localisation',
    read: (message) => withFrame(message, place(objectAt(message, 'pose', 'position'))),
  },
  {
    schema: 'geographic_msgs/*GeoPointStamped',
    source: 'localisation',
    read: (message) => withFrame(message, place(objectAt(message, 'position'))),
  },
  {
    schema: 'sensor_msgs/*NavSatFix',
    source: 'gnss',
    read: (message) => {
      const at = withFrame(message, place(message));
      const status = numberAt(objectAt(message, 'status'), 'status');
      const fixQuality = NAV_SAT_STATUS[String(status)];
      return at && { ...at, fixQuality, accuracyM: covarianceM(message) };
    },
  },
  {
    schema: 'foxglove*LocationFix',
    source: 'gnss',
    read: (message) => {
      const at = place(message);
      return at && { ...at, frameId: textAt(message, 'frame_id'), accuracyM: covarianceM(message) };
    },
  },
  {
    topic: '/ubx/01-07',
    source: 'gnss',
    read: (message) => {
      const at = place(message);
      const quality = message['fix_ok'] === true ? UBX_FIX[numberAt(message, 'fix_type') ?? 0] : 'none';
      const [speedMps, accuracyM] = [numberAt(message, 'speed_mps'), numberAt(message, 'horizontal_accuracy_m')];
      return at && { ...at, fixQuality: quality === 'time' ? 'none' : quality, speedMps, accuracyM };
    },
  },
  ...['sensor_gps', 'vehicle_gps_position'].map(
    (schema): Reader<Position> => ({
      schema,
      source: 'gnss',
      read: (message) => {
        const at = place(message, 'latitude_deg', 'longitude_deg') ?? place(message, 'lat', 'lon', 1e-7);
        const fixQuality = PX4_FIX[numberAt(message, 'fix_type') ?? 0];
        return at && { ...at, fixQuality, speedMps: numberAt(message, 'vel_m_s'), accuracyM: numberAt(message, 'eph') };
      },
    }),
  ),
  {
    topic: '/nmea/??RMC',
    source: 'gnss',
    read: (message) => {
      const knots = numberAt(message, 'speed_knots');
      const at = place(message) ?? NOWHERE;
      return {
        ...at,
        fixQuality: message['valid'] === true ? undefined : 'none',
        speedMps: knots && knots * KNOTS_MPS,
      };
    },
  },
  {
    topic: '/nmea/??GGA',
    source: 'gnss',
    read: (message) => ({
      ...(place(message) ?? NOWHERE),
      fixQuality: NMEA_QUALITY[numberAt(message, 'quality') ?? 0],
    }),
  },
  {
    topic: '/nmea/??GLL',
    source: 'gnss',
    read: (message) => ({ ...(place(message) ?? NOWHERE), fixQuality: message['valid'] === true ? undefined : 'none' }),
  },
  {
    topic: '/gpx/track/*',
    schema: 'gpx.Point',
    source: 'gnss',
    read: (message) => {
      const at = place(message);
      return at && { ...at, fixQuality: textAt(message, 'fix'), speedMps: numberAt(message, 'speed') };
    },
  },
];

/** Positions in a frame of their own. */
export const LOCAL_READERS: readonly Reader<LocalPosition>[] = [
  { schema: 'nav_msgs/*Odometry', source: 'odometry', read: (message) => localPose(message) },
  { schema: 'geometry_msgs/*PoseWithCovarianceStamped', source: 'localisation', read: (message) => localPose(message) },
];

const NOWHERE = { latDeg: Number.NaN, lngDeg: Number.NaN };

function localPose(message: Decoded): LocalPosition | undefined {
  const at = objectAt(message, 'pose', 'pose', 'position');
  const [xM, yM] = [numberAt(at, 'x'), numberAt(at, 'y')];
  if (xM === undefined || yM === undefined) return undefined;
  const linear = objectAt(message, 'twist', 'twist', 'linear');
  const [vx, vy] = [numberAt(linear, 'x'), numberAt(linear, 'y')];
  return {
    xM,
    yM,
    speedMps: vx === undefined || vy === undefined ? undefined : Math.hypot(vx, vy),
    accuracyM: sigmaOf(objectAt(message, 'pose')['covariance'], 0, 7),
    frameId: textAt(objectAt(message, 'header'), 'frame_id'),
  };
}

const withFrame = <At extends object>(message: Decoded, at: At | undefined) =>
  at && { ...at, frameId: textAt(objectAt(message, 'header'), 'frame_id') };

/** Of type 0 nothing is known of it. */
function covarianceM(message: Decoded): number | undefined {
  const type = message['position_covariance_type'];
  return type === 0 || type === 'UNKNOWN' ? undefined : sigmaOf(message['position_covariance'], 0, 4);
}

export interface ChosenReader {
  readonly rank: number;
  readonly source: PositionSource;
  readonly read: (message: Decoded) => Position | undefined;
}
export interface ChosenLocalReader {
  readonly rank: number;
  readonly source: PositionSource;
  readonly readLocal: (message: Decoded) => LocalPosition | undefined;
}

/** Topics that a plan names go before one another in its order; a topic that it does not name is not read. */
export function readerFor(
  { topic, schemaName }: Pick<WantedChannel, 'topic' | 'schemaName'>,
  topics: readonly string[],
): ChosenReader | ChosenLocalReader | undefined {
  const order = topics.findIndex((glob) => matchesGlob(glob, topic));
  if (order < 0) return undefined;
  const fits = (reader: Reader<unknown>): boolean =>
    (reader.topic === undefined || matchesGlob(reader.topic, topic)) &&
    (reader.schema === undefined || matchesGlob(reader.schema, schemaName));
  const ranked = (at: number): number => order * 100 + at;
  const at = POSITION_READERS.findIndex(fits);
  const reader = POSITION_READERS[at];
  if (reader) return { rank: ranked(at), source: reader.source, read: reader.read };
  const localAt = LOCAL_READERS.findIndex(fits);
  const local = LOCAL_READERS[localAt];
  return local && { rank: ranked(50 + localAt), source: local.source, readLocal: local.read };
}
