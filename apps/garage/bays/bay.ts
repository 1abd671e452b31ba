/** What a bay is, and what is said of the disk in it. Plain JSON throughout. */
import type { DockStage, StageProgress } from '../dock-result.ts';
import type { DiskIdentity } from './identity/disk-identities.ts';

export interface Bay {
  readonly id: string;
  /** Absolute; where its last part is `*`, every folder beside is a disk of the bay. */
  readonly path: string;
  /** Whose disks come here; without it the sidecar says so. */
  readonly vehicleId?: string;
  /** Its disks are drives that were uploaded, each in a folder of its vehicle. */
  readonly isUploads?: boolean;
}

/**
 * `settling`: files come or change, and are waited for. `docking`; `staged` where all of it is copied and it may leave; then
 * `done` or `failed`. `pulled`: it left before it might; what is missing is taken when it is back.
 */
export type DiskState = 'settling' | 'docking' | 'staged' | 'done' | 'failed' | 'pulled';

export interface DiskStatus {
  readonly path: string;
  readonly state: DiskState;
  /** Wall clock, milliseconds since the epoch. */
  readonly sinceMs: number;
  readonly files: number;
  readonly bytes: number;
  readonly dockId: string | null;
  readonly driveIds: readonly string[];
  /** Whose drives are on it, as far as that is known. */
  readonly vehicleIds: readonly string[];
  /** The receipts in which its drives stand. */
  readonly receiptIds: readonly string[];
  /** While it docks. */
  readonly stages: Readonly<Record<DockStage, StageProgress>> | null;
  /** Read from it in this docking, and copied, flushed and read back. */
  readonly readBytes: number;
  readonly verifiedBytes: number;
  /** Over the last minute: what is read, or, of a disk that is read in place, what is cut. */
  readonly bytesPerSecond: number;
  /** For the board: how much of it is read, or, where it is read in place, cut; of how much; and how fast. */
  readonly bytesRead: number;
  readonly bytesTotal: number;
  readonly bytesPerS: number;
  /** At that rate; wall clock, milliseconds since the epoch. Null while nothing moves, and when it is safe already. */
  readonly safeToPullAtMs: number | null;
  /** The same in decimal nanoseconds. */
  readonly safeToPullAt: string | null;
  /** Everything on it is copied to another disk and verified, or is signed for. Both are said of the disk as it was docked. */
  readonly safeToPull: boolean;
  /** Everything on it is in the store and signed for, and nothing was passed over. */
  readonly safeToWipe: boolean;
  /** `complete`, `2 findings` and the like; null before its drives were judged. */
  readonly verdict: string | null;
  /** It left before it might: what is on it alone, for people. */
  readonly pulledEarly: { readonly lostText: string } | null;
  /** What is wrong, or what happens next, for people. */
  readonly text: string;
}

/** With the hardware that it is on. */
export type IdentifiedDisk = DiskStatus & DiskIdentity;

export interface BayStatus {
  readonly bay: string;
  readonly path: string;
  readonly vehicleId: string | null;
  /** Why nobody could look into it; null when somebody could. */
  readonly fault: string | null;
  /** Empty where no disk is in it. */
  readonly disks: readonly IdentifiedDisk[];
}
