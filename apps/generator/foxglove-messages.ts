/** The foxglove.* protobuf messages of a drive: their descriptors and their bytes. Field numbers are Foxglove's own. */
import { fileDescriptorSet, type ProtoField, type ProtoFile, ProtoWriter } from './protobuf.ts';
import { type Calibration, type Fix, matricesOf } from './ros-messages.ts';

const NS_PER_S = 1_000_000_000n;

const TIMESTAMP_FILE: ProtoFile = {
  path: 'google/protobuf/timestamp.proto',
  package: 'google.protobuf',
  imports: [],
  messages: [
    {
      name: 'Timestamp',
      fields: [
        { name: 'seconds', number: 1, type: 'int64' },
        { name: 'nanos', number: 2, type: 'int32' },
      ],
    },
  ],
};

const stampField = (number: number): ProtoField => ({
  name: 'timestamp',
  number,
  type: 'message',
  typeName: '.google.protobuf.Timestamp',
});

function foxgloveFile(name: string, fields: ProtoField[], enums: { name: string; values: string[] }[] = []): ProtoFile {
  return {
    path: `foxglove/${name}.proto`,
    package: 'foxglove',
    imports: [TIMESTAMP_FILE.path],
    messages: [{ name, fields, enums }],
  };
}

const FILES: Readonly<Record<string, ProtoFile>> = {
  'foxglove.CompressedImage': foxgloveFile('CompressedImage', [
    stampField(1),
    { name: 'frame_id', number: 4, type: 'string' },
    { name: 'data', number: 2, type: 'bytes' },
    { name: 'format', number: 3, type: 'string' },
  ]),
  'foxglove.CameraCalibration': foxgloveFile('CameraCalibration', [
    stampField(1),
    { name: 'frame_id', number: 9, type: 'string' },
    { name: 'width', number: 2, type: 'fixed32' },
    { name: 'height', number: 3, type: 'fixed32' },
    { name: 'distortion_model', number: 4, type: 'string' },
    { name: 'D', number: 5, type: 'double', repeated: true },
    { name: 'K', number: 6, type: 'double', repeated: true },
    { name: 'R', number: 7, type: 'double', repeated: true },
    { name: 'P', number: 8, type: 'double', repeated: true },
  ]),
  'foxglove.LocationFix': foxgloveFile(
    'LocationFix',
    [
      stampField(6),
      { name: 'frame_id', number: 7, type: 'string' },
      { name: 'latitude', number: 1, type: 'double' },
      { name: 'longitude', number: 2, type: 'double' },
      { name: 'altitude', number: 3, type: 'double' },
      { name: 'position_covariance', number: 4, type: 'double', repeated: true },
      {
        name: 'position_covariance_type',
        number: 5,
        type: 'enum',
        typeName: '.foxglove.LocationFix.PositionCovarianceType',
      },
    ],
    [{ name: 'PositionCovarianceType', values: ['UNKNOWN', 'APPROXIMATED', 'DIAGONAL_KNOWN', 'KNOWN'] }],
  ),
};

/** The schema data for one of the types above. */
export function foxgloveDescriptor(name: string): Uint8Array {
  const file = FILES[name];
  if (!file) throw new Error(`no protobuf descriptor is written down for ${name}`);
  return fileDescriptorSet([TIMESTAMP_FILE, file]);
}

function timestamp(stampNs: bigint): Uint8Array {
  return new ProtoWriter()
    .number(1, Number(stampNs / NS_PER_S))
    .number(2, Number(stampNs % NS_PER_S))
    .finish();
}

export function foxgloveImageMessage(stampNs: bigint, frameId: string, jpeg: Uint8Array): Uint8Array {
  const writer = new ProtoWriter().bytes(1, timestamp(stampNs)).bytes(2, jpeg);
  return writer.text(3, 'jpeg').text(4, frameId).finish();
}

export function foxgloveCalibrationMessage(stampNs: bigint, frameId: string, calibration: Calibration): Uint8Array {
  const { k, r, p } = matricesOf(calibration);
  return new ProtoWriter()
    .bytes(1, timestamp(stampNs))
    .fixed32(2, calibration.width)
    .fixed32(3, calibration.height)
    .text(4, 'plumb_bob')
    .doubles(5, calibration.distortion)
    .doubles(6, k)
    .doubles(7, r)
    .doubles(8, p)
    .text(9, frameId)
    .finish();
}

export function locationFixMessage(stampNs: bigint, fix: Fix): Uint8Array {
  const [east, north, up] = fix.varianceM2;
  return new ProtoWriter()
    .double(1, fix.latitude)
    .double(2, fix.longitude)
    .double(3, fix.altitudeM)
    .doubles(4, [east, 0, 0, 0, north, 0, 0, 0, up])
    .number(5, 2)
    .bytes(6, timestamp(stampNs))
    .text(7, 'gnss')
    .finish();
}
