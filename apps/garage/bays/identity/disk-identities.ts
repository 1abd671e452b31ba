/**
 * Which disk is in which bay: hardware, health, and the car whose drives it brought last. It looks beside the docking and
 * never holds it up; what it does not know it leaves out. It refuses nothing: a technician decides.
 */
import { messageOf } from '@pitlane/base/errors';
import type { Log } from '@pitlane/base/telemetry';
import type { Clock } from '@pitlane/base/time';
import type { Journal } from '@pitlane/ports/journal';
import { UNKNOWN_VEHICLE } from '../../drive-identity.ts';
import type { BlockDevice } from './block-device.ts';
import type { DiskProbe } from './disk-probe.ts';
import type { DiskHealth, SmartReport } from './smart-verdict.ts';

export interface DiskIdentity {
  /** `/dev/sdb` */
  readonly device: string | null;
  readonly model: string | null;
  readonly serial: string | null;
  /** `sata`, `nvme`, `usb`, … */
  readonly transport: string | null;
  readonly deviceBytes: number | null;
  readonly health: DiskHealth | null;
  /** Whose drives it brought last. */
  readonly lastVehicleIds: readonly string[];
  /** It is not where it was last; for people. */
  readonly warning: string | null;
}

export const UNIDENTIFIED: DiskIdentity = {
  device: null,
  model: null,
  serial: null,
  transport: null,
  deviceBytes: null,
  health: null,
  lastVehicleIds: [],
  warning: null,
};

export interface IdentityTools {
  readonly probe: DiskProbe;
  /** Whose disks belong to this machine, and to no car: its root, its spool. */
  readonly ownPaths: readonly string[];
  readonly journal: Pick<Journal, 'putDisk' | 'disk'>;
  readonly clock: Clock;
  readonly telemetry: Log;
}

/** Health is not asked for more often than this. */
export const SMART_EVERY_MS = 600_000;

interface Known {
  readonly device: BlockDevice;
  smart: SmartReport | undefined;
  smartAtMs: number;
  /** It came in with the machine. */
  readonly isOwn: boolean;
  /** Said when it was docked, from what was known before that. */
  warning: string | null;
}

export class DiskIdentities {
  readonly #tools: IdentityTools;
  readonly #known = new Map<string, Known>();
  readonly #looking = new Map<string, Promise<void>>();

  constructor(tools: IdentityTools) {
    this.#tools = tools;
  }

  /** Looks beside the caller, one look a disk at a time. The promise is for tests: it never rejects. */
  look(path: string): Promise<void> {
    const before = this.#looking.get(path);
    if (before) return before;
    const looking = this.#look(path)
      .catch((error: unknown) => this.#tools.telemetry.warn('disk.unidentified', { path, error: messageOf(error) }))
      .finally(() => this.#looking.delete(path));
    this.#looking.set(path, looking);
    return looking;
  }

  /** @param vehicleId of the bay, where it has one */
  of(path: string, vehicleId: string | undefined): DiskIdentity {
    const known = this.#known.get(path);
    if (!known) return UNIDENTIFIED;
    const { device, smart } = known;
    const serial = serialOf(known);
    const travels = this.#travels(path, known);
    const last = (travels && serial !== null && this.#tools.journal.disk(serial)?.vehicleIds) || [];
    return {
      device: device.device,
      model: smart?.model ?? device.model,
      serial,
      transport: device.transport,
      deviceBytes: device.bytes,
      health: smart?.health ?? null,
      lastVehicleIds: last,
      warning: known.warning ?? warningFor(serial, last, vehicleId === undefined ? [] : [vehicleId]),
    };
  }

  /**
   * A dock of the disk that is there now begins.
   * @returns what remembers whose drives it brought; the disk may have left by then
   */
  docking(path: string): (vehicleIds: readonly string[]) => void {
    const begun = this.#known.get(path);
    const travelled = begun && this.#travels(path, begun);
    return (vehicleIds) => {
      const known = begun ?? this.#known.get(path);
      if (known && (travelled ?? this.#travels(path, known))) this.#docked(path, known, vehicleIds);
    };
  }

  left(path: string): void {
    this.#known.delete(path);
  }

  #docked(path: string, known: Known, vehicleIds: readonly string[]): void {
    const serial = serialOf(known);
    const named = [...new Set(vehicleIds)].filter((vehicleId) => vehicleId !== UNKNOWN_VEHICLE).sort();
    if (serial === null || named.length === 0) return;
    const { journal, clock, telemetry } = this.#tools;
    known.warning = warningFor(serial, journal.disk(serial)?.vehicleIds ?? [], named);
    if (known.warning !== null) telemetry.warn('disk.of-another-vehicle', { path, serial, text: known.warning });
    const model = known.smart?.model ?? known.device.model;
    journal.putDisk({ serial, model, vehicleIds: named, dockedAtMs: clock.nowMs() });
  }

  /** A folder on the machine's own disk, or one of several bays on one disk, is not what comes with a car. */
  #travels(path: string, known: Known): boolean {
    const isShared = [...this.#known].some(
      ([other, { device }]) => other !== path && device.device === known.device.device,
    );
    return !known.isOwn && !isShared;
  }

  async #isOwn({ device }: BlockDevice): Promise<boolean> {
    const { probe, ownPaths } = this.#tools;
    const own = await Promise.all(ownPaths.map((path) => probe.device(path).catch(() => undefined)));
    return own.some((one) => one?.device === device);
  }

  async #look(path: string): Promise<void> {
    const { probe, clock, telemetry } = this.#tools;
    const device = await probe.device(path);
    const before = this.#known.get(path);
    if (!device) return this.left(path);
    const isSame = before !== undefined && JSON.stringify(before.device) === JSON.stringify(device);
    const isOwn = !isSame && (await this.#isOwn(device));
    const known: Known = isSame ? before : { device, smart: undefined, smartAtMs: -Infinity, isOwn, warning: null };
    this.#known.set(path, known);
    if (device.transport === null || clock.monotonicMs() - known.smartAtMs < SMART_EVERY_MS) return;
    known.smartAtMs = clock.monotonicMs();
    known.smart = await probe.smart(device.device);
    const { verdict, text } = known.smart.health;
    if (verdict === 'failing') telemetry.warn('disk.failing', { path, serial: serialOf(known) ?? '', text });
  }
}

/** The disk's own word, before that of a bridge in front of it. */
const serialOf = ({ device, smart }: Known): string | null => smart?.serial ?? device.serial;

function warningFor(serial: string | null, last: readonly string[], now: readonly string[]): string | null {
  if (last.length === 0 || now.length === 0 || now.some((vehicleId) => last.includes(vehicleId))) return null;
  return `disk ${serial} was last of ${last.join(', ')}, and is docked for ${now.join(', ')}: check that it is in the right bay`;
}
