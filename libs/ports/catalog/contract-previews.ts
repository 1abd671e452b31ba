/** What every catalog must do with previews: show one a recording, and count nothing of them as a part of the drive. */
import type { ContractCase } from '../contract/index.ts';
import { chunkId, DriveBuilder, equal, hex, START_NS, timeText } from './contract-facts.ts';
import type { Catalog, SqlRow } from './index.ts';

const drive = new DriveBuilder('previewed');

async function filled(catalog: Catalog, events: Parameters<Catalog['append']>[0]): Promise<void> {
  await catalog.wipe();
  for (const event of events) await catalog.append([event]);
}

const previewsOf = (catalog: Catalog): Promise<readonly SqlRow[]> =>
  catalog.query('SELECT path, source_bytes, messages FROM previews ORDER BY path');

export const previewCases: readonly ContractCase<Catalog>[] = [
  {
    name: 'shows a preview with all that is known of it, before anything else of its drive',
    async run(catalog) {
      await filled(catalog, [drive.previewed('r1')]);
      const rows = await catalog.query(
        'SELECT drive_id, path, topics, CAST(start_ns AS STRING) AS start_text, frames, notes, object, bytes_stored, crc32c FROM previews',
      );
      const { drive: of } = drive;
      const object = drive.previewed('r1');
      equal(
        rows,
        [
          {
            drive_id: of.driveId,
            path: 'r1.mcap',
            topics: ['/camera', '/imu'],
            start_text: String(START_NS),
            frames: 4,
            notes: ['a note'],
            object: object.type === 'preview-object' ? object.object : '',
            bytes_stored: 500,
            crc32c: '01234567',
          },
        ],
        'previews',
      );
    },
  },
  {
    name: 'counts no message of a preview as one of its drive, and no preview as a chunk',
    async run(catalog) {
      const counts = async (): Promise<readonly string[][]> => {
        const views = [
          'drives',
          'recordings',
          'topics',
          'chunks',
          'recording_chunks',
          'chunk_topics',
          'coverage',
          'receipts',
        ];
        const rows: string[][] = [];
        for (const view of views)
          rows.push((await catalog.query(`SELECT * FROM ${view}`)).map((row) => JSON.stringify(row)).sort());
        return rows;
      };
      const events = [
        drive.docked(),
        drive.recording('r1'),
        drive.set('r1', 'active'),
        drive.channel('r1', 0, '/imu'),
        drive.chunk('r1', 0, { chunkId: chunkId('first'), topics: ['/imu'] }),
      ];
      await filled(catalog, events);
      const before = await counts();
      await catalog.append([drive.previewed('r1')]);
      equal(await counts(), before, 'all other views');
      equal((await previewsOf(catalog)).length, 1, 'previews');
    },
  },
  {
    name: 'shows one preview a recording, whatever comes twice, and that of the longest of its copies',
    async run(catalog) {
      const long = drive.previewed('r1', { sourceBytes: 2000, messages: 20 });
      const of = (events: Parameters<Catalog['append']>[0]) => filled(catalog, events).then(() => previewsOf(catalog));
      const wanted = [
        { path: 'r1.mcap', source_bytes: 2000, messages: 20 },
        { path: 'r2.mcap', source_bytes: 1000, messages: 9 },
      ];
      const [short, other] = [drive.previewed('r1'), drive.previewed('r2')];
      equal(await of([short, long, other, long]), wanted, 'the longer one later');
      equal(await of([other, long, short, short]), wanted, 'the longer one first');
      const elsewhere = new DriveBuilder('elsewhere').previewed('r1', { endTime: timeText(1) });
      equal((await of([short, elsewhere])).length, 2, 'of another drive');
      equal((await of([short, drive.previewed('r3', { headSha256: hex('head r1') })])).length, 1, 'with the same head');
    },
  },
];
