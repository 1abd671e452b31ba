/** Every channel of a drive: its recording, topic, schema and encodings. What is not listed here is not recorded. */
import { SceneUpdate } from '@foxglove/schemas/jsonschema.js';
import { foxgloveDescriptor } from './foxglove-messages.ts';
import { rosDefinition, rosSchemaName } from './ros-definitions.ts';

export const RECORDINGS = ['cameras', 'lidar', 'vehicle'] as const;
export type RecordingName = (typeof RECORDINGS)[number];

export interface ChannelPlan {
  readonly recording: RecordingName;
  readonly topic: string;
  readonly messageEncoding: 'cdr' | 'protobuf' | 'json';
  readonly schemaName: string;
  readonly schemaEncoding: 'ros2msg' | 'protobuf' | 'jsonschema';
  readonly schemaText: () => Uint8Array;
  readonly metadata?: ReadonlyMap<string, string>;
}

const LATCHED: ReadonlyMap<string, string> = new Map([
  [
    'offered_qos_profiles',
    '- history: keep_last\n  depth: 1\n  reliability: reliable\n  durability: transient_local\n',
  ],
]);

function ros(recording: RecordingName, topic: string, type: string, latched = false): ChannelPlan {
  return {
    recording,
    topic,
    messageEncoding: 'cdr',
    schemaName: rosSchemaName(type),
    schemaEncoding: 'ros2msg',
    schemaText: () => Buffer.from(rosDefinition(type), 'utf8'),
    ...(latched ? { metadata: LATCHED } : {}),
  };
}

function protobuf(recording: RecordingName, topic: string, schemaName: string): ChannelPlan {
  return {
    recording,
    topic,
    messageEncoding: 'protobuf',
    schemaName,
    schemaEncoding: 'protobuf',
    schemaText: () => foxgloveDescriptor(schemaName),
  };
}

const VEHICLE_STATE_SCHEMA = {
  title: 'pitlane.VehicleState',
  type: 'object',
  properties: {
    timestamp: {
      type: 'object',
      title: 'time',
      properties: { sec: { type: 'integer' }, nsec: { type: 'integer' } },
      required: ['sec', 'nsec'],
    },
    speed_mps: { type: 'number' },
    odometer_m: { type: 'number' },
    acceleration_mps2: { type: 'number' },
    steering_rad: { type: 'number', description: 'of the steering wheel' },
    brake: { type: 'number', minimum: 0, maximum: 1 },
    rain: { type: 'number', minimum: 0, maximum: 1 },
    light_lux: { type: 'number' },
    gear: { type: 'string', enum: ['P', 'D'] },
    mode: { type: 'string', enum: ['manual', 'autonomous'] },
  },
  required: ['timestamp', 'speed_mps', 'odometer_m', 'gear', 'mode'],
} as const;

function json(recording: RecordingName, topic: string, schemaName: string, schema: object): ChannelPlan {
  return {
    recording,
    topic,
    messageEncoding: 'json',
    schemaName,
    schemaEncoding: 'jsonschema',
    schemaText: () => Buffer.from(JSON.stringify(schema), 'utf8'),
  };
}

export const CHANNELS = {
  frontImage: ros('cameras', '/camera/front/image/compressed', 'sensor_msgs/CompressedImage'),
  frontInfo: ros('cameras', '/camera/front/camera_info', 'sensor_msgs/CameraInfo', true),
  rearImage: protobuf('cameras', '/camera/rear/image', 'foxglove.CompressedImage'),
  rearCalibration: protobuf('cameras', '/camera/rear/calibration', 'foxglove.CameraCalibration'),
  points: ros('lidar', '/lidar/top/points', 'sensor_msgs/PointCloud2'),
  imu: ros('vehicle', '/imu/data', 'sensor_msgs/Imu'),
  fix: ros('vehicle', '/gnss/fix', 'sensor_msgs/NavSatFix'),
  location: protobuf('vehicle', '/gnss/location', 'foxglove.LocationFix'),
  odometry: ros('vehicle', '/odometry', 'nav_msgs/Odometry'),
  tf: ros('vehicle', '/tf', 'tf2_msgs/TFMessage'),
  tfStatic: ros('vehicle', '/tf_static', 'tf2_msgs/TFMessage', true),
  canChassis: ros('vehicle', '/can/chassis', 'can_msgs/Frame'),
  canPowertrain: ros('vehicle', '/can/powertrain', 'can_msgs/Frame'),
  canRadar: ros('vehicle', '/can/radar', 'can_msgs/Frame'),
  diagnostics: ros('vehicle', '/diagnostics', 'diagnostic_msgs/DiagnosticArray'),
  objects: json('vehicle', '/perception/objects', 'foxglove.SceneUpdate', SceneUpdate),
  vehicleState: json('vehicle', '/vehicle/state', 'pitlane.VehicleState', VEHICLE_STATE_SCHEMA),
} as const satisfies Record<string, ChannelPlan>;

export type ChannelName = keyof typeof CHANNELS;
