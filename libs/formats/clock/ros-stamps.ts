/**
 * Stamps of ROS messages, ROS 1 and ROS 2: of a std_msgs/Header that comes first in a message, at fixed places; of
 * sensor_msgs/TimeReference, behind the header's frame; of a sensor_msgs/NavSatFix that has a fix. Nothing else of a
 * message is decoded.
 */
import { utf8FromBytes } from '@pitlane/base/bytes';
import type { Channel } from '../recording/index.ts';
import { i32, u32 } from './little-endian.ts';
import { type ReadStamp, type StampReader, stampNs } from './stamp-reader.ts';

const HEADER_FIELD = /^(?:std_msgs\/(?:msg\/)?)?Header\s+\w+/;
const CONSTANT = /^\S+\s+\w+\s*=/;
/** Definitions begin with their fields: more than this is not looked at. */
const DEFINITION_BYTES = 4096;

/** Types with a header first, for logs that name their types and do not define them. */
const KNOWN_HEADER_FIRST = new Set([
  'sensor_msgs/BatteryState',
  'sensor_msgs/CameraInfo',
  'sensor_msgs/CompressedImage',
  'sensor_msgs/FluidPressure',
  'sensor_msgs/Image',
  'sensor_msgs/Imu',
  'sensor_msgs/JointState',
  'sensor_msgs/LaserScan',
  'sensor_msgs/MagneticField',
  'sensor_msgs/NavSatFix',
  'sensor_msgs/PointCloud',
  'sensor_msgs/PointCloud2',
  'sensor_msgs/Range',
  'sensor_msgs/Temperature',
  'sensor_msgs/TimeReference',
  'geometry_msgs/PoseStamped',
  'geometry_msgs/PoseWithCovarianceStamped',
  'geometry_msgs/TwistStamped',
  'nav_msgs/Odometry',
  'nav_msgs/Path',
  'visualization_msgs/Marker',
  'can_msgs/Frame',
]);

/**
 * Four bytes come first in both: the header's `seq` in ROS 1, the encapsulation in CDR. Then seconds, nanoseconds, and the
 * frame's name behind its length.
 */
const SECONDS_AT = 4;
const NANOS_AT = 8;
const FRAME_AT = 12;
const FRAME_TEXT_AT = 16;
/** CDR aligns to what lies behind the encapsulation. */
const alignedCdr = (at: number): number => Math.ceil(at / 4) * 4;

export function rosStamps(channel: Channel): readonly StampReader[] {
  const { messageEncoding, schema } = channel;
  const isCdr = messageEncoding === 'cdr';
  if (!schema || (!isCdr && messageEncoding !== 'ros1')) return [];
  const type = schema.name.replace('/msg/', '/');
  if (!KNOWN_HEADER_FIRST.has(type) && !beginsWithHeader(schema.data)) return [];
  const header = headerStamp(isCdr);
  const readers: StampReader[] = [{ source: 'header', read: header }];
  if (type === 'sensor_msgs/TimeReference') readers.push({ source: 'reference', read: timeReference(isCdr) });
  if (type === 'sensor_msgs/NavSatFix') readers.push({ source: 'fix', read: fixStamp(isCdr, header) });
  return readers;
}

/** Whether the first field, behind comments and constants, is a header. */
function beginsWithHeader(definition: Uint8Array): boolean {
  const head = utf8FromBytes(definition.subarray(0, DEFINITION_BYTES));
  const lines = head.split('\n').map((line) => line.trim());
  const first = lines.find((line) => line !== '' && !line.startsWith('#') && !CONSTANT.test(line));
  return first !== undefined && HEADER_FIELD.test(first);
}

/** Plain CDR, little-endian, as every recorder on a common machine writes it. */
const isLittleEndian = (data: Uint8Array): boolean => data[0] === 0 && data[1] === 1;

function headerStamp(isCdr: boolean): ReadStamp {
  if (!isCdr)
    return (data) =>
      data.byteLength >= FRAME_TEXT_AT ? stampNs(u32(data, SECONDS_AT), u32(data, NANOS_AT)) : undefined;
  return (data) =>
    data.byteLength >= FRAME_AT && isLittleEndian(data)
      ? stampNs(i32(data, SECONDS_AT), u32(data, NANOS_AT))
      : undefined;
}

/** The place behind the header, if the frame's name ends inside the message. */
function behindHeader(data: Uint8Array, isCdr: boolean): number | undefined {
  if (data.byteLength < FRAME_TEXT_AT || (isCdr && !isLittleEndian(data))) return undefined;
  const behind = FRAME_TEXT_AT + u32(data, FRAME_AT);
  return behind <= data.byteLength ? behind : undefined;
}

const timeReference =
  (isCdr: boolean): ReadStamp =>
  (data) => {
    const behind = behindHeader(data, isCdr);
    if (behind === undefined) return undefined;
    const at = isCdr ? alignedCdr(behind) : behind;
    if (at + 8 > data.byteLength) return undefined;
    return stampNs(isCdr ? i32(data, at) : u32(data, at), u32(data, at + 4));
  };

const STATUS_NO_FIX = 0x80;

const fixStamp =
  (isCdr: boolean, header: ReadStamp): ReadStamp =>
  (data) => {
    const status = behindHeader(data, isCdr);
    // A signed byte: -1 is no fix, and -2 an unknown state.
    if (status === undefined || (data[status] ?? STATUS_NO_FIX) >= STATUS_NO_FIX) return undefined;
    return header(data);
  };
