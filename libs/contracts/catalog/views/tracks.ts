/** Where vehicles were: tracks, and the cells that they passed. */
import { CELL_RESOLUTION, REGION_RESOLUTION } from '../../trajectory/index.ts';
import { CHUNK, column, DRIVE, SPAN, TENANT, TOPIC, VEHICLE, type ViewColumn, type ViewDefinition } from './columns.ts';

const OF_TRACK: readonly ViewColumn[] = [
  TENANT,
  DRIVE,
  VEHICLE,
  CHUNK,
  TOPIC,
  column(
    'part',
    'INT64',
    'number of the track in chunk and topic, from 0: a silence of over 60 s or a jump begins a new one',
  ),
  column('preference', 'INT64', 'where several topics say where the vehicle was, the lowest goes before the others'),
];
const MOTION: readonly ViewColumn[] = [
  column('speed_mps', 'FLOAT64', 'length over time, m/s; NULL without time'),
  column('speed_min_mps', 'FLOAT64', 'slowest of the positions, as the receiver says it, else from one to the next'),
  column('speed_max_mps', 'FLOAT64', 'fastest of them'),
  column(
    'heading_deg',
    'FLOAT64',
    'mean, degrees clockwise from north, by length; NULL where it stood or turned round',
  ),
];
const trackColumn = (what: string, since: string): ViewColumn =>
  column(
    'track',
    'STRING',
    `${what}: Google's polyline algorithm over latitude and longitude in 10^-7 degree and ms since ${since}`,
  );
const BOX: readonly ViewColumn[] = [
  column('west_deg', 'FLOAT64', 'least longitude; greater than east_deg over the antimeridian'),
  column('south_deg', 'FLOAT64', 'least latitude'),
  column('east_deg', 'FLOAT64', 'greatest longitude'),
  column('north_deg', 'FLOAT64', 'greatest latitude'),
];
const REACH = column(
  'reach_m',
  'FLOAT64',
  'how far from its ends the next position may have been, in metres: so far chunks are joined',
);
const METRES = column('length_m', 'FLOAT64', 'metres along the thinned line');

export const TRACK_VIEWS: readonly ViewDefinition[] = [
  {
    name: 'trajectories',
    meaning:
      'one row a track: where one topic of a chunk says that the vehicle was, without a long silence or a jump between; chunks that ' +
      'count alone',
    columns: [
      ...OF_TRACK,
      column('source', 'STRING', 'gnss, localisation or odometry'),
      column('frame_id', 'STRING', 'the frame of the messages; empty where they name none'),
      ...SPAN,
      column('positions', 'INT64', 'positions that were taken'),
      column('points', 'INT64', 'points of the thinned line'),
      METRES,
      REACH,
      ...BOX,
      column('path', 'GEOGRAPHY', 'the thinned line, or a point; NULL where nothing ties a local frame to the Earth'),
      trackColumn('the points of the line with their times, thinned to 1 m', 'start_ns'),
      ...MOTION,
      column(
        'fix_quality',
        'STRING',
        'what most of the positions say: gnss, rtk-fixed, …; unknown where they say nothing',
      ),
      column(
        'accuracy_m',
        'FLOAT64',
        'half of the positions are as good or better, one sigma in metres; NULL if nothing is said',
      ),
      column('left_out', 'INT64', 'messages of the topic that were left out; told with part 0'),
      column(
        'left_out_reasons',
        'ARRAY<STRING>',
        'how many for which reason: no-fix, null-island, out-of-range, jump, time',
      ),
      column('note', 'STRING', 'a sentence for people; NULL where there is nothing to say'),
    ],
  },
  {
    name: 'trajectory_cells',
    meaning:
      'one row a visit of a track to an H3 cell: what is asked for by place is found here first, and exactly in its track',
    columns: [
      ...OF_TRACK,
      column(
        'cell',
        'INT64',
        `H3 cell of resolution ${CELL_RESOLUTION}, a side of about 200 m; its usual name is this number in hex`,
      ),
      column(
        'region',
        'INT64',
        `the cell of resolution ${REGION_RESOLUTION} around it, a side of about 1.4 km: to part data by place`,
      ),
      ...SPAN,
      column('track_start_ns', 'INT64', 'log time of the first point of the whole track'),
      column('track_points', 'INT64', 'points of the whole track'),
      column('first_point', 'INT64', 'number in it of the first point of what stands here, from 0'),
      column('last_point', 'INT64', 'number of the last'),
      trackColumn('the segments that touch the cell, whole', 'track_start_ns'),
      ...BOX,
      METRES,
      REACH,
      ...MOTION,
      column('heading_from_deg', 'FLOAT64', 'all headings lie clockwise from here …'),
      column('heading_to_deg', 'FLOAT64', '… to here'),
    ],
  },
  {
    name: 'frames',
    meaning:
      'where sensors stand, as thin topics of a drive say it: one row a topic and frame, and one a static transform. The frames of ' +
      'thick topics are those of the thin ones beside them, such as camera_info',
    columns: [
      TENANT,
      DRIVE,
      VEHICLE,
      TOPIC,
      column('frame_id', 'STRING', 'the frame'),
      column(
        'parent_frame_id',
        'STRING',
        'the frame in which it stands; NULL where the row says the frame of a topic alone',
      ),
      column('x_m', 'FLOAT64', 'from the frame into its parent, metres; NULL without a parent, as all that follow'),
      column('y_m', 'FLOAT64', 'likewise'),
      column('z_m', 'FLOAT64', 'likewise'),
      column('qx', 'FLOAT64', 'the turn from the frame into its parent, a quaternion'),
      column('qy', 'FLOAT64', 'likewise'),
      column('qz', 'FLOAT64', 'likewise'),
      column('qw', 'FLOAT64', 'likewise'),
    ],
  },
];
