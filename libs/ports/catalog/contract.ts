/**
 * What every catalog keeps, as cases: each wipes the catalog first and leaves it to the next. They run over each adapter
 * in its tests, and by `pitlane doctor` over an empty catalog of a customer's. Nothing here knows an engine.
 */
import { isPitlaneError } from '@pitlane/base/errors';
import type { CatalogEvent } from '@pitlane/contracts/catalog';
import { VIEWS } from '@pitlane/contracts/catalog';
import type { ContractCase } from '../contract/index.ts';
import { clockCases } from './contract-clocks.ts';
import { coverageCases } from './contract-coverage.ts';
import { datasetCases } from './contract-datasets.ts';
import { previewCases } from './contract-previews.ts';
import { signalCases } from './contract-signals.ts';
import { trackCases } from './contract-tracks.ts';
import { verdictCases } from './contract-verdicts.ts';
import { matrixCases } from './contract-matrix.ts';
import { freshnessCases } from './contract-freshness.ts';
import { noteCases } from './contract-notes.ts';
import { chunkId, DriveBuilder, equal, recordingId, timeText } from './contract-facts.ts';
import type { Catalog, SqlRow } from './index.ts';

const drive = new DriveBuilder('drive-a');

/** Two recordings, the second a copy of the first, each with two chunks that are the same objects. */
const shared = [chunkId('shared 0'), chunkId('shared 1')] as const;
const copied = (name: string): CatalogEvent[] =>
  shared.map((id, ordinal) => drive.chunk(name, ordinal, { chunkId: id, topics: ['/imu', '/gps'] }));

const wholeDrive = (): CatalogEvent[] => [
  drive.docked(),
  drive.preview('r1'),
  drive.previewed('r1'),
  drive.state('r1', 'staged'),
  drive.recording('r1'),
  drive.set('r1', 'active'),
  drive.channel('r1', 0, '/imu'),
  drive.channel('r1', 1, '/gps', 'Fix'),
  ...copied('r1'),
  drive.loss('r1'),
  drive.state('r1', 'indexed'),
  drive.receipt(['r1']),
];

/** All rows of all views as text, sorted, so that order does not matter. */
async function everything(catalog: Catalog): Promise<Record<string, string[]>> {
  const views: Record<string, string[]> = {};
  for (const { name } of VIEWS) {
    const rows = await catalog.query(`SELECT * FROM ${name}`);
    views[name] = rows.map((row) => JSON.stringify(row)).sort();
  }
  return views;
}

async function only(catalog: Catalog, sql: string): Promise<SqlRow> {
  const rows = await catalog.query(sql);
  equal(rows.length, 1, `rows of ${sql}`);
  return rows[0] as SqlRow;
}

async function filled(catalog: Catalog, events: readonly CatalogEvent[]): Promise<void> {
  await catalog.wipe();
  await catalog.append(events);
}

async function failsWith(code: 'refused' | 'bad-usage', work: Promise<unknown>, what: string): Promise<void> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  equal(isPitlaneError(error) ? error.code : String(error), code, what);
}

const rowCases: readonly ContractCase<Catalog>[] = [
  {
    name: 'shows every column of every view, and nothing in an empty catalog',
    async run(catalog) {
      await filled(catalog, []);
      for (const { name, columns } of VIEWS) {
        const names = columns.map((column) => column.name);
        equal(await catalog.query(`SELECT ${names.join(', ')} FROM ${name}`), [], name);
      }
    },
  },
  {
    name: 'changes no view when every event comes twice',
    async run(catalog) {
      await filled(catalog, wholeDrive());
      const once = await everything(catalog);
      await catalog.append(wholeDrive());
      equal(await everything(catalog), once, 'the views after the second time');
    },
  },
  {
    name: 'gives the same rows after it was wiped and filled again',
    async run(catalog) {
      await filled(catalog, wholeDrive());
      const before = await everything(catalog);
      await catalog.wipe();
      equal(await catalog.query('SELECT * FROM drives'), [], 'drives after the wipe');
      for (const event of wholeDrive()) await catalog.append([event]);
      equal(await everything(catalog), before, 'the views after one event at a time');
    },
  },
  {
    name: 'shows the newest event of a key',
    async run(catalog) {
      await filled(catalog, [
        drive.docked(),
        drive.preview('r1'),
        drive.preview('r1', { messages: 7, path: 'b.mcap' }),
      ]);
      const row = await only(catalog, 'SELECT path, messages, format, state FROM recordings');
      equal(row, { path: 'b.mcap', messages: 7, format: 'mcap', state: 'docked' }, 'the recording');
      await catalog.append([drive.chunk('r1', 0), drive.chunk('r1', 0, { chunkId: chunkId('other plan') })]);
      equal(await catalog.query('SELECT chunk_id FROM chunks'), [{ chunk_id: chunkId('other plan') }], 'chunks');
      equal(await catalog.query('SELECT chunk_id FROM chunk_topics'), [{ chunk_id: chunkId('other plan') }], 'topics');
    },
  },
  {
    name: 'takes size, checksum and generation of a chunk from the store, and sums a drive up',
    async run(catalog) {
      await filled(catalog, wholeDrive());
      const sql = `SELECT bytes_stored, crc32c, generation, topics, part, state, window_ns FROM chunks
        WHERE chunk_id = '${shared[0]}'`;
      const expected = {
        bytes_stored: 400,
        crc32c: '0badcafe',
        generation: '1700000000000001',
        topics: ['/gps', '/imu'],
      };
      equal(await only(catalog, sql), { ...expected, part: 0, state: 'indexed', window_ns: timeText(0) }, 'the chunk');
      const drives = `SELECT chunks, messages, bytes_in, bytes_landed, bytes_lost, recordings, garages, labels,
        start_ns, start_time, partition_day, docked_at, time_quality FROM drives`;
      equal(
        await only(catalog, drives),
        {
          chunks: 2,
          messages: 400,
          bytes_in: 1000,
          bytes_landed: 800,
          bytes_lost: 100,
          recordings: 1,
          garages: ['north'],
          labels: '{"software":"1.2"}',
          start_ns: timeText(0),
          start_time: '2018-07-24T03:28:00Z',
          partition_day: '2018-07-24',
          docked_at: '2018-07-24T11:00:00Z',
          time_quality: 'good',
        },
        'the drive',
      );
    },
  },
  {
    name: 'keeps drives of one name in two tenants apart, and binds parameters',
    async run(catalog) {
      const other = new DriveBuilder('drive-a', { tenant: 'beta' });
      await filled(catalog, [...wholeDrive(), other.docked(), other.preview('r1'), other.chunk('r1', 0)]);
      const counts = await catalog.query('SELECT tenant, chunks FROM drives WHERE drive_id = ? ORDER BY tenant', [
        'drive-a',
      ]);
      equal(
        counts,
        [
          { tenant: 'acme', chunks: 2 },
          { tenant: 'beta', chunks: 1 },
        ],
        'chunks by tenant',
      );
    },
  },
];

const setCases: readonly ContractCase<Catalog>[] = [
  {
    name: 'hides chunk sets that are pending or superseded, and shows them when they become active',
    async run(catalog) {
      const hidden = ['chunks', 'chunk_topics', 'topics', 'coverage', 'losses'];
      for (const state of ['pending', 'superseded'] as const) {
        const set = drive.set('r1', state, state === 'superseded' ? 'r2' : null);
        await filled(catalog, [drive.docked(), drive.recording('r1'), drive.chunk('r1', 0), drive.loss('r1'), set]);
        for (const view of hidden) equal(await catalog.query(`SELECT * FROM ${view}`), [], `${view} of a ${state} set`);
        const row = await only(catalog, 'SELECT set_state, superseded_by FROM recordings');
        equal(row, { set_state: state, superseded_by: state === 'superseded' ? recordingId('r2') : null }, 'recording');
        await catalog.append([drive.set('r1', 'active')]);
        for (const view of hidden) equal((await catalog.query(`SELECT 1 FROM ${view}`)).length > 0, true, view);
      }
    },
  },
  {
    name: 'keeps a settled chunk set as it is when the same recording is announced as pending again',
    async run(catalog) {
      for (const state of ['active', 'superseded'] as const) {
        await filled(catalog, [
          drive.docked(),
          drive.recording('r1'),
          drive.set('r1', state),
          drive.set('r1', 'pending'),
        ]);
        equal(await only(catalog, 'SELECT set_state FROM recordings'), { set_state: state }, 'the set state');
      }
    },
  },
  {
    name: 'lists what a recording was cut into, whether its chunk set is shown or not',
    async run(catalog) {
      const chunks = [drive.chunk('r1', 0), drive.chunk('r1', 1), drive.chunk('r1', 2), drive.chunk('r1', 1)];
      for (const state of ['pending', 'active', 'superseded'] as const) {
        await filled(catalog, [drive.docked(), drive.recording('r1'), ...chunks, drive.set('r1', state)]);
        const rows = await catalog.query(
          'SELECT ordinal, set_state FROM recording_chunks WHERE recording_id = ? AND ordinal >= ? ORDER BY ordinal',
          [recordingId('r1'), 0],
        );
        equal(
          rows,
          [0, 1].map((ordinal) => ({ ordinal, set_state: state })),
          `chunks of a ${state} set`,
        );
      }
    },
  },
  {
    name: 'hides chunks past the count of the closed recording, which come from a cut that was given up',
    async run(catalog) {
      await filled(catalog, [drive.docked(), ...[0, 1, 2].map((ordinal) => drive.chunk('r1', ordinal))]);
      equal((await catalog.query('SELECT 1 FROM chunks')).length, 3, 'chunks before the recording is closed');
      await catalog.append([drive.recording('r1')]);
      const left = await catalog.query('SELECT ordinal FROM chunk_topics ORDER BY ordinal');
      equal(left, [{ ordinal: 0 }, { ordinal: 1 }], 'ordinals of a recording of two chunks');
      equal((await catalog.query('SELECT 1 FROM chunks')).length, 2, 'chunks');
      equal((await only(catalog, 'SELECT chunks, messages FROM drives'))['messages'], 200, 'messages of the drive');
    },
  },
  {
    name: 'shows a chunk of two active recordings once and counts its messages once',
    async run(catalog) {
      const channels = ['r1', 'r2'].flatMap((name) => [drive.channel(name, 0, '/imu'), drive.channel(name, 1, '/gps')]);
      const recordings = [drive.recording('r1'), drive.recording('r2'), ...channels];
      await filled(catalog, [drive.docked(), ...recordings, ...copied('r1'), ...copied('r2')]);
      const rows = await catalog.query('SELECT recording_ids FROM chunks');
      const both = [recordingId('r1'), recordingId('r2')].sort();
      equal(rows, [{ recording_ids: both }, { recording_ids: both }], 'chunks');
      equal(
        await only(catalog, 'SELECT chunks, messages, recordings FROM drives'),
        { chunks: 2, messages: 400, recordings: 2 },
        'drive',
      );
      const topic = await only(catalog, "SELECT messages, bytes, channels FROM topics WHERE topic = '/imu'");
      equal(topic, { messages: 200, bytes: 2000, channels: 2 }, 'topic');
      equal((await catalog.query('SELECT 1 FROM chunk_topics')).length, 8, 'rows of chunk_topics');
      const first = { recording_id: both[0] };
      for (const again of ['r1', 'r2'] as const) {
        await catalog.append(copied(again));
        const shown = await catalog.query('SELECT recording_id FROM chunks_on_utc');
        equal(shown, [first, first], `recordings of chunks on UTC, when those of ${again} were told last`);
      }
      await catalog.append([drive.set('r1', 'superseded', 'r2')]);
      const left = await only(catalog, 'SELECT chunks, messages, recordings FROM drives');
      equal(left, { chunks: 2, messages: 400, recordings: 1 }, 'drive after one is superseded');
      const ids = await catalog.query('SELECT recording_ids FROM chunks');
      const one = { recording_ids: [recordingId('r2')] };
      equal(ids, [one, one], 'recordings of the chunks');
    },
  },
  {
    name: 'raises states, lets only shipped go back to chunked, and gives a drive its lowest',
    async run(catalog) {
      await filled(catalog, [drive.docked(), drive.preview('r1'), drive.preview('r2'), drive.state('r2', 'landed')]);
      const state = async (): Promise<unknown> =>
        (await only(catalog, `SELECT state FROM recordings WHERE recording_id = '${recordingId('r1')}'`))['state'];
      const steps = [
        ['staged', 'staged'],
        ['chunked', 'chunked'],
        ['shipped', 'shipped'],
        ['chunked', 'chunked'],
        ['shipped', 'shipped'],
        ['staged', 'shipped'],
        ['landed', 'landed'],
        ['chunked', 'landed'],
      ] as const;
      for (const [event, expected] of steps) {
        await catalog.append([drive.state('r1', event)]);
        equal(await state(), expected, `the state after ${event}`);
      }
      await catalog.append([drive.state('r1', 'indexed'), drive.preview('r1'), drive.recording('r1')]);
      equal(await state(), 'indexed', 'the state after a late preview');
      equal((await only(catalog, 'SELECT state FROM drives'))['state'], 'landed', 'the state of the drive');
      await catalog.append([drive.set('r2', 'superseded', 'r1')]);
      equal((await only(catalog, 'SELECT state FROM drives'))['state'], 'indexed', 'the drive without the superseded');
      await catalog.append([drive.receipt(['r1'])]);
      equal(await state(), 'receipted', 'the state after the receipt');
    },
  },
  {
    name: 'shows receipts and gives a drive its newest, in whatever order they come',
    async run(catalog) {
      const later = drive.receipt(['r2', 'r1'], '2018-07-25T12:00:00Z');
      await filled(catalog, [drive.docked(), drive.recording('r1'), later, drive.receipt(['r1'])]);
      const rows = await catalog.query(
        'SELECT signed_at, recording_ids, chunks, bytes_stored FROM receipts ORDER BY signed_at',
      );
      const both = [recordingId('r1'), recordingId('r2')].sort();
      equal(
        rows,
        [
          { signed_at: '2018-07-24T12:00:00.5Z', recording_ids: [recordingId('r1')], chunks: 2, bytes_stored: 800 },
          { signed_at: '2018-07-25T12:00:00Z', recording_ids: both, chunks: 2, bytes_stored: 800 },
        ],
        'receipts',
      );
      const newest = later.type === 'receipt' ? later.receipt.receiptId : '';
      equal(await only(catalog, 'SELECT receipt_id FROM drives'), { receipt_id: newest }, 'the receipt of the drive');
    },
  },
];

const caps = { rowsMax: 3, timeoutMs: 60_000, bytesMax: 1_000_000 };
const sandboxCases: readonly ContractCase<Catalog>[] = [
  {
    name: "answers a person's SELECT, cuts rows off at the cap and says so",
    async run(catalog) {
      await filled(catalog, wholeDrive());
      const result = await catalog.sandboxed('SELECT chunk_id, start_ns, messages FROM chunk_topics ORDER BY 1', caps);
      equal([result.rows.length, result.truncated], [3, true], 'rows and cut');
      equal(
        result.columns.map((column) => column.name),
        ['chunk_id', 'start_ns', 'messages'],
        'columns',
      );
      equal(typeof result.rows[0]?.['start_ns'], 'string', 'the type of a time');
      equal(typeof result.rows[0]?.['messages'], 'number', 'the type of a count');
      equal((await catalog.sandboxed('SELECT * FROM chunks', caps)).truncated, false, 'cut below the cap');
    },
  },
  {
    name: 'refuses writes and everything beside the views, and explains SQL that does not bind',
    async run(catalog) {
      await filled(catalog, wholeDrive());
      const writes = ['DELETE FROM drives', 'DROP VIEW drives', 'CREATE TABLE t (a INT64)', 'SELECT 1; SELECT 2'];
      for (const sql of writes) await failsWith('refused', catalog.sandboxed(sql, caps), sql);
      await failsWith('bad-usage', catalog.sandboxed('SELEC 1', caps), 'a word misspelt');
      await failsWith('bad-usage', catalog.sandboxed('SELECT nosuch FROM drives', caps), 'an unknown column');
      equal((await catalog.query('SELECT 1 FROM drives')).length, 1, 'drives afterwards');
    },
  },
  {
    name: 'estimates only what it would run',
    async run(catalog) {
      await filled(catalog, wholeDrive());
      await failsWith('refused', catalog.estimate('DELETE FROM drives'), 'a write');
      await failsWith('bad-usage', catalog.estimate('SELECT nosuch FROM drives'), 'an unknown column');
      equal((await catalog.query('SELECT 1 FROM drives')).length, 1, 'drives afterwards');
    },
  },
];

export const catalogContract: readonly ContractCase<Catalog>[] = [
  ...rowCases,
  ...setCases,
  ...coverageCases,
  ...signalCases,
  ...trackCases,
  ...verdictCases,
  ...datasetCases,
  ...previewCases,
  ...clockCases,
  ...freshnessCases,
  ...noteCases,
  ...matrixCases,
  ...sandboxCases,
];
