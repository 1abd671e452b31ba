import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crc32 } from '@node-rs/crc32';
import { loadDecompressors } from '@pitlane/compressor-zstd';
import { sha256Of } from '@pitlane/contracts/identity';
import { partsNote, twinNote } from '@pitlane/contracts/manifest';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { linesByTopic } from '../../../../test/support/foreign-mcap.ts';
import {
  type GivenChannel,
  type GivenMessage,
  LandedDrive,
  plainCompressor,
} from '../../../../test/support/landed-drive.ts';
import { planRestore, type RestorePlan, runRestore } from '../index.ts';
import { distinctPaths, safeParts } from './safe-path.ts';

const decompressors = await loadDecompressors();
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pitlane-restore-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function restored(drive: LandedDrive, outputFolder = path.join(folder, 'out')) {
  const plan = JSON.parse(JSON.stringify(await planRestore(drive.catalog, drive.key))) as RestorePlan;
  const result = await runRestore(plan, {
    store: drive.store,
    decompressors,
    crc32: (bytes, previous) => crc32(bytes, previous) >>> 0,
    compressor: plainCompressor,
    outputFolder,
  });
  return { ...result, files: result.files.map((file) => ({ ...file, path: path.relative(outputFolder, file.path) })) };
}

async function filesBelow(root: string): Promise<string[]> {
  return (await readdir(root, { recursive: true, withFileTypes: true }))
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .sort();
}

const CHANNELS: readonly GivenChannel[] = [
  { topic: '/imu', messageEncoding: 'cdr', schema: { name: 'Imu', encoding: 'ros2msg', data: Buffer.from('#') } },
  { topic: '/cam', group: '/cam' },
  { topic: '/leaves' },
];

describe('a restore', () => {
  it('gives an opaque file back byte for byte, where its bytes repeat too', async () => {
    const drive = new LandedDrive({ chunkMessages: 5 });
    const bytes = Buffer.alloc(23_456, 7);
    bytes.write('the end', 23_000);
    await drive.add({ path: 'logs/notes.bin', opaque: bytes });
    await drive.add({ path: 'empty-folder/other.bin', opaque: Buffer.from('other') });
    const { files, faults } = await restored(drive);
    expect(files).toEqual([
      { path: 'empty-folder/other.bin', bytes: 5, exact: true },
      { path: 'logs/notes.bin', bytes: 23_456, exact: true },
    ]);
    expect(faults).toEqual([]);
    expect(bytes.equals(await readFile(path.join(folder, 'out/logs/notes.bin')))).toBe(true);
  });

  it('gives a log back with every channel in the order of its digest', async () => {
    const message = fc
      .record({ channel: fc.nat(2), second: fc.nat(200), sequence: fc.nat(1000) })
      .map(({ channel, second, sequence }): GivenMessage => {
        // The third topic leaves the shared group on the way.
        const group = channel === 2 && sequence > 300 ? { group: '/leaves' } : {};
        return {
          channel,
          logTimeNs: BigInt(second) * 1_000_000_000n,
          sequence,
          data: Buffer.from(`${sequence}`),
          ...group,
        };
      });
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 150 }), async (given) => {
        const shared = given.filter(({ group }) => group === undefined);
        const messages = [...shared, ...given.filter(({ group }) => group !== undefined)];
        const drive = new LandedDrive({ chunkMessages: 20, innerMessages: 4 });
        await drive.add({ path: 'drive.bag', format: 'rosbag1', channels: CHANNELS, messages });
        runs += 1;
        const out = path.join(folder, `run-${runs}`);
        const { files, faults } = await restored(drive, out);
        expect(files).toMatchObject([{ path: 'drive.bag.mcap', exact: false }]);
        expect(faults).toEqual([]);
        const lines = await linesByTopic(path.join(out, 'drive.bag.mcap'), decompressors);
        for (const [channel, { topic }] of CHANNELS.entries()) {
          const own = messages
            .filter((one) => one.channel === channel)
            .map(({ logTimeNs, sequence }) => `${logTimeNs} ${sequence}`);
          expect([...(lines.get(topic) ?? [])].sort()).toEqual([...own].sort());
        }
      }),
      { numRuns: 30, seed: 3 },
    );
  });

  it('writes equal files at every path where they lay, and gives a converted log way to a file of its name', async () => {
    const drive = new LandedDrive();
    const messages = [{ channel: 0, logTimeNs: 1n, sequence: 1, data: Buffer.from('x') }];
    const log = await drive.add({
      path: 'one.bag',
      format: 'rosbag1',
      channels: CHANNELS,
      messages,
      notes: [twinNote('x.bag'), 'no index'],
    });
    await drive.add({ path: 'sub/copy.txt', opaque: Buffer.from('text'), notes: [twinNote('x.bag.mcap')] });
    const { files, faults } = await restored(drive);
    expect(faults).toEqual([]);
    const other = `x.bag~${log.slice(0, 8)}.mcap`;
    expect(files.map(({ path: name, exact }) => [name, exact])).toEqual([
      ['one.bag.mcap', false],
      [other, false],
      ['sub/copy.txt', true],
      ['x.bag.mcap', true],
    ]);
    expect(files.map(({ renamed }) => renamed)).toEqual([
      undefined,
      `${other} is converted: the name x.bag.mcap is that of a file of its own`,
      undefined,
      undefined,
    ]);
    const [one, two] = ['one.bag.mcap', other].map((name) => path.join(folder, 'out', name));
    expect((await readFile(one as string)).equals(await readFile(two as string))).toBe(true);
    expect(await readFile(path.join(folder, 'out/x.bag.mcap'), 'utf8')).toBe('text');
  });

  it('converts an MCAP file whose messages were compressed one by one, and keeps the name for what lay there', async () => {
    const drive = new LandedDrive();
    const messages = [{ channel: 0, logTimeNs: 1n, sequence: 1, data: Buffer.from('x') }];
    const notes = ['its messages were compressed one by one with zstd: they stand here as they were before'];
    await drive.add({ path: 'bag/a.mcap', format: 'mcap', channels: CHANNELS, messages, notes });
    await drive.add({ path: 'bag/b.mcap', format: 'mcap', channels: CHANNELS, messages });
    const { files } = await restored(drive);
    expect(files.map(({ path: name, exact }) => [name, exact])).toEqual([
      ['bag/a.mcap.mcap', false],
      ['bag/b.mcap', false],
    ]);
  });

  it('holds the bytes of a file that was read together with others to its own SHA-256', async () => {
    const bytes = Buffer.from('a database that landed byte for byte after all');
    for (const [content, exact] of [
      [bytes, true],
      [Buffer.from('another'), false],
    ] as const) {
      const drive = new LandedDrive();
      const notes = [partsNote(['bag.db3-wal'], sha256Of(content))];
      await drive.add({ path: 'bag.db3', opaque: bytes, recordingId: 'ab'.repeat(32), notes });
      const { files } = await restored(drive, path.join(folder, String(exact)));
      expect(files.map((file) => file.exact)).toEqual([exact]);
    }
  });

  it('says so when the messages do not give the digest of the catalog', async () => {
    const drive = new LandedDrive();
    const messages = [{ channel: 0, logTimeNs: 1n, sequence: 1, data: Buffer.from('x') }];
    await drive.add({ path: 'drive.mcap', channels: CHANNELS, messages });
    drive.views['channels'] = drive.rows('channels').map((row) => ({ ...row, digest: '00' }));
    const { files, faults } = await restored(drive);
    expect(files).toHaveLength(1);
    expect(faults.join('\n')).toMatch(/drive\.mcap: \/imu: its messages do not give the digest/);
  });

  it('writes the unread ranges beside the log', async () => {
    const drive = new LandedDrive({ sliceBytes: 10, chunkMessages: 3 });
    const unread = [
      { offset: 100, data: Buffer.from('the first range that could not be read') },
      { offset: 900, data: Buffer.from('and the second one') },
    ];
    const messages = [{ channel: 0, logTimeNs: 1n, sequence: 1, data: Buffer.from('x') }];
    await drive.add({ path: 'drive.mcap', channels: CHANNELS, messages, unread });
    const { files } = await restored(drive);
    expect(files.slice(1)).toEqual([
      { path: 'drive.mcap.unread/100-38.bin', bytes: 38, exact: true },
      { path: 'drive.mcap.unread/900-18.bin', bytes: 18, exact: true },
    ]);
    expect(await readFile(path.join(folder, 'out/drive.mcap.unread/900-18.bin'), 'utf8')).toBe('and the second one');
  });
});

describe('the paths of a restore', () => {
  it('stay below the output folder, whatever a recording calls itself', async () => {
    const drive = new LandedDrive();
    const labels = [
      '../../escape.bin',
      '/etc/passwd',
      'a/../../b',
      'C:\\windows\\x',
      '..',
      '',
      'nul',
      'a\u0000b',
      '.',
      'x'.repeat(5000),
    ];
    for (const [i, label] of labels.entries()) await drive.add({ path: label, opaque: Buffer.from(`file ${i}`) });
    const { files } = await restored(drive);
    expect(files.every(({ exact }) => exact)).toBe(true);
    expect(await filesBelow(folder)).toHaveLength(labels.length);
    expect(new Set(await filesBelow(path.join(folder, 'out')))).toEqual(new Set(files.map((file) => file.path)));
  });

  it('are harmless for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (label) => {
        const resolved = path.resolve('/out', ...safeParts(label));
        expect(resolved.startsWith('/out/')).toBe(true);
        expect(resolved).not.toContain('\u0000');
      }),
      { seed: 4 },
    );
  });

  it('keep what is a legal name here, and say what a file was called where it cannot be', async () => {
    expect(safeParts('CON/a\'b"c?.log', 'linux')).toEqual(['CON', 'a\'b"c?.log']);
    expect(safeParts('CON\\a:b"c. ', 'win32')).toEqual(['_CON', 'a_b_c__']);
    expect(safeParts('../a\\b/./c\u0000d/...', 'linux')).toEqual(['__', 'a\\b', 'c_d', '...']);
    const drive = new LandedDrive();
    await drive.add({ path: 'bad\u0001name.bin', opaque: Buffer.from('one') });
    await drive.add({ path: 'good.bin', opaque: Buffer.from('two') });
    const { files } = await restored(drive);
    expect(files.map(({ originalPath }) => originalPath)).toEqual(['bad\u0001name.bin', undefined]);
  });

  it('differ for recordings that share one, or where one is a folder of the other', () => {
    const paths = distinctPaths(
      ['a', 'A', 'a/b', 'a/b', 'x/y', 'x'].map((label, i) => ({ label, id: `${i}`.repeat(64) })),
    );
    expect(new Set(paths.map((one) => one.toLowerCase())).size).toBe(6);
    expect(paths).toEqual(['a', 'A~11111111', 'a~22222222/b', 'a~33333333/b', 'x/y', 'x~55555555']);
  });

  it('never lead through a link, and never onto other content', async () => {
    const drive = new LandedDrive();
    await drive.add({ path: 'logs/notes.bin', opaque: Buffer.from('notes') });
    const [out, elsewhere] = [path.join(folder, 'out'), path.join(folder, 'elsewhere')];
    await mkdir(out);
    await mkdir(elsewhere);
    await symlink(elsewhere, path.join(out, 'logs'));
    await expect(restored(drive)).rejects.toThrow(/no folder of its own/);
    expect(await filesBelow(elsewhere)).toEqual([]);
    await rm(path.join(out, 'logs'));
    await restored(drive);
    await restored(drive);
    await writeFile(path.join(out, 'logs/notes.bin'), 'other');
    await expect(restored(drive)).rejects.toThrow(/is there with other content/);
    expect(await readFile(path.join(out, 'logs/notes.bin'), 'utf8')).toBe('other');
    await rm(path.join(out, 'logs/notes.bin'));
    await symlink(path.join(elsewhere, 'made'), path.join(out, 'logs/notes.bin'));
    await expect(restored(drive)).rejects.toThrow(/no plain file/);
    expect(await filesBelow(elsewhere)).toEqual([]);
  });
});
