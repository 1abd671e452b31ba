/** What is found of the clocks of real logs, where they are at hand. Facts by pyulog, gpxpy and the rosbags reader. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { formatNamed } from '@pitlane/formats/all';
import { DEFAULT_READ_LIMITS } from '@pitlane/formats/recording';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../../test/support/byte-source.ts';
import { testDecompressors } from '../../../../test/support/decompressors.ts';
import { requireData } from '../../../../test/support/requires.ts';
import { ClockObserver, type ClockReport } from './index.ts';

const data = requireData();
const DOCKED_AT_MS = Date.parse('2026-07-02T12:00:00Z');

async function reportOf(format: string, file: string): Promise<ClockReport> {
  const observer = new ClockObserver(DOCKED_AT_MS);
  const source = memorySource(new Uint8Array(readFileSync(path.join(data ?? '', file))));
  const tools = { decompressors: await testDecompressors(), limits: DEFAULT_READ_LIMITS };
  for await (const batch of formatNamed(format)?.read(source, tools) ?? []) observer.take(batch);
  return observer.finish();
}

const FACTS = [
  ['ulog', 'ulog/sample_log_small.ulg', [['gnss', 'good', true, '2021-04-21']]],
  ['ulog', 'ulog/sample_px4_events.ulg', [['gnss', 'good', false, '']]],
  ['ulog', 'ulog/sample.ulg', [['docking', 'bound', true, '']]],
  [
    'openpilot',
    'openpilot/a2a0ccea32023010/2023-07-27--13-01-19--0/qlog.bz2',
    [['reference', 'good', true, '2023-07-27T20:01:21.5']],
  ],
  ['rosbag1', 'bag/tilt_laser.bag', [['fix', 'rough', false, '']]],
  ['gpx', 'gps/cerknicko-jezero.gpx', [['gnss', 'good', false, '']]],
  [
    'gpx',
    'gps/korita-zbevnica.gpx',
    [
      ['step', 'rough', true, ''],
      ['gnss', 'good', false, ''],
    ],
  ],
  ['mcap', 'mcap/crate-uncompressed.mcap', [['log', 'unchecked', false, '']]],
  ['candump', 'can/candump.log', [['docking', 'bound', true, '']]],
] as const;

describe.skipIf(data === undefined)('the clock of a real log', () => {
  it.each(FACTS)('%s %s', async (format, file, expected) => {
    const { facts } = await reportOf(format, file);
    expect(facts?.segments.map(({ source, quality, applied }) => [source, quality, applied])).toEqual(
      expected.map(([source, quality, applied]) => [source, quality, applied]),
    );
    expect(facts?.segments[0]?.text).toContain(expected[0][3]);
  });

  it('is the recorder, and the simulated laser counts from its own start', async () => {
    const { facts } = await reportOf('rosbag2', 'rosbag2/test_bag/test_bag_0.db3');
    expect(facts?.segments).toMatchObject([{ source: 'log', applied: false }]);
    expect(facts?.skews.map(({ topic }) => topic)).toEqual(['/scan']);
  });
});
