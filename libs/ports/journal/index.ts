/**
 * The journal: what the garage node has done, so that it goes on after any interruption. Docking writes it before it
 * tells anybody, and reads it first. Invariants, with their checks and the reasons in README.md: a chunk entry means that its
 * spool file was sealed or its object confirmed; who is called signed for has a receipt that holds; a recording that was cut
 * to its end has all of its chunks; an entry outlives the process when the call returns; nothing is the only copy of anything.
 */
import type { DriveId, RecordingId, Sha256Hex } from '@pitlane/contracts/identity';
import type { ChannelFacts, ChunkFacts, LossFacts, RecordingFacts } from '@pitlane/contracts/manifest';
import type { TopicFilter } from '@pitlane/contracts/topic-filter';
import type { Receipt } from '@pitlane/contracts/receipt';
import type { State } from '@pitlane/contracts/records';
import type { RecordingEvidence } from '@pitlane/contracts/verdict';
import type { ActionLog, HandlingEntry } from './actions.ts';
import type { Beginning, Likeness } from './likely-copies.ts';
import type { Outbox, OutboxEvent } from './outbox.ts';

export * from './actions.ts';
export { type Beginning, isLikelyCopy, type Likeness } from './likely-copies.ts';
export type * from './outbox.ts';

export interface DockEntry {
  readonly dockId: string;
  readonly path: string;
  readonly tenant: string;
  /** False when nobody named the tenant, so that a sidecar may; absent in entries of an earlier version. */
  readonly tenantNamed?: boolean;
  readonly vehicleId: string | null;
  /** A person's word for drives of which nothing else says whose they are. */
  readonly vehicleIfUnknown?: string;
  readonly priority: number;
  readonly dockedAtMs: number;
  readonly state: 'open' | 'done' | 'failed';
  readonly driveIds: readonly DriveId[];
  readonly error: string | null;
  /** SHA-256 of what lay on the disk, by name, size and time; absent where nobody looked before docking. */
  readonly listing?: string;
  /** Every file of it stands in the spool: it goes on without its disk. */
  readonly isStaged?: boolean;
  /** In short, once it is done; absent in entries of an earlier version. */
  readonly verdict?: string;
  /** What may leave the garage, the garage's own rule with it; absent for every topic. */
  readonly filter?: TopicFilter;
  /** What of it is on the disk alone because of that, in short, once it is done; absent where that is nothing. */
  readonly withheld?: string;
}

export interface RecordingKey {
  readonly tenant: string;
  readonly driveId: DriveId;
  readonly recordingId: RecordingId;
}

export interface RecordingEntry extends RecordingKey {
  readonly vehicleId: string;
  readonly dockId: string;
  readonly path: string;
  readonly bytes: number;
  readonly headSha256: Sha256Hex;
  /** By which likely copies are found; null in entries of an earlier version. */
  readonly beginning: Beginning | null;
  /** As inspected, even if it landed opaque after all. */
  readonly format: string;
  readonly state: State;
  /** Set when the recording was cut to its end. */
  readonly cut: {
    readonly recording: RecordingFacts;
    readonly channels: readonly ChannelFacts[];
    readonly losses: readonly LossFacts[];
    /** What its drive is judged by; absent where it landed byte for byte, and in entries of an earlier version. */
    readonly evidence?: RecordingEvidence;
  } | null;
  /** What may leave the garage of it, where that was not all; absent for every topic. */
  readonly filter?: TopicFilter;
  /** Staged copies that earlier docks made of it: freed with its own. Absent where there are none. */
  readonly earlierCopies?: readonly StagedPlace[];
}

/** Which dock staged a file, and what it was called there. */
export interface StagedPlace {
  readonly dockId: string;
  readonly headSha256: Sha256Hex;
  readonly path: string;
}

/** How a chunk was last sent; an attempt, where it went inline. */
export interface Shipment {
  readonly attempt: string | null;
  /** Wall clock, milliseconds since the epoch. */
  readonly shippedAtMs: number;
  /** How often it was sent again, because its landing was overdue or the lander asked. */
  readonly resent: number;
  /** It was overdue, or asked for, at this time, and was not sent again since. */
  readonly overdueSinceMs?: number;
}

export interface ChunkEntry {
  /** The chunk's place in its recording: see `chunkName`. */
  readonly name: string;
  readonly facts: ChunkFacts;
  readonly state: 'chunked' | 'shipped';
  /** Absent before it was first shipped, and in entries of an earlier version. */
  readonly shipment?: Shipment;
}

/** Data of a vehicle that goes before the rest, whenever it is docked, until somebody removes the order. */
export interface OrderEntry {
  readonly orderId: string;
  readonly tenant: string;
  readonly vehicleId: string;
  /** Globs; none for every topic. */
  readonly topics: readonly string[];
  /** Log time [startTime, endTime), decimal nanoseconds; null for no bound. */
  readonly startTime: string | null;
  readonly endTime: string | null;
  /** 0 first, 99 last. */
  readonly priority: number;
  readonly note: string | null;
  /** Wall clock, milliseconds since the epoch. */
  readonly createdAtMs: number;
}

/** What an order has of one drive: so far, or in all once the drive has its receipt. */
export interface OrderServing {
  readonly orderId: string;
  readonly tenant: string;
  readonly driveId: DriveId;
  readonly state: 'under-way' | 'landed';
  readonly chunks: number;
  readonly bytesStored: number;
  /** Wall clock of the last word on it, milliseconds since the epoch. */
  readonly atMs: number;
}

/** A preview that lies in the store, of a recording that begins so. It hangs on nothing, and nothing hangs on it. */
export interface PreviewEntry {
  readonly tenant: string;
  readonly driveId: DriveId;
  readonly headSha256: Sha256Hex;
  readonly path: string;
  readonly previewId: Sha256Hex;
  readonly object: string;
  /** Size of the recording, and how much of it was read. */
  readonly sourceBytes: number;
  readonly readBytes: number;
  readonly messages: number;
  readonly frames: number;
}

/** A disk that was docked, by the serial that it tells. */
export interface DiskEntry {
  readonly serial: string;
  readonly model: string | null;
  /** Whose drives it brought when it was last docked, sorted. */
  readonly vehicleIds: readonly string[];
  readonly dockedAtMs: number;
}

export interface Journal {
  /** What other programs are to be told of. */
  readonly outbox: Outbox;
  /** What people asked for. */
  readonly actions: ActionLog;
  putDock(dock: DockEntry): void;
  docks(): readonly DockEntry[];
  /** In the place of what was known of this serial. */
  putDisk(disk: DiskEntry): void;
  disk(serial: string): DiskEntry | undefined;
  putRecording(entry: RecordingEntry): void;
  setState(key: RecordingKey, state: State): void;
  /** Every drive's entry for these bytes. */
  recordingsById(tenant: string, recordingId: RecordingId): readonly RecordingEntry[];
  /** Every drive's entries that are likely copies of this one (`isLikelyCopy`), itself too if it is there. */
  likelyCopies(likeness: Likeness): readonly RecordingEntry[];
  recordingsOfDrive(tenant: string, driveId: DriveId): readonly RecordingEntry[];
  recordingsOfVehicle(tenant: string, vehicleId: string): readonly RecordingEntry[];
  /** Every recording of every drive; entries may be written meanwhile. */
  recordings(): Iterable<RecordingEntry>;
  putChunk(key: RecordingKey, entry: ChunkEntry): void;
  /** Shipped, or back to chunked because it has to be sent again. */
  setChunkState(key: RecordingKey, name: string, state: ChunkEntry['state'], shipment: Shipment): void;
  chunk(key: RecordingKey, name: string): ChunkEntry | undefined;
  /** In order of their ordinals. */
  chunks(key: RecordingKey): Iterable<ChunkEntry>;
  findChunk(idOrObject: string): readonly (ChunkEntry & RecordingKey)[];
  /** Forgets chunks of a recording, all of them without names: it is cut anew, or lands opaque after all. */
  dropChunks(key: RecordingKey, names?: readonly string[]): void;
  /** Keeps the receipt, calls those recordings receipted and puts what is to be told of it: all or nothing. */
  putReceipt(receipt: Receipt, receipted?: readonly RecordingKey[], told?: readonly OutboxEvent[]): void;
  receipts(tenant: string, driveId: DriveId): readonly Receipt[];
  /** In the place of what was known of this drive and beginning. */
  putPreview(preview: PreviewEntry): void;
  /** Of a drive, by path. */
  previews(tenant: string, driveId: DriveId): readonly PreviewEntry[];
  putOrder(order: OrderEntry): void;
  /** In the order in which they were given. */
  orders(): readonly OrderEntry[];
  /** With what it was served; false when there is none. */
  removeOrder(orderId: string): boolean;
  putServing(serving: OrderServing): void;
  /** Of one order, by drive. */
  servings(orderId: string): readonly OrderServing[];
  dropServing(orderId: string, tenant: string, driveId: DriveId): void;
  /** All or nothing, each in the place of what was known of its drive; one that says nothing is forgotten. */
  putHandlings(handlings: readonly HandlingEntry[]): void;
  handlings(): readonly HandlingEntry[];
  close(): void;
}
