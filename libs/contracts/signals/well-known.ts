/**
 * What is read without a mapping: schemas of which everybody knows what their fields mean. Receivers go before odometry
 * where both say the same; what a vehicle says of itself goes before both.
 */
import type { MappedTopic, SignalSource } from './signal-mapping.ts';

const PLACE: readonly SignalSource[] = [
  { signal: 'latitude', field: 'latitude', unit: 'deg' },
  { signal: 'longitude', field: 'longitude', unit: 'deg' },
  { signal: 'altitude_m', field: 'altitude', unit: 'm' },
];
const only = (field: string, is: readonly (string | number | boolean)[], sources: readonly SignalSource[]) =>
  sources.map((source) => ({ ...source, where: { field, is } }));

const KNOTS_MPS = 1852 / 3600;
const NMEA_FIX = { '0': 'none', '1': 'gnss', '2': 'dgnss', '4': 'rtk-fixed', '5': 'rtk-float', '6': 'estimated' };
const RECEIVER_FIX = {
  '0': 'none',
  '1': 'dead-reckoning',
  '2': '2d',
  '3': '3d',
  '4': 'gnss-dead-reckoning',
  '5': 'time',
};
const PX4_FIX = { '0': 'none', '1': 'none', '2': '2d', '3': '3d', '4': 'dgnss', '5': 'rtk-float', '6': 'rtk-fixed' };
const NAV_SAT_FIX = { '-2': 'unknown', '-1': 'none', '0': 'gnss', '1': 'sbas', '2': 'gbas' };

const px4Gps: readonly SignalSource[] = [
  { signal: 'fix_quality', field: 'fix_type', words: PX4_FIX },
  ...only(
    'fix_type',
    [2, 3, 4, 5, 6],
    [
      { signal: 'latitude', field: 'lat', scale: 1e-7, unit: 'deg' },
      { signal: 'longitude', field: 'lon', scale: 1e-7, unit: 'deg' },
      { signal: 'altitude_m', field: 'alt', scale: 1e-3, unit: 'm' },
      { signal: 'latitude', field: 'latitude_deg', unit: 'deg' },
      { signal: 'longitude', field: 'longitude_deg', unit: 'deg' },
      { signal: 'altitude_m', field: 'altitude_msl_m', unit: 'm' },
      { signal: 'speed_mps', field: 'vel_m_s', unit: 'm/s' },
      { signal: 'heading_deg', field: 'cog_rad', scale: 180 / Math.PI, unit: 'deg' },
    ],
  ),
];

export const WELL_KNOWN: readonly MappedTopic[] = [
  {
    topic: '*',
    schema: 'pitlane.VehicleState',
    signals: [
      { signal: 'speed_mps', field: 'speed_mps', unit: 'm/s' },
      { signal: 'acceleration_mps2', field: 'acceleration_mps2', unit: 'm/s2' },
      { signal: 'steering_rad', field: 'steering_rad', unit: 'rad' },
      { signal: 'brake', field: 'brake' },
      { signal: 'throttle', field: 'throttle' },
      { signal: 'gear', field: 'gear' },
      { signal: 'mode', field: 'mode' },
      { signal: 'rain', field: 'rain' },
      { signal: 'light_lux', field: 'light_lux', unit: 'lx' },
    ],
  },
  {
    topic: '*',
    schema: 'sensor_msgs/*NavSatFix',
    signals: [
      { signal: 'fix_quality', field: 'status.status', words: NAV_SAT_FIX },
      ...only('status.status', [0, 1, 2], PLACE),
    ],
  },
  { topic: '*', schema: 'foxglove.LocationFix', signals: PLACE },
  {
    topic: '*',
    schema: 'gpx.Point',
    signals: [
      ...PLACE,
      { signal: 'speed_mps', field: 'speed', unit: 'm/s' },
      { signal: 'heading_deg', field: 'course', unit: 'deg' },
    ],
  },
  {
    topic: '/nmea/??RMC',
    signals: only(
      'valid',
      [true],
      [
        { signal: 'latitude', field: 'latitude', unit: 'deg' },
        { signal: 'longitude', field: 'longitude', unit: 'deg' },
        { signal: 'speed_mps', field: 'speed_knots', scale: KNOTS_MPS, unit: 'm/s' },
        { signal: 'heading_deg', field: 'course_deg', unit: 'deg' },
      ],
    ),
  },
  {
    topic: '/nmea/??GGA',
    signals: [
      { signal: 'fix_quality', field: 'quality', words: NMEA_FIX },
      ...only(
        'quality',
        [1, 2, 4, 5, 6],
        [
          { signal: 'latitude', field: 'latitude', unit: 'deg' },
          { signal: 'longitude', field: 'longitude', unit: 'deg' },
          { signal: 'altitude_m', field: 'altitude_m', unit: 'm' },
        ],
      ),
    ],
  },
  {
    topic: '/nmea/??VTG',
    signals: [
      { signal: 'speed_mps', field: 'speed_kmh', scale: 1 / 3.6, unit: 'm/s' },
      { signal: 'heading_deg', field: 'course_deg', unit: 'deg' },
    ],
  },
  {
    topic: '/ubx/01-07',
    signals: [
      { signal: 'fix_quality', field: 'fix_type', words: RECEIVER_FIX },
      ...only(
        'fix_ok',
        [true],
        [
          { signal: 'latitude', field: 'latitude', unit: 'deg' },
          { signal: 'longitude', field: 'longitude', unit: 'deg' },
          { signal: 'altitude_m', field: 'altitude_m', unit: 'm' },
          { signal: 'speed_mps', field: 'speed_mps', unit: 'm/s' },
          { signal: 'heading_deg', field: 'course_deg', unit: 'deg' },
        ],
      ),
    ],
  },
  { topic: '*', schema: 'vehicle_gps_position', signals: px4Gps },
  { topic: '*', schema: 'sensor_gps', signals: px4Gps },
  {
    topic: '*',
    schema: 'nav_msgs/*Odometry',
    signals: [
      { signal: 'speed_mps', field: 'twist.twist.linear', as: 'norm', unit: 'm/s' },
      { signal: 'heading_deg', field: 'pose.pose.orientation', as: 'heading-enu', unit: 'deg' },
      { signal: 'yaw_rate_radps', field: 'twist.twist.angular.z', unit: 'rad/s' },
    ],
  },
  {
    topic: '*',
    schema: 'geometry_msgs/*TwistStamped',
    signals: [
      { signal: 'speed_mps', field: 'twist.linear', as: 'norm', unit: 'm/s' },
      { signal: 'yaw_rate_radps', field: 'twist.angular.z', unit: 'rad/s' },
    ],
  },
  {
    topic: '*',
    schema: 'sensor_msgs/*Imu',
    signals: [
      { signal: 'acceleration_mps2', field: 'linear_acceleration.x', unit: 'm/s2' },
      { signal: 'yaw_rate_radps', field: 'angular_velocity.z', unit: 'rad/s' },
    ],
  },
];
