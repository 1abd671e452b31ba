/** The ROS 2 messages of a drive, written as CDR field by field in the order of their definitions. */
import { CdrWriter } from '@foxglove/cdr';

export type Vector = readonly [number, number, number];
export type Rotation = readonly [number, number, number, number];

export interface Transform {
  readonly parent: string;
  readonly child: string;
  readonly translation: Vector;
  /** Quaternion x, y, z, w. */
  readonly rotation: Rotation;
}

const NS_PER_S = 1_000_000_000n;

function withHeader(sizeBytes: number, stampNs: bigint, frameId: string): CdrWriter {
  const writer = new CdrWriter({ size: sizeBytes });
  return header(writer, stampNs, frameId);
}

function header(writer: CdrWriter, stampNs: bigint, frameId: string): CdrWriter {
  writer.int32(Number(stampNs / NS_PER_S)).uint32(Number(stampNs % NS_PER_S));
  return writer.string(frameId);
}

function vector(writer: CdrWriter, [x, y, z]: Vector): CdrWriter {
  return writer.float64(x).float64(y).float64(z);
}

/** The rotation about the upward axis. */
export const rotationFromYaw = (yawRad: number): Rotation => [0, 0, Math.sin(yawRad / 2), Math.cos(yawRad / 2)];

function quaternion(writer: CdrWriter, [x, y, z, w]: Rotation): CdrWriter {
  return writer.float64(x).float64(y).float64(z).float64(w);
}

/** A square matrix with this diagonal. */
function diagonal(writer: CdrWriter, values: readonly number[]): CdrWriter {
  for (let row = 0; row < values.length; row += 1) {
    for (let column = 0; column < values.length; column += 1) writer.float64(row === column ? (values[row] ?? 0) : 0);
  }
  return writer;
}

export interface ImuReading {
  readonly yawRad: number;
  readonly angularVelocity: Vector;
  readonly linearAcceleration: Vector;
}

export function imuMessage(stampNs: bigint, reading: ImuReading): Uint8Array {
  const writer = withHeader(352, stampNs, 'imu');
  quaternion(writer, rotationFromYaw(reading.yawRad));
  diagonal(writer, [1e-4, 1e-4, 4e-4]);
  vector(writer, reading.angularVelocity);
  diagonal(writer, [4e-6, 4e-6, 4e-6]);
  vector(writer, reading.linearAcceleration);
  return diagonal(writer, [4e-4, 4e-4, 4e-4]).data;
}

export interface Fix {
  readonly latitude: number;
  readonly longitude: number;
  readonly altitudeM: number;
  readonly varianceM2: Vector;
}

export function navSatFixMessage(stampNs: bigint, fix: Fix): Uint8Array {
  const writer = withHeader(160, stampNs, 'gnss');
  writer.int8(0).uint16(1 | 8);
  writer.float64(fix.latitude).float64(fix.longitude).float64(fix.altitudeM);
  return diagonal(writer, fix.varianceM2).uint8(2).data;
}

export interface OdometryReading {
  readonly position: Vector;
  readonly yawRad: number;
  readonly speedMps: number;
  readonly yawRateRadps: number;
}

export function odometryMessage(stampNs: bigint, reading: OdometryReading): Uint8Array {
  const writer = withHeader(768, stampNs, 'odom');
  writer.string('base_link');
  quaternion(vector(writer, reading.position), rotationFromYaw(reading.yawRad));
  diagonal(writer, [0.04, 0.04, 0.09, 1e-4, 1e-4, 4e-4]);
  vector(vector(writer, [reading.speedMps, 0, 0]), [0, 0, reading.yawRateRadps]);
  return diagonal(writer, [0.0025, 1e-4, 1e-4, 1e-5, 1e-5, 1e-5]).data;
}

export function transformsMessage(stampNs: bigint, transforms: readonly Transform[]): Uint8Array {
  const writer = new CdrWriter({ size: 16 + 128 * transforms.length });
  writer.sequenceLength(transforms.length);
  for (const { parent, child, translation, rotation } of transforms) {
    header(writer, stampNs, parent).string(child);
    quaternion(vector(writer, translation), rotation);
  }
  return writer.data;
}

export function canFrameMessage(stampNs: bigint, bus: string, id: number, data: Uint8Array): Uint8Array {
  const writer = withHeader(48, stampNs, bus);
  writer.uint32(id);
  writer
    .uint8(0)
    .uint8(id > 0x7ff ? 1 : 0)
    .uint8(0)
    .uint8(8);
  return writer.uint8Array(data).data;
}

export interface DiagnosticStatus {
  readonly level: 0 | 1 | 2;
  readonly name: string;
  readonly message: string;
  readonly hardwareId: string;
  readonly values: Readonly<Record<string, string>>;
}

export function diagnosticsMessage(stampNs: bigint, statuses: readonly DiagnosticStatus[]): Uint8Array {
  const writer = withHeader(1024, stampNs, '');
  writer.sequenceLength(statuses.length);
  for (const status of statuses) {
    writer.uint8(status.level).string(status.name).string(status.message).string(status.hardwareId);
    const values = Object.entries(status.values);
    writer.sequenceLength(values.length);
    for (const [key, value] of values) writer.string(key).string(value);
  }
  return writer.data;
}

export function compressedImageMessage(stampNs: bigint, frameId: string, jpeg: Uint8Array): Uint8Array {
  const writer = withHeader(jpeg.byteLength + 64, stampNs, frameId);
  return writer.string('jpeg').uint8Array(jpeg, true).data;
}

export interface Calibration {
  readonly width: number;
  readonly height: number;
  readonly distortion: readonly number[];
  readonly focalPx: number;
}

/** The four matrices of a calibration without rectification: K, R and P row by row. */
export function matricesOf({ width, height, focalPx }: Calibration): { k: number[]; r: number[]; p: number[] } {
  const centre: [number, number] = [width / 2, height / 2];
  return {
    k: [focalPx, 0, centre[0], 0, focalPx, centre[1], 0, 0, 1],
    r: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    p: [focalPx, 0, centre[0], 0, 0, focalPx, centre[1], 0, 0, 0, 1, 0],
  };
}

export function cameraInfoMessage(stampNs: bigint, frameId: string, calibration: Calibration): Uint8Array {
  const writer = withHeader(512, stampNs, frameId);
  const { k, r, p } = matricesOf(calibration);
  writer.uint32(calibration.height).uint32(calibration.width).string('plumb_bob');
  writer.float64Array([...calibration.distortion], true);
  writer.float64Array(k).float64Array(r).float64Array(p);
  writer.uint32(0).uint32(0);
  return writer.uint32(0).uint32(0).uint32(0).uint32(0).uint8(0).data;
}

const POINT_FIELDS = [
  { name: 'x', offset: 0, datatype: 7 },
  { name: 'y', offset: 4, datatype: 7 },
  { name: 'z', offset: 8, datatype: 7 },
  { name: 'intensity', offset: 12, datatype: 7 },
  { name: 'ring', offset: 16, datatype: 4 },
  { name: 'time', offset: 18, datatype: 7 },
];

export function pointCloudMessage(
  stampNs: bigint,
  frameId: string,
  pointStepBytes: number,
  points: Uint8Array,
): Uint8Array {
  const writer = withHeader(points.byteLength + 256, stampNs, frameId);
  writer.uint32(1).uint32(points.byteLength / pointStepBytes);
  writer.sequenceLength(POINT_FIELDS.length);
  for (const field of POINT_FIELDS) {
    writer.string(field.name).uint32(field.offset).uint8(field.datatype).uint32(1);
  }
  writer.uint8(0).uint32(pointStepBytes).uint32(points.byteLength);
  return writer.uint8Array(points, true).uint8(1).data;
}
