/** What was derived of chunks: signals as rows, and as the state of the vehicle. */
import { CHUNK, column, DRIVE, TENANT, TOPIC, VEHICLE, type ViewDefinition } from './columns.ts';

/** Columns of the view `vehicle_states`, in their order: signals that every mapping calls so. */
export const STATE_SIGNALS = [
  ['speed_mps', 'FLOAT64', 'm/s'],
  ['acceleration_mps2', 'FLOAT64', 'along the vehicle, m/s2; below 0 it brakes'],
  ['yaw_rate_radps', 'FLOAT64', 'rad/s, counter-clockwise'],
  ['steering_rad', 'FLOAT64', 'angle of the steering wheel, rad, counter-clockwise'],
  ['brake', 'FLOAT64', '0 to 1, or the pressure in bar, as the mapping has it'],
  ['throttle', 'FLOAT64', '0 to 1'],
  ['gear', 'STRING', 'as the vehicle says it'],
  ['mode', 'STRING', 'who drives, as the vehicle says it'],
  ['latitude', 'FLOAT64', 'degrees'],
  ['longitude', 'FLOAT64', 'degrees'],
  ['altitude_m', 'FLOAT64', 'm'],
  ['heading_deg', 'FLOAT64', 'degrees clockwise from north'],
  ['fix_quality', 'STRING', 'of the position'],
  ['rain', 'FLOAT64', '0 to 1'],
  ['light_lux', 'FLOAT64', 'of the surroundings, lx'],
] as const;

const TIME = [
  column('time_ns', 'INT64', 'log time, ns since 1970; NULL from 2^63 on'),
  column('time', 'TIMESTAMP', 'time_ns to the microsecond'),
];

export const SIGNAL_VIEWS: readonly ViewDefinition[] = [
  {
    name: 'derivations',
    meaning:
      'one row a chunk that counts and a deriver: what was read out of it, by which plan, and what could not be read',
    columns: [
      TENANT,
      DRIVE,
      VEHICLE,
      CHUNK,
      column('deriver', 'STRING', 'who derived: signals, …'),
      column('version', 'STRING', 'names the plan by which it was done'),
      column('object', 'STRING', 'name of the side object in the store; NULL where nothing was found'),
      column('messages', 'INT64', 'messages that were decoded'),
      column('undecoded', 'INT64', 'messages that could not be decoded'),
      column('faults', 'ARRAY<STRING>', 'what was wrong, a sentence each'),
    ],
  },
  {
    name: 'signals',
    meaning:
      'one row a sample of a signal, thinned as the mapping of the vehicle says (10 a second where it says nothing): fields of ' +
      'thin topics as numbers and words',
    columns: [
      TENANT,
      DRIVE,
      VEHICLE,
      CHUNK,
      TOPIC,
      column('signal', 'STRING', 'speed_mps, brake, … as the mapping calls it'),
      ...TIME,
      column('value', 'FLOAT64', 'the number; NULL where the signal is a word'),
      column('text', 'STRING', 'the word; NULL where the signal is a number'),
      column('unit', 'STRING', 'of the number; empty without one'),
      column('preference', 'INT64', 'where several topics say the same signal, the lowest goes before the others'),
    ],
  },
  {
    name: 'vehicle_states',
    meaning:
      'one row a drive and 100 ms in which any of these signals came: the last value of each, of the topic that goes before ' +
      'others, carried on for 1 s at most',
    columns: [
      TENANT,
      DRIVE,
      VEHICLE,
      column('time_ns', 'INT64', 'log time at which the 100 ms begin, ns since 1970'),
      column('time', 'TIMESTAMP', 'time_ns to the microsecond'),
      ...STATE_SIGNALS.map(([name, type, meaning]) => column(name, type, `${meaning}; NULL where nothing said it`)),
    ],
  },
];
