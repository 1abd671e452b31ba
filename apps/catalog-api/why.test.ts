import type { DriveId } from '@pitlane/contracts/identity';
import type { SqlRow } from '@pitlane/ports/catalog';
import { expect, it } from 'vitest';
import { NO_GARAGE, whyLines } from './why.ts';

const RECORDINGS = [
  { recording_id: `abcdef01${'1'.repeat(56)}`, path: 'a/log.mcap', drive_id: 'd1' },
  { recording_id: `abcdef01${'2'.repeat(56)}`, path: 'log.mcap', drive_id: 'd1' },
  { recording_id: `99999999${'3'.repeat(56)}`, path: 'other.mcap', drive_id: 'd2' },
];
const garage = {
  why: async (id: string) => (RECORDINGS.some((one) => one.recording_id === id) ? [`garage: ${id}`] : []),
  docks: async () => [{ path: '/media/disk', driveIds: ['d1' as DriveId] }],
};
const catalog = {
  async query(sql: string, [first, drive]: readonly string[] = []): Promise<SqlRow[]> {
    const rows = RECORDINGS.filter(({ recording_id: id, path, drive_id: of }) => {
      if (sql.includes('starts_with(recording_id')) return id.startsWith(first ?? ' ');
      return sql.includes('path = ?') && path === first && (drive === undefined || drive === of);
    });
    return rows.map((row) => ({ ...row, id: row.recording_id, kind: 'recording' }));
  },
};
const store = { async *list() {} };
const parts = { catalog, store } as unknown as Parameters<typeof whyLines>[2];

it('takes the beginning of an id, from 8 digits on, and the path of a log as the longest end that is one', async () => {
  const [first, second, third] = RECORDINGS.map(({ recording_id: id }) => `garage: ${id}`);
  expect(await whyLines('99999999', garage, parts)).toEqual([third]);
  expect(await whyLines('abcdef0111', garage, parts)).toEqual([first]);
  expect(await whyLines('/media/disk/a/log.mcap', garage, parts)).toEqual([first]);
  expect(await whyLines('/media/disk/sub/log.mcap', garage, parts)).toEqual([second]);
  expect(await whyLines('other.mcap', garage, parts)).toEqual([third]);
});

it('lists what a beginning may mean, and knows nothing of shorter ones or of other folders', async () => {
  const lines = await whyLines('abcdef01', garage, parts);
  expect(lines[0]).toContain('may be 2 things');
  expect(lines[1]).toContain(`recording ${RECORDINGS[0]?.recording_id}, a/log.mcap of d1`);
  expect(lines).toHaveLength(3);
  for (const nothing of ['9999999', '/media', '/elsewhere/log.mcap', 'xyzxyzxyz']) {
    await expect(whyLines(nothing, garage, parts)).rejects.toMatchObject({
      code: 'not-found',
    });
  }
});

it('answers from the catalog alone where no garage is at hand, and blames none', async () => {
  const row = { topic: '/imu', drive_id: 'd1', messages: 3, bytes: 7 };
  const query = async (sql: string): Promise<SqlRow[]> => (sql.includes('topic = ?') ? [row] : []);
  expect(await whyLines('/imu', NO_GARAGE, { ...parts, catalog: { query } })).toEqual([
    'catalog: /imu in d1: 3 messages, 7 B',
  ]);
  await expect(whyLines('nothing', NO_GARAGE, parts)).rejects.toThrow(/^the catalog does not know "nothing"/);
});
