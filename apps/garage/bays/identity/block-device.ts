/**
 * The disk behind a mount, as kernel and udev describe it: partition → disk, and through an encryption or a volume to the
 * one disk below it. What a disk says of itself is hostile: it is cut and cleaned before it goes anywhere.
 */
import { readdir, readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Mount, mountOf } from './mounts.ts';

export interface BlockDevice {
  /** `/dev/sdb` */
  readonly device: string;
  readonly model: string | null;
  readonly serial: string | null;
  readonly bytes: number | null;
  /** `sata`, `nvme`, `usb`, …; null where it is no hardware. */
  readonly transport: string | null;
}

/** Where the system shows its devices; a test lays them out elsewhere. */
export interface SystemRoots {
  readonly mountinfo: string;
  readonly sys: string;
  readonly udev: string;
}

export const SYSTEM: SystemRoots = { mountinfo: '/proc/self/mountinfo', sys: '/sys', udev: '/run/udev/data' };

const SECTOR_BYTES = 512;
const LAYERS_MAX = 8;
const TEXT_MAX = 64;
const NAME = /^[A-Za-z0-9!_.-]{1,64}$/;

/** Undefined where no single disk holds the path: a network, memory, an array of disks. */
export async function blockDeviceOf(path: string, roots: SystemRoots = SYSTEM): Promise<BlockDevice | undefined> {
  const mount = mountOf(await readFile(roots.mountinfo, 'utf8'), await realpath(path));
  const place = mount && (await placeOf(mount, roots));
  const disk = place && (await wholeDisk(place, LAYERS_MAX));
  if (disk === undefined) return undefined;
  const name = basename(disk);
  if (!NAME.test(name)) return undefined;
  const udev = await udevOf(disk, roots);
  const one = (...names: string[]): Promise<string | null> => firstOf(names.map((below) => join(disk, below)));
  const sectors = await one('size');
  return {
    device: `/dev/${name.replaceAll('!', '/')}`,
    model: (await one('device/model')) ?? udev.get('ID_MODEL') ?? null,
    serial: udev.get('ID_SERIAL_SHORT') ?? (await one('device/serial', 'serial')) ?? (await pageSerial(disk)),
    bytes: sectors !== null && /^\d{1,15}$/.test(sectors) ? Number(sectors) * SECTOR_BYTES : null,
    transport: transportOf(disk) ?? udev.get('ID_BUS') ?? null,
  };
}

/** Its folder below `/sys/devices`. File systems of several volumes have a number of their own, and a source that leads on. */
async function placeOf({ device, source }: Mount, { sys }: SystemRoots): Promise<string | undefined> {
  const direct = await realpath(join(sys, 'dev/block', device)).catch(() => undefined);
  if (direct !== undefined || !source.startsWith('/dev/')) return direct;
  const node = await realpath(source).catch(() => source);
  return realpath(join(sys, 'class/block', basename(node))).catch(() => undefined);
}

async function wholeDisk(place: string, layers: number): Promise<string | undefined> {
  if ((await textOf(join(place, 'partition'))) !== null) return wholeDisk(dirname(place), layers);
  const below = await readdir(join(place, 'slaves')).catch(() => []);
  if (below.length === 0) return place;
  const [only] = below;
  if (below.length > 1 || only === undefined || layers === 0) return undefined;
  const next = await realpath(join(place, 'slaves', only)).catch(() => undefined);
  return next === undefined ? undefined : wholeDisk(next, layers - 1);
}

async function udevOf(disk: string, { udev }: SystemRoots): Promise<ReadonlyMap<string, string>> {
  const known = new Map<string, string>();
  const number = await textOf(join(disk, 'dev'));
  const text = number === null ? '' : await readFile(join(udev, `b${number}`), 'utf8').catch(() => '');
  for (const line of text.split('\n')) {
    const [, name, value] = /^E:([A-Z_]+)=(.*)$/.exec(line) ?? [];
    const cleaned = value === undefined ? null : clean(value);
    if (name !== undefined && cleaned !== null) known.set(name, cleaned);
  }
  return known;
}

/** SCSI's own page with the serial: four bytes of header, then text. */
async function pageSerial(disk: string): Promise<string | null> {
  const page = await readFile(join(disk, 'device/vpd_pg80')).catch(() => undefined);
  return page === undefined ? null : clean(page.subarray(4).toString('latin1'));
}

function transportOf(place: string): string | null {
  if (/\/nvme\d/.test(place)) return 'nvme';
  if (/\/usb\d/.test(place)) return 'usb';
  if (/\/mmc\d/.test(place)) return 'mmc';
  if (/\/ata\d/.test(place)) return 'sata';
  if (/\/end_device-/.test(place)) return 'sas';
  return /\/virtio\d/.test(place) ? 'virtio' : null;
}

async function firstOf(files: readonly string[]): Promise<string | null> {
  for (const file of files) {
    const text = await textOf(file);
    if (text !== null) return text;
  }
  return null;
}

const textOf = (file: string): Promise<string | null> => readFile(file, 'utf8').then(clean, () => null);

/** Null for what is empty when it is cleaned. */
export function clean(text: string): string | null {
  const plain = text.replace(/[^\x20-\x7E]+/g, ' ').trim();
  return plain === '' ? null : plain.slice(0, TEXT_MAX).trim();
}
