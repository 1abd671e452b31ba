/** The catalog's contract about time: coverage in runs, what is lost, what is on its way, and times that do not fit. */
import type { ContractCase } from '../contract/index.ts';
import { DriveBuilder, equal, recordingId, timeText } from './contract-facts.ts';
import type { Catalog, SqlRow } from './index.ts';

const drive = new DriveBuilder('drive-c');
const BEYOND = '9223372036854775808';
const LAST = '18446744073709551615';

const runs = (catalog: Catalog): Promise<readonly SqlRow[]> =>
  catalog.query(
    'SELECT topic, start_ns, end_ns, state, reason, messages FROM coverage ORDER BY topic, start_ns, state',
  );

const run = (
  topic: string,
  start: number,
  end: number,
  state: string,
  messages: number | null,
  reason: string | null = null,
) => ({
  topic,
  start_ns: timeText(start),
  end_ns: timeText(end),
  state,
  reason,
  messages,
});

async function filled(catalog: Catalog, events: Parameters<Catalog['append']>[0]): Promise<void> {
  await catalog.wipe();
  await catalog.append(events);
}

export const coverageCases: readonly ContractCase<Catalog>[] = [
  {
    name: 'joins chunks of a topic into one run and parts runs at a gap over three periods',
    async run(catalog) {
      // Messages come every 0.6 s, so chunks 0 and 1 meet; chunk 2 begins a minute late.
      const late = drive.chunk('r1', 2, { startTime: timeText(180), endTime: timeText(239.4) });
      await filled(catalog, [drive.docked(), drive.chunk('r1', 1), drive.chunk('r1', 0), late]);
      equal(
        await runs(catalog),
        [run('/imu', 0, 119.4, 'indexed', 200), run('/imu', 180, 239.4, 'indexed', 100)],
        'runs',
      );
    },
  },
  {
    name: 'shows a loss as lost for each of its topics, and one without times from the end of the messages on',
    async run(catalog) {
      await filled(catalog, [
        drive.docked(),
        drive.recording('r1', timeText(110)),
        drive.loss('r1', { topics: ['/imu', '/gps'] }),
        drive.loss('r1', { offset: 10, topics: [], reason: 'unreadable' }),
        drive.loss('r1', { offset: 20, startTime: null, endTime: null }),
      ]);
      equal(
        await runs(catalog),
        [
          run('', 120, 130, 'lost', null, 'unreadable'),
          run('/gps', 120, 130, 'lost', null, 'truncated'),
          run('/imu', 110, 110, 'lost', null, 'truncated'),
          run('/imu', 120, 130, 'lost', null, 'truncated'),
        ],
        'runs',
      );
      const losses = await catalog.query(
        'SELECT path, byte_offset, bytes, recording_id FROM losses ORDER BY byte_offset',
      );
      equal(losses.length, 3, 'losses');
      const first = { path: 'r1.mcap', byte_offset: 10, bytes: 100, recording_id: recordingId('r1') };
      equal(losses[0], first, 'the first loss');
    },
  },
  {
    name: 'shows a loss without topics and times once for each topic of its recording, whatever is known of it',
    async run(catalog) {
      const unknown = { topics: [], startTime: null, endTime: null };
      await filled(catalog, [
        drive.docked(),
        drive.recording('r1'),
        drive.channel('r1', 0, '/imu'),
        drive.channel('r1', 1, '/imu', 'Other'),
        drive.channel('r1', 2, '/gps'),
        drive.loss('r1', unknown),
        drive.loss('r1', { ...unknown, offset: 950 }),
        drive.loss('r1', { offset: 960, startTime: null, endTime: timeText(100), topics: ['/early'] }),
        drive.loss('r1', { offset: 970, startTime: timeText(140), endTime: null, topics: ['/late'] }),
        drive.recording('r2'),
        drive.loss('r2', { ...unknown, reason: 'unreadable' }),
        drive.recording('r3', null),
        drive.loss('r3', { ...unknown, topics: ['/timeless'] }),
      ]);
      const lost = (topic: string, start: number, end: number, reason = 'truncated') =>
        run(topic, start, end, 'lost', null, reason);
      equal(
        await runs(catalog),
        [
          lost('', 120, 120, 'unreadable'),
          lost('/early', 100, 100),
          lost('/gps', 120, 120),
          lost('/imu', 120, 120),
          lost('/late', 140, 140),
          { ...lost('/timeless', 0, 0), start_ns: null, end_ns: null },
        ],
        'runs',
      );
    },
  },
  {
    name: 'says of what a filter keeps on the disk that it is on the car, and not lost',
    async run(catalog) {
      await filled(catalog, [
        drive.docked(),
        drive.recording('r1'),
        drive.loss('r1', { topics: ['/cabin'], reason: 'withheld' }),
      ]);
      equal(await runs(catalog), [run('/cabin', 120, 130, 'on-car', null, 'withheld')], 'runs');
    },
  },
  {
    name: 'adds up the days of a fleet, by the day on which a run began',
    async run(catalog) {
      const other = new DriveBuilder('drive-d');
      const late = { startTime: timeText(86_400), endTime: timeText(86_459) };
      await filled(catalog, [
        drive.docked(),
        drive.chunk('r1', 0, { endTime: timeText(59) }),
        other.docked(),
        other.chunk('r2', 0),
        other.chunk('r2', 1, { endTime: timeText(119) }),
        other.chunk('r2', 2, late),
        other.loss('r2', { startTime: null, endTime: null }),
      ]);
      const days = await catalog.query(
        `SELECT topic, CAST(day AS STRING) AS day, state, reason, drives, runs, seconds, messages FROM coverage_days
         ORDER BY topic, state, day`,
      );
      const day = { topic: '/imu', reason: null, state: 'indexed' };
      equal(
        days,
        [
          { ...day, day: '2018-07-24', drives: 2, runs: 2, seconds: 178, messages: 300 },
          { ...day, day: '2018-07-25', drives: 1, runs: 1, seconds: 59, messages: 100 },
          { ...day, day: null, state: 'lost', reason: 'truncated', drives: 1, runs: 1, seconds: 0, messages: null },
        ],
        'days',
      );
    },
  },
  {
    name: 'tells of the gaps of topics that come steadily, by the verdict where it has seen them, and of no others',
    async run(catalog) {
      const steady = (ordinal: number, startS: number) =>
        drive.chunk('r1', ordinal, {
          startTime: timeText(startS),
          endTime: timeText(startS + 59),
          topics: ['/imu', '/gps'],
        });
      const rare = drive.chunk('r1', 3, { topics: ['/event'], startTime: timeText(0), endTime: timeText(0) });
      const rareAgain = drive.chunk('r1', 4, { topics: ['/event'], startTime: timeText(900), endTime: timeText(900) });
      await filled(catalog, [drive.docked(), steady(0, 0), steady(1, 59.5), steady(2, 130), rare, rareAgain]);
      const gaps = (): Promise<readonly SqlRow[]> =>
        catalog.query(
          'SELECT topic, start_ns, end_ns, 2 * seconds AS halves, found_by FROM gaps ORDER BY topic, start_ns',
        );
      const gap = { start_ns: timeText(118.5), end_ns: timeText(130), halves: 23, found_by: 'coverage' };
      equal(
        await gaps(),
        [
          { ...gap, topic: '/gps' },
          { ...gap, topic: '/imu' },
        ],
        'between runs',
      );
      await catalog.append(drive.judged(['silent']));
      const told = {
        topic: '/imu',
        start_ns: timeText(120),
        end_ns: timeText(130.5),
        halves: 21,
        found_by: 'verdict',
      };
      equal(await gaps(), [{ ...gap, topic: '/gps' }, told], 'and as the verdict has it');
    },
  },
  {
    name: 'shows what a recording promises as on its way, until the index holds it',
    async run(catalog) {
      await filled(catalog, [drive.docked(), drive.preview('r1')]);
      equal(await runs(catalog), [run('/imu', 0, 120, 'on-dock', 240)], 'a docked recording');
      await catalog.append([drive.state('r1', 'chunked')]);
      equal(await runs(catalog), [run('/imu', 0, 120, 'in-flight', 240)], 'a chunked recording');
      await catalog.append([drive.chunk('r1', 0), drive.state('r1', 'landed')]);
      const rows = await runs(catalog);
      equal(
        rows.map((row) => row['state']),
        ['indexed', 'in-flight'],
        'states of a half indexed recording',
      );
      equal(rows[1]?.['end_ns'], timeText(120), 'end of what is on its way');
      equal(Number(rows[1]?.['start_ns']) >= Number(timeText(59.4)), true, 'it starts after what is indexed');
      await catalog.append([drive.state('r1', 'indexed')]);
      equal(await runs(catalog), [run('/imu', 0, 59.4, 'indexed', 100)], 'an indexed recording');
    },
  },
  {
    name: 'keeps chunks of other kinds in the list and their topics out of it',
    async run(catalog) {
      const kept = drive.chunk('r1', 0, {
        kind: 'unread',
        windowStart: null,
        startTime: null,
        endTime: null,
        messages: 0,
      });
      await filled(catalog, [drive.docked(), drive.recording('r1'), kept]);
      equal(
        await catalog.query('SELECT kind, topics, window_ns FROM chunks'),
        [{ kind: 'unread', topics: [], window_ns: null }],
        'chunks',
      );
      equal(await catalog.query('SELECT * FROM topics'), [], 'topics');
      equal(await catalog.query('SELECT * FROM coverage'), [], 'coverage');
      equal(await catalog.query('SELECT chunks, messages FROM drives'), [{ chunks: 1, messages: 0 }], 'drives');
    },
  },
  {
    name: 'gives NULL for times from 2^63 on, says so, and hides nothing',
    async run(catalog) {
      const far = drive.chunk('r1', 0, { windowStart: BEYOND, startTime: BEYOND, endTime: LAST });
      await filled(catalog, [drive.docked(), drive.recording('r1', LAST), far]);
      const chunks = await catalog.query(
        'SELECT window_ns, start_ns, end_ns, start_time, end_time, messages FROM chunks',
      );
      const none = { window_ns: null, start_ns: null, end_ns: null, start_time: null, end_time: null };
      equal(chunks, [{ ...none, messages: 100 }], 'chunks');
      const [row] = await catalog.query('SELECT start_ns, end_ns, time_quality, partition_day FROM drives');
      const expected = {
        start_ns: timeText(0),
        end_ns: null,
        time_quality: 'beyond-2^63',
        partition_day: '2018-07-24',
      };
      equal(row, expected, 'the drive');
      equal(
        await catalog.query('SELECT messages, start_ns FROM topics'),
        [{ messages: 100, start_ns: null }],
        'topics',
      );
      equal((await catalog.query('SELECT * FROM coverage')).length, 1, 'runs');
      await filled(catalog, [drive.docked(), drive.preview('r1', { startTime: null, endTime: null })]);
      const [quiet] = await catalog.query('SELECT time_quality, partition_day, start_time FROM drives');
      equal(quiet, { time_quality: 'none', partition_day: '2018-07-24', start_time: null }, 'a drive without times');
    },
  },
  {
    name: 'puts a drive with a bad clock on its docking day',
    async run(catalog) {
      for (const startTime of ['5000000000', '4102444800000000000', BEYOND]) {
        await filled(catalog, [drive.docked(), drive.preview('r1', { startTime, endTime: startTime })]);
        const [row] = await catalog.query('SELECT partition_day FROM drives');
        equal(row, { partition_day: '2018-07-24' }, `the day of ${startTime}`);
      }
    },
  },
];
