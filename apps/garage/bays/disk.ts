/** The disk in a bay: what is known of it, and when it is its turn. It touches neither disk nor journal. */
import type { Clock } from '@pitlane/base/time';
import { counted, textFromBytes } from '@pitlane/base/units';
import type { Verdict } from '@pitlane/contracts/verdict';
import type { DockEntry } from '@pitlane/ports/journal';
import type { DockEvent, DriveResult } from '../dock-result.ts';
import { timeTextOf } from '../actions/action-status.ts';
import { UNKNOWN_VEHICLE } from '../drive-identity.ts';
import { RateWindow } from '../rate-window.ts';
import { summaryOf } from '../drive-verdict.ts';
import { withheldText } from '../what-may-leave.ts';
import type { Bay, DiskState, DiskStatus } from './bay.ts';
import type { KnownDrives } from './known-drives.ts';
import type { Listing } from './listing.ts';
import type { Arrival } from '../uploads/uploads.ts';

/** A disk is docked when nothing on it has changed for so long. */
export const STILL_MS = 30_000;
/** Or when it has been changing for so long: files that stand still are taken, the others say that they do not. */
export const CHANGING_MAX_MS = 600_000;
/** What failed is tried again after so long, while the disk is there. */
export const AGAIN_MS = 300_000;

const NOTHING_KNOWN: KnownDrives = { receiptIds: [], vehicles: new Map() };

export class Disk {
  readonly bay: Bay;
  readonly path: string;
  listing: Listing;
  state: DiskState = 'settling';
  /** What is known of files that are yet to come to it. */
  arrival: Arrival = 'unknown';
  readonly #clock: Clock;
  /** Wall clock, to be told; the others are of the clock that is never set. */
  #sinceMs: number;
  #becameMs: number;
  #settlingSinceMs: number;
  #changedAtMs: number;
  #dockId: string | null = null;
  #driveIds: readonly string[] = [];
  /** By drive. */
  readonly #vehicles = new Map<string, string>();
  #receiptIds: readonly string[] = [];
  /** A person's word for those of which nothing else says it. */
  #vehicleIfUnknown: string | undefined;
  #progress: DockProgressEvent | undefined;
  /** It is copied, and may leave. */
  #copied: string | undefined;
  readonly #rate: RateWindow;
  #drives: readonly DriveResult[] | undefined;
  /** By folder of the drive. */
  readonly #verdicts = new Map<string, Verdict>();
  #verdictBefore: string | null = null;
  /** What may not leave the garage, and is on it alone. */
  #withheld: string | null = null;
  #failure = '';

  constructor(bay: Bay, path: string, listing: Listing, clock: Clock) {
    this.bay = bay;
    this.path = path;
    this.listing = listing;
    this.#clock = clock;
    this.#rate = new RateWindow(clock);
    this.#sinceMs = clock.nowMs();
    this.#becameMs = this.#settlingSinceMs = this.#changedAtMs = clock.monotonicMs();
  }

  /** It is there. What changes while it docks is seen when that has ended. */
  seen(listing: Listing): void {
    if (this.isUnderWay) return;
    const isChanged = listing.sha256 !== this.listing.sha256;
    this.listing = listing;
    if (isChanged) this.#changedAtMs = this.#clock.monotonicMs();
    if (this.state !== 'settling' && (isChanged || this.state === 'pulled')) this.#settle();
  }

  /** Its dock has not ended. */
  get isUnderWay(): boolean {
    return this.state === 'docking' || this.state === 'staged';
  }

  get isSafeToPull(): boolean {
    const isSigned = this.#drives?.every(({ receiptId }) => receiptId !== null) ?? true;
    return this.#copied !== undefined || (this.state === 'done' && isSigned);
  }

  isDue(): boolean {
    return (this.state === 'settling' || this.state === 'failed') && this.untilDueMs() <= 0;
  }

  /** Infinite while nothing is to be done. */
  untilDueMs(): number {
    const nowMs = this.#clock.monotonicMs();
    if (this.state === 'failed') return this.#becameMs + AGAIN_MS - nowMs;
    if (this.state !== 'settling' || this.arrival === 'under-way') return Number.POSITIVE_INFINITY;
    if (this.arrival === 'complete') return 0;
    return Math.min(this.#changedAtMs + STILL_MS, this.#settlingSinceMs + CHANGING_MAX_MS) - nowMs;
  }

  /** The journal knows that just this was docked. */
  wasDone({ dockId, driveIds, verdict, withheld, vehicleIfUnknown }: DockEntry, known = NOTHING_KNOWN): void {
    this.#vehicleIfUnknown = vehicleIfUnknown;
    for (const [driveId, vehicleId] of known.vehicles) this.#vehicles.set(driveId, vehicleId);
    this.#receiptIds = known.receiptIds;
    this.#withheld = withheld ?? null;
    this.#verdictBefore = verdict ?? null;
    this.#dockId = dockId;
    this.#driveIds = driveIds;
    this.#become('done');
  }

  docking(): void {
    this.#receiptIds = [];
    this.#drives = undefined;
    this.#withheld = null;
    this.#copied = undefined;
    this.#progress = undefined;
    this.#become('docking');
  }

  heard(event: DockEvent): void {
    this.#dockId = event.dockId;
    if (event.type === 'progress') this.#moved(event);
    else if (event.type === 'staged') this.#staged(event.safeToPull, event.text);
    else if (event.type === 'drive') this.#named(event.driveId, event.vehicleId);
    else if (event.type === 'verdict') this.#verdicts.set(event.folder, event.verdict);
    else if (event.type === 'failed') this.failed(event.message);
    else if (event.type === 'done') {
      this.#drives = event.drives;
      this.#withheld = withheldText(event.drives.flatMap(({ loss }) => loss));
      this.#driveIds = event.drives.map(({ driveId }) => driveId);
      this.#receiptIds = event.drives.flatMap(({ receiptId }) => receiptId ?? []);
      for (const { driveId, vehicleId } of event.drives) this.#vehicles.set(driveId, vehicleId);
      this.#become('done');
    }
  }

  get dockId(): string | null {
    return this.#dockId;
  }

  /** Somebody says whose its drives are of which nothing else says it. */
  nameVehicle(vehicleId: string): void {
    this.#vehicleIfUnknown = vehicleId;
  }

  failed(message: string): void {
    this.#failure = message;
    if (this.state !== 'pulled') this.#become('failed');
  }

  /** It left while it docked, and before it might. */
  pulled(): void {
    this.#become('pulled');
  }

  status(): DiskStatus {
    const { files, bytes, skipped } = this.listing;
    const isSafe = this.isSafeToPull;
    const bytesPerSecond = this.state === 'docking' ? Math.round(this.#rate.bytesPerSecond()) : 0;
    const safeAtMs = this.#safeAtMs();
    return {
      path: this.path,
      state: this.state,
      sinceMs: this.#sinceMs,
      files,
      bytes,
      dockId: this.#dockId,
      driveIds: this.#driveIds,
      vehicleIds: this.#vehicleIds(),
      receiptIds: this.#receiptIds,
      stages: this.isUnderWay ? (this.#progress?.stages ?? null) : null,
      readBytes: this.#progress?.stages.stage.doneBytes ?? 0,
      verifiedBytes: this.#progress?.verifiedBytes ?? 0,
      bytesPerSecond,
      bytesRead: this.#progress ? Math.min(bytes, doneBytesOf(this.#progress)) : this.state === 'done' ? bytes : 0,
      bytesTotal: bytes,
      bytesPerS: bytesPerSecond,
      safeToPullAtMs: safeAtMs,
      safeToPullAt: safeAtMs === null ? null : timeTextOf(safeAtMs),
      safeToPull: isSafe,
      safeToWipe: isSafe && this.state === 'done' && skipped === 0 && this.#withheld === null,
      verdict: summaryOf([...this.#verdicts.values()]) ?? this.#verdictBefore,
      pulledEarly: this.state === 'pulled' ? { lostText: this.#pulledText() } : null,
      text: this.#text(),
    };
  }

  #named(driveId: string, vehicleId: string): void {
    this.#driveIds = [...new Set([...this.#driveIds, driveId])];
    this.#vehicles.set(driveId, vehicleId);
  }

  #vehicleIds(): readonly string[] {
    const named = (this.#driveIds.length > 0 ? this.#driveIds : ['']).map((driveId) => this.#vehicles.get(driveId));
    const known = named.map((one) => (one === undefined || one === UNKNOWN_VEHICLE ? this.#vehicleIfUnknown : one));
    return [...new Set(known.filter((one) => one !== undefined))].sort();
  }

  #moved(event: DockProgressEvent): void {
    this.#rate.did(doneBytesOf(event) - (this.#progress ? doneBytesOf(this.#progress) : 0));
    this.#progress = event;
  }

  #staged(isSafe: boolean, text: string): void {
    if (!isSafe || this.state !== 'docking') return;
    this.#copied = text;
    this.#become('staged');
  }

  /** Of a disk that is read in place it is reckoned by what is cut, which the rest follows. */
  #safeAtMs(): number | null {
    const perSecond = this.#rate.bytesPerSecond();
    if (this.state !== 'docking' || !this.#progress || perSecond === 0 || !this.#rate.isSteady) return null;
    const leftBytes = Math.max(0, this.listing.bytes - doneBytesOf(this.#progress));
    return this.#clock.nowMs() + (1000 * leftBytes) / perSecond;
  }

  #text(): string {
    const { files, bytes } = this.listing;
    const what = `${counted(files, 'file')}, ${textFromBytes(bytes)}`;
    const seconds = Math.max(0, Math.ceil(this.untilDueMs() / 1000));
    switch (this.state) {
      case 'settling':
        return `${what}; docked in ${seconds} s if nothing changes on it`;
      case 'docking':
        return `taking ${what}: leave it in${this.#when()}`;
      case 'staged':
        return `${this.#copied}: safe to pull; it may be wiped only when it is signed for`;
      case 'done':
        return this.#doneText(what);
      case 'failed':
        return this.#copied === undefined
          ? `${this.#failure}; tried again in ${seconds} s`
          : `${this.#failure}; ${this.#copied}, and sent on from there: safe to pull`;
      default:
        return this.#pulledText();
    }
  }

  #when(): string {
    const atMs = this.#safeAtMs();
    return atMs === null ? '' : `, safe to pull at ${new Date(atMs).toTimeString().slice(0, 5)}`;
  }

  #doneText(what: string): string {
    const { skipped } = this.listing;
    const kept = [
      ...(this.#withheld === null ? [] : [keptText(this.#withheld)]),
      ...(skipped === 0 ? [] : [`${counted(skipped, 'link or the like', 'links and the like')} on it were not taken`]),
    ];
    const signed = `${what}: in the store and signed for, safe to pull`;
    return kept.length === 0 ? `${signed}, safe to wipe` : [signed, ...kept].join('; ');
  }

  #pulledText(): string {
    const kept = this.#progress?.verifiedBytes ?? 0;
    const left = Math.max(0, this.listing.bytes - kept);
    return `it was pulled early: ${textFromBytes(kept)} of it are copied, ${textFromBytes(left)} are on it alone; put it back, and what is missing is taken`;
  }

  #settle(): void {
    this.#settlingSinceMs = this.#changedAtMs = this.#clock.monotonicMs();
    this.#dockId = null;
    this.#driveIds = [];
    this.#vehicles.clear();
    this.#vehicleIfUnknown = undefined;
    this.#receiptIds = [];
    this.#verdicts.clear();
    this.#verdictBefore = null;
    this.#become('settling');
  }

  #become(state: DiskState): void {
    this.state = state;
    this.#sinceMs = this.#clock.nowMs();
    this.#becameMs = this.#clock.monotonicMs();
  }
}

type DockProgressEvent = Extract<DockEvent, { type: 'progress' }>;

const doneBytesOf = ({ stages, leavesAfter }: DockProgressEvent): number =>
  (leavesAfter === 'copy' ? stages.stage : stages.chunk).doneBytes;

/** @param withheld as "1 topic", or as "2 topics, 1 file" */
const keptText = (withheld: string): string =>
  /^1 [^,]*$/.test(withheld)
    ? `${withheld} was withheld and is on it alone`
    : `${withheld} were withheld and are on it alone`;
