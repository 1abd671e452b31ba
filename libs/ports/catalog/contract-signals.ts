/** What every catalog must do with what was derived of chunks: show the newest of chunks that count, and the state of the vehicle. */
import type { CatalogEvent } from '@pitlane/contracts/catalog';
import type { SignalSeries } from '@pitlane/contracts/derivation';
import type { ContractCase } from '../contract/index.ts';
import { chunkId, DriveBuilder, equal, START_NS } from './contract-facts.ts';
import type { Catalog } from './index.ts';

const drive = new DriveBuilder('moved');
const MS = 1_000_000;

/** Samples at these milliseconds of the drive. */
function series(
  topic: string,
  signal: string,
  samples: Readonly<Record<number, number | string>>,
  rank = 0,
): SignalSeries {
  const times = Object.keys(samples).map(Number);
  const values = Object.values(samples);
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  return {
    topic,
    signal,
    rank,
    unit: signal.endsWith('mps') ? 'm/s' : '',
    startTime: String(START_NS + BigInt(first * MS)),
    endTime: String(START_NS + BigInt(last * MS)),
    offsetsNs: times.map((time) => (time - first) * MS),
    values: values.filter((value) => typeof value === 'number'),
    texts: values.filter((value) => typeof value === 'string'),
  };
}

function derived(
  chunk: string,
  signals: readonly SignalSeries[],
  version = 'one',
  faults: readonly string[] = [],
): CatalogEvent {
  const object = signals.length > 0 ? `v1/${chunk}.parquet` : null;
  const derivation = { deriver: 'signals', version, object, messages: 9, undecoded: faults.length, faults };
  return { type: 'derivation', drive: drive.drive, chunkId: chunkId(chunk), derivation, signals };
}

const landed = (...names: readonly string[]): CatalogEvent[] => [
  drive.docked(),
  ...names.map((name, ordinal) => drive.chunk('r1', ordinal, { chunkId: chunkId(name) })),
];

async function filled(catalog: Catalog, events: readonly CatalogEvent[]): Promise<void> {
  await catalog.wipe();
  await catalog.append(events);
  // What comes twice changes nothing.
  await catalog.append(events);
}

const SIGNALS = `SELECT topic, signal, CAST(time_ns AS STRING) AS time_text, value * 2 AS halves, text, unit FROM signals
  ORDER BY topic, signal, time_ns`;
const at = (ms: number): string => String(START_NS + BigInt(ms * MS));

export const signalCases: readonly ContractCase<Catalog>[] = [
  {
    name: 'shows samples of signals with whole times, numbers and words',
    async run(catalog) {
      const signals = [
        series('/state', 'speed_mps', { 5: 0.5, 105: -3 }),
        series('/state', 'gear', { 5: 'P', 305: 'D' }),
      ];
      await filled(catalog, [...landed('one'), derived('one', signals, 'one', ['"süd" fehlt'])]);
      const gear = { topic: '/state', signal: 'gear', halves: null, unit: '' };
      const speed = { topic: '/state', signal: 'speed_mps', text: null, unit: 'm/s' };
      equal(
        await catalog.query(SIGNALS),
        [
          { ...gear, time_text: at(5), text: 'P' },
          { ...gear, time_text: at(305), text: 'D' },
          { ...speed, time_text: at(5), halves: 1 },
          { ...speed, time_text: at(105), halves: -6 },
        ],
        'samples',
      );
      equal(
        await catalog.query('SELECT deriver, version, object, messages, undecoded, faults FROM derivations'),
        [
          {
            deriver: 'signals',
            version: 'one',
            object: 'v1/one.parquet',
            messages: 9,
            undecoded: 1,
            faults: ['"süd" fehlt'],
          },
        ],
        'derivations',
      );
    },
  },
  {
    name: 'shows what was derived last of a chunk, and nothing of chunks that do not count',
    async run(catalog) {
      const events = [
        ...landed('one', 'two'),
        derived('one', [series('/state', 'speed_mps', { 0: 1, 100: 2 }), series('/state', 'rain', { 0: 1 })]),
        derived('two', [series('/state', 'speed_mps', { 200: 3 })]),
        derived('nowhere', [series('/state', 'speed_mps', { 300: 4 })]),
        derived('one', [series('/state', 'speed_mps', { 50: 5 })], 'two'),
        derived('two', [], 'two'),
      ];
      await filled(catalog, events);
      equal(await catalog.query('SELECT signal, value FROM signals'), [{ signal: 'speed_mps', value: 5 }], 'samples');
      await catalog.append([drive.recording('r1'), drive.state('r1', 'indexed'), drive.set('r1', 'active')]);
      equal(await catalog.query('SELECT COUNT(*) AS n FROM derivations'), [{ n: 2 }], 'of a drive that is indexed');
      await catalog.append([drive.set('r1', 'superseded', 'r2')]);
      equal(await catalog.query('SELECT COUNT(*) AS n FROM signals'), [{ n: 0 }], 'of a copy that stepped back');
      equal(await catalog.query('SELECT COUNT(*) AS n FROM derivations'), [{ n: 0 }], 'derivations of a copy');
    },
  },
  {
    name: 'gives the state of a vehicle every 100 ms, from the topic that goes before others, for 1 s at most',
    async run(catalog) {
      const signals = [
        series('/state', 'speed_mps', { 0: 10, 110: 11, 2000: 12 }),
        series('/gps', 'speed_mps', { 50: 90, 950: 91, 1250: 92 }, 3),
        series('/state', 'gear', { 20: 'D' }),
        series('/own', 'something', { 400: 7 }),
      ];
      await filled(catalog, [...landed('one'), derived('one', signals)]);
      const rows = await catalog.query(
        'SELECT CAST(time_ns AS STRING) AS time_text, speed_mps, gear, rain FROM vehicle_states ORDER BY time_ns',
      );
      const row = (ms: number, speed: number, gear: string | null) => ({
        time_text: at(ms),
        speed_mps: speed,
        gear,
        rain: null,
      });
      equal(
        rows,
        [row(0, 10, 'D'), row(100, 11, 'D'), row(900, 91, 'D'), row(1200, 92, null), row(2000, 12, null)],
        'states',
      );
    },
  },
];
