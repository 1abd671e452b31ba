import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { blockDeviceOf, type SystemRoots } from './block-device.ts';
import { mountOf } from './mounts.ts';

let base: string;
let roots: SystemRoots;

beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'pitlane-devices-')));
  roots = { mountinfo: join(base, 'mountinfo'), sys: join(base, 'sys'), udev: join(base, 'udev') };
});
afterEach(() => rm(base, { recursive: true }));

async function lay(path: string, content: string | Buffer): Promise<void> {
  await mkdir(dirname(join(base, path)), { recursive: true });
  await writeFile(join(base, path), content);
}

/** A link as `/sys` has them. */
async function point(path: string, to: string): Promise<void> {
  await mkdir(dirname(join(base, path)), { recursive: true });
  await symlink(join(base, to), join(base, path));
}

/** A disk with one partition, mounted below the base. */
async function disk(place: string, name: string, number: string, partition: string, mounted: string): Promise<void> {
  await lay(`${place}/${name}/dev`, `${number}\n`);
  await lay(`${place}/${name}/size`, '3907029168\n');
  await lay(`${place}/${name}/${name}1/partition`, '1\n');
  await point(`sys/dev/block/${partition}`, `${place}/${name}/${name}1`);
  await mkdir(join(base, mounted), { recursive: true });
  await lay(
    'mountinfo',
    `30 1 8:1 / / rw - ext4 /dev/root rw\n31 30 ${partition} / ${base}/${mounted} rw - ext4 /dev/${name}1 rw\n`,
  );
}

const SATA = 'sys/devices/pci0000:00/0000:00:17.0/ata3/host2/target2:0:0/2:0:0:0/block';

describe('the disk behind a folder', () => {
  it('is that of its partition, with what kernel and udev say of it', async () => {
    await disk(SATA, 'sdb', '8:16', '8:17', 'media/bay-1');
    await lay(`${SATA}/sdb/device/model`, 'Samsung SSD 870 \n');
    await lay('udev/b8:16', 'N:sdb\nE:ID_BUS=ata\nE:ID_MODEL=Samsung_SSD_870\nE:ID_SERIAL_SHORT=S3Z9NB0K123456A\n');
    await mkdir(join(base, 'media/bay-1/logs'));
    expect(await blockDeviceOf(join(base, 'media/bay-1/logs'), roots)).toEqual({
      device: '/dev/sdb',
      model: 'Samsung SSD 870',
      serial: 'S3Z9NB0K123456A',
      bytes: 2_000_398_934_016,
      transport: 'sata',
    });
  });

  it('tells its serial without udev too, on its own page or as NVMe does', async () => {
    await disk(SATA, 'sdb', '8:16', '8:17', 'media');
    await lay(`${SATA}/sdb/device/vpd_pg80`, Buffer.from('\0\x80\0\x10  S3Z9NB0K123456A', 'latin1'));
    expect(await blockDeviceOf(join(base, 'media'), roots)).toMatchObject({ serial: 'S3Z9NB0K123456A', model: null });
    await disk('sys/devices/pci0000:00/nvme/nvme0', 'nvme0n1', '259:0', '259:1', 'media');
    await lay('sys/devices/pci0000:00/nvme/nvme0/nvme0n1/device/serial', '7220A00QT5Z8   \n');
    expect(await blockDeviceOf(join(base, 'media'), roots)).toMatchObject({
      device: '/dev/nvme0n1',
      serial: '7220A00QT5Z8',
      transport: 'nvme',
    });
  });

  it('is found through an encryption, and is none where several disks are one', async () => {
    await disk(SATA, 'sdb', '8:16', '8:17', 'media');
    await lay('sys/devices/virtual/block/dm-0/dev', '253:0\n');
    await point('sys/devices/virtual/block/dm-0/slaves/sdb1', `${SATA}/sdb/sdb1`);
    await point('sys/dev/block/253:0', 'sys/devices/virtual/block/dm-0');
    await lay('mountinfo', `31 30 253:0 / ${base}/media rw - ext4 /dev/mapper/car rw\n`);
    expect(await blockDeviceOf(join(base, 'media'), roots)).toMatchObject({ device: '/dev/sdb' });
    await point('sys/devices/virtual/block/dm-0/slaves/sdc1', `${SATA}/sdb/sdb1`);
    expect(await blockDeviceOf(join(base, 'media'), roots)).toBeUndefined();
  });

  it('is found by its source where the file system has a number of its own', async () => {
    await disk(SATA, 'sdb', '8:16', '8:17', 'media');
    await point('sys/class/block/sdb1', `${SATA}/sdb/sdb1`);
    await lay('mountinfo', `31 30 0:42 /@ ${base}/media rw shared:1 - btrfs /dev/sdb1 rw\n`);
    expect(await blockDeviceOf(join(base, 'media'), roots)).toMatchObject({ device: '/dev/sdb', transport: 'sata' });
  });

  it('is none on a network or in memory, and what goes round in circles ends', async () => {
    await mkdir(join(base, 'media'));
    await lay('mountinfo', `31 30 0:42 / ${base}/media rw - nfs4 server:/disk rw\n`);
    expect(await blockDeviceOf(join(base, 'media'), roots)).toBeUndefined();
    await lay('sys/devices/virtual/block/dm-0/dev', '253:0\n');
    await point('sys/devices/virtual/block/dm-0/slaves/dm-0', 'sys/devices/virtual/block/dm-0');
    await point('sys/dev/block/253:0', 'sys/devices/virtual/block/dm-0');
    await lay('mountinfo', `31 30 253:0 / ${base}/media rw - ext4 /dev/mapper/x rw\n`);
    expect(await blockDeviceOf(join(base, 'media'), roots)).toBeUndefined();
  });

  it('that tells hostile names is told in plain ones', async () => {
    await disk(SATA, 'sdb', '8:16', '8:17', 'media');
    await lay(`${SATA}/sdb/device/model`, `\u001B[31m${'x'.repeat(5000)}`);
    await lay('udev/b8:16', 'E:ID_SERIAL_SHORT=a\u0007\u202Eb\nE:=x\nnot a line\n');
    const found = await blockDeviceOf(join(base, 'media'), roots);
    expect([found?.serial, found?.model?.length, found?.model?.slice(0, 5)]).toEqual(['a b', 64, '[31mx']);
  });
});

describe('the mount of a path', () => {
  const TABLE = [
    '22 1 8:1 / / rw - ext4 /dev/sda1 rw',
    String.raw`31 22 8:17 / /media/my\040disk rw shared:7 - ext4 /dev/sdb1 rw`,
    '32 22 8:33 / /media/a rw - ext4 /dev/sdc1 rw',
    '33 32 8:49 / /media/a rw - ext4 /dev/sdd1 rw',
    'no line',
    '',
  ].join('\n');

  it.each([
    ['/media/my disk/logs', '8:17'],
    ['/media/my disk', '8:17'],
    ['/media/a/b', '8:49'],
    ['/media/ab', '8:1'],
    ['/', '8:1'],
  ])('%s is that which lies deepest, and of those in one place the last', (path, device) => {
    expect(mountOf(TABLE, path)?.device).toBe(device);
  });

  it('is none in an empty table', () => {
    expect(mountOf('', '/media')).toBeUndefined();
  });
});
