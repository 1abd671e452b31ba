/** Cases on clocks: the overlay beside a recording, and what queries by UTC make of it. */
import type { CatalogEvent } from '@pitlane/contracts/catalog';
import type { ClockFacts, ClockSegment } from '@pitlane/contracts/clock';
import type { ContractCase } from '../contract/index.ts';
import { clockSegment, DriveBuilder, equal, START_NS, timeText } from './contract-facts.ts';
import type { Catalog } from './index.ts';

const drive = new DriveBuilder('drive-c');
const HOUR_NS = 3_600_000_000_000n;

const clock = (segments: readonly ClockSegment[], skews: ClockFacts['skews'] = []): ClockFacts => ({
  version: 1,
  segments,
  skews,
});

async function filled(catalog: Catalog, events: readonly CatalogEvent[]): Promise<void> {
  await catalog.wipe();
  await catalog.append(events);
}

const CHUNKS = 'SELECT utc_start_ns, utc_end_ns, clock_offset_ns, clock_source FROM chunks_on_utc ORDER BY start_ns';

/** A car that counted from 1970 on for a minute, until its clock was set. */
function from1970(): CatalogEvent[] {
  const minute = 60_000_000_000n;
  const early = clockSegment(String(START_NS), { startTime: '0', endTime: String(minute - 1n), sourceEnd: 500 });
  const set = clockSegment('0', { startTime: timeText(60), applied: false, source: 'log', quality: 'unchecked' });
  return [
    drive.docked(),
    { ...drive.preview('r1', { startTime: '0' }) },
    drive.chunk('r1', 0, { startTime: '5000000000', endTime: '50000000000', windowStart: '0' }),
    drive.chunk('r1', 1),
    drive.recording('r1', timeText(120), clock([early, { ...set, sourceStart: 500, stepNs: String(START_NS) }])),
  ];
}

export const clockCases: readonly ContractCase<Catalog>[] = [
  {
    name: 'adds the offset of the overlay to the times of chunks, and never to the times that the log has',
    async run(catalog) {
      await filled(catalog, from1970());
      const [first, second] = await catalog.query(CHUNKS);
      const expected = { utc_start_ns: timeText(5), utc_end_ns: timeText(50), clock_offset_ns: timeText(0) };
      equal(first, { ...expected, clock_source: 'gnss' }, 'the chunk of 1970');
      const asLogged = { utc_start_ns: timeText(60), utc_end_ns: timeText(119.4), clock_offset_ns: '0' };
      equal(second, { ...asLogged, clock_source: 'log' }, 'the chunk behind the step');
      const logged = await catalog.query('SELECT start_ns FROM chunks ORDER BY start_ns');
      equal(logged, [{ start_ns: '5000000000' }, { start_ns: timeText(60) }], 'the log times');
      const asked = `SELECT drive_id FROM chunks_on_utc WHERE utc_start_time < TIMESTAMP '2018-07-24 03:28:30'
        AND utc_end_time > TIMESTAMP '2018-07-24 03:28:10'`;
      equal(await catalog.query(asked), [{ drive_id: 'drive-c' }], 'the drive by its UTC');
    },
  },
  {
    name: 'takes times as they are where nothing is known of the clock, or where it is believed',
    async run(catalog) {
      const times = { utc_start_ns: timeText(0), utc_end_ns: timeText(59.4), clock_offset_ns: '0' };
      await filled(catalog, [drive.docked(), drive.chunk('r1', 0), drive.recording('r1')]);
      equal(await catalog.query(CHUNKS), [{ ...times, clock_source: null }], 'without a clock');
      equal(await catalog.query('SELECT * FROM clocks'), [], 'the clocks');
      const near = clock([clockSegment('-90000000', { applied: false })]);
      await filled(catalog, [drive.docked(), drive.chunk('r1', 0), drive.recording('r1', timeText(120), near)]);
      equal(await catalog.query(CHUNKS), [{ ...times, clock_source: 'gnss' }], 'a clock that is right');
      equal(await catalog.query('SELECT time_quality FROM recordings'), [{ time_quality: 'good' }], 'its quality');
    },
  },
  {
    name: 'adds drift, and tells two passes of the same log times apart by their bytes',
    async run(catalog) {
      const drifting = clockSegment('5000000000', { driftPpb: -100_000_000, sourceEnd: 500 });
      const back = clockSegment('65000000000', { sourceStart: 500, stepNs: '-60000000000' });
      await filled(catalog, [
        drive.docked(),
        drive.chunk('r1', 0, { startTime: timeText(10), endTime: timeText(20) }),
        drive.chunk('r1', 1, { startTime: timeText(10), endTime: timeText(20), part: 1 }),
        drive.recording('r1', timeText(120), clock([drifting, back])),
      ]);
      const rows = await catalog.query('SELECT utc_start_ns, utc_end_ns FROM chunks_on_utc ORDER BY utc_start_ns');
      const expected = [
        { utc_start_ns: timeText(14), utc_end_ns: timeText(23) },
        { utc_start_ns: timeText(75), utc_end_ns: timeText(85) },
      ];
      equal(rows, expected, 'the chunks');
      const [row] = await catalog.query('SELECT drift_ppm, step_ns, applied FROM clocks WHERE segment = 0');
      equal(row, { drift_ppm: -100_000, step_ns: null, applied: true }, 'the drifting segment');
    },
  },
  {
    name: 'shows the clock of the newest event of a recording alone, and topics beside the segments',
    async run(catalog) {
      const skews = [{ topic: '/lidar', offsetNs: '-2000000000', spreadNs: '5', pairs: 30, text: 'stamps of /lidar' }];
      await filled(catalog, [
        drive.docked(),
        drive.recording('r1', timeText(120), clock([clockSegment('1'), clockSegment('2')])),
        drive.recording('r1', timeText(120), clock([clockSegment('3000000000')], skews)),
      ]);
      const sql = 'SELECT segment, topic, offset_ns, residual_ns, start_ns, applied FROM clocks ORDER BY segment';
      const segment = { segment: 0, topic: null, offset_ns: '3000000000', residual_ns: '1000', applied: true };
      const skew = { segment: 1, topic: '/lidar', offset_ns: '-2000000000', residual_ns: '5', applied: false };
      equal(
        await catalog.query(sql),
        [
          { ...segment, start_ns: timeText(0) },
          { ...skew, start_ns: null },
        ],
        'the clocks',
      );
      await catalog.append([drive.recording('r1')]);
      equal(await catalog.query(sql), [], 'the clocks of a recording that says none');
    },
  },
  {
    name: 'says how far times are to be believed, and lets a drive lie under its docking day where they are not',
    async run(catalog) {
      const sql =
        'SELECT d.time_quality, r.time_quality AS of_recording, partition_day FROM drives AS d, recordings AS r';
      const bound = clockSegment(String(20n * HOUR_NS), { quality: 'bound', source: 'docking' });
      const unknown = clockSegment(null, { quality: 'unknown', source: 'none', applied: false });
      const late = clockSegment(String(-5n * HOUR_NS));
      const wrongYear = clockSegment(String(-9000n * HOUR_NS));
      for (const [segment, quality, day] of [
        [bound, 'docking', '2018-07-24'],
        [unknown, 'unknown', '2018-07-24'],
        [late, 'corrected', '2018-07-23'],
        [wrongYear, 'corrected', '2018-07-24'],
      ] as const) {
        await filled(catalog, [
          drive.docked(),
          drive.preview('r1', { startTime: timeText(-86_400) }),
          { ...drive.recording('r1', timeText(120), clock([segment])) },
        ]);
        const dayBefore = withStart(drive.recording('r1', timeText(120), clock([segment])), timeText(-86_400));
        await catalog.append([dayBefore]);
        const expected = { time_quality: quality, of_recording: quality, partition_day: day };
        equal(await catalog.query(sql), [expected], `the drive with ${segment.source} ${segment.offsetNs}`);
      }
    },
  },
  {
    name: 'holds clocks whose times and offsets do not fit it',
    async run(catalog) {
      const last = String((1n << 64n) - 1n);
      const beyond = clockSegment(`-${last}`, { startTime: last, endTime: last });
      await filled(catalog, [
        drive.docked(),
        drive.chunk('r1', 0, { startTime: last, endTime: last }),
        drive.recording('r1', last, clock([beyond])),
      ]);
      const row = { utc_start_ns: null, utc_end_ns: null, clock_offset_ns: '0', clock_source: null };
      equal(await catalog.query(CHUNKS), [row], 'the chunk');
      const [segment] = await catalog.query('SELECT start_ns, offset_ns, applied FROM clocks');
      equal(segment, { start_ns: null, offset_ns: null, applied: false }, 'the segment');
    },
  },
];

function withStart(event: CatalogEvent, startTime: string): CatalogEvent {
  return event.type === 'recording' ? { ...event, recording: { ...event.recording, startTime } } : event;
}
