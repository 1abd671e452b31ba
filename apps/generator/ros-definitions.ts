/**
 * The ROS 2 message definitions that a drive uses, written once each, and joined into the complete text that the
 * `ros2msg` schema encoding asks for: the type itself, then every type below it behind a separator.
 */

const COVARIANCE = 'float64[36] covariance';

const DEFINITIONS: Readonly<Record<string, string>> = {
  'builtin_interfaces/Time': 'int32 sec\nuint32 nanosec',
  'std_msgs/Header': 'builtin_interfaces/Time stamp\nstring frame_id',
  'geometry_msgs/Vector3': 'float64 x\nfloat64 y\nfloat64 z',
  'geometry_msgs/Point': 'float64 x\nfloat64 y\nfloat64 z',
  'geometry_msgs/Quaternion': 'float64 x 0\nfloat64 y 0\nfloat64 z 0\nfloat64 w 1',
  'geometry_msgs/Pose': 'geometry_msgs/Point position\ngeometry_msgs/Quaternion orientation',
  'geometry_msgs/PoseWithCovariance': `geometry_msgs/Pose pose\n${COVARIANCE}`,
  'geometry_msgs/Twist': 'geometry_msgs/Vector3 linear\ngeometry_msgs/Vector3 angular',
  'geometry_msgs/TwistWithCovariance': `geometry_msgs/Twist twist\n${COVARIANCE}`,
  'geometry_msgs/Transform': 'geometry_msgs/Vector3 translation\ngeometry_msgs/Quaternion rotation',
  'geometry_msgs/TransformStamped': 'std_msgs/Header header\nstring child_frame_id\ngeometry_msgs/Transform transform',
  'tf2_msgs/TFMessage': 'geometry_msgs/TransformStamped[] transforms',
  'nav_msgs/Odometry':
    'std_msgs/Header header\nstring child_frame_id\n' +
    'geometry_msgs/PoseWithCovariance pose\ngeometry_msgs/TwistWithCovariance twist',
  'sensor_msgs/Imu':
    'std_msgs/Header header\ngeometry_msgs/Quaternion orientation\nfloat64[9] orientation_covariance\n' +
    'geometry_msgs/Vector3 angular_velocity\nfloat64[9] angular_velocity_covariance\n' +
    'geometry_msgs/Vector3 linear_acceleration\nfloat64[9] linear_acceleration_covariance',
  'sensor_msgs/NavSatStatus':
    'int8 STATUS_NO_FIX=-1\nint8 STATUS_FIX=0\nint8 STATUS_SBAS_FIX=1\nint8 STATUS_GBAS_FIX=2\n' +
    'int8 status\nuint16 SERVICE_GPS=1\nuint16 SERVICE_GLONASS=2\nuint16 SERVICE_COMPASS=4\n' +
    'uint16 SERVICE_GALILEO=8\nuint16 service',
  'sensor_msgs/NavSatFix':
    'std_msgs/Header header\nsensor_msgs/NavSatStatus status\nfloat64 latitude\nfloat64 longitude\n' +
    'float64 altitude\nfloat64[9] position_covariance\nuint8 COVARIANCE_TYPE_UNKNOWN=0\n' +
    'uint8 COVARIANCE_TYPE_APPROXIMATED=1\nuint8 COVARIANCE_TYPE_DIAGONAL_KNOWN=2\n' +
    'uint8 COVARIANCE_TYPE_KNOWN=3\nuint8 position_covariance_type',
  'sensor_msgs/CompressedImage': 'std_msgs/Header header\nstring format\nuint8[] data',
  'sensor_msgs/RegionOfInterest': 'uint32 x_offset\nuint32 y_offset\nuint32 height\nuint32 width\nbool do_rectify',
  'sensor_msgs/CameraInfo':
    'std_msgs/Header header\nuint32 height\nuint32 width\nstring distortion_model\nfloat64[] d\n' +
    'float64[9] k\nfloat64[9] r\nfloat64[12] p\nuint32 binning_x\nuint32 binning_y\n' +
    'sensor_msgs/RegionOfInterest roi',
  'sensor_msgs/PointField':
    'uint8 INT8=1\nuint8 UINT8=2\nuint8 INT16=3\nuint8 UINT16=4\nuint8 INT32=5\nuint8 UINT32=6\n' +
    'uint8 FLOAT32=7\nuint8 FLOAT64=8\nstring name\nuint32 offset\nuint8 datatype\nuint32 count',
  'sensor_msgs/PointCloud2':
    'std_msgs/Header header\nuint32 height\nuint32 width\nsensor_msgs/PointField[] fields\n' +
    'bool is_bigendian\nuint32 point_step\nuint32 row_step\nuint8[] data\nbool is_dense',
  'can_msgs/Frame':
    'std_msgs/Header header\nuint32 id\nbool is_rtr\nbool is_extended\nbool is_error\nuint8 dlc\nuint8[8] data',
  'diagnostic_msgs/KeyValue': 'string key\nstring value',
  'diagnostic_msgs/DiagnosticStatus':
    'byte OK=0\nbyte WARN=1\nbyte ERROR=2\nbyte STALE=3\nbyte level\nstring name\nstring message\n' +
    'string hardware_id\ndiagnostic_msgs/KeyValue[] values',
  'diagnostic_msgs/DiagnosticArray': 'std_msgs/Header header\ndiagnostic_msgs/DiagnosticStatus[] status',
};

const SEPARATOR = '='.repeat(80);

function below(name: string, seen: string[]): string[] {
  for (const [, type] of (DEFINITIONS[name] ?? '').matchAll(/^([a-z0-9_]+\/[A-Za-z0-9]+)/gm)) {
    if (type === undefined || seen.includes(type)) continue;
    seen.push(type);
    below(type, seen);
  }
  return seen;
}

/** The text of a type's schema; `name` as in `sensor_msgs/Imu`. */
export function rosDefinition(name: string): string {
  const own = DEFINITIONS[name];
  if (own === undefined) throw new Error(`no ROS definition is written down for ${name}`);
  const parts = below(name, []).map((type) => `${SEPARATOR}\nMSG: ${type}\n${DEFINITIONS[type]}\n`);
  return `${own}\n${parts.join('')}`;
}

/** `sensor_msgs/Imu` as ROS 2 names it: `sensor_msgs/msg/Imu`. */
export const rosSchemaName = (name: string): string => name.replace('/', '/msg/');
