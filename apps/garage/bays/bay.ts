/** What a bay is, and what is said of the disk in it. Plain JSON throughout. */
import type { DockStage, StageProgress } from '../dock-result.ts';

export interface Bay {
  readonly id: string;
  /** Absolute; where its last part is `*`, every folder beside is a disk of the bay. */
  readonly path: string;
  /** Whose disks come here; without it the sidecar says so. */
  readonly vehicleId?: string;
}

/**
 * `settling`: files come or change, and are waited for. `docking`, then `done` or `failed`. `pulled`: it left before it was
 * done; what is missing is taken when it is back.
 */
export type DiskState = 'settling' | 'docking' | 'done' | 'failed' | 'pulled';

export interface DiskStatus {
  readonly path: string;
  readonly state: DiskState;
  /** Wall clock, milliseconds since the epoch. */
  readonly sinceMs: number;
  readonly files: number;
  readonly bytes: number;
  readonly dockId: string | null;
  readonly driveIds: readonly string[];
  /** While it docks. */
  readonly stages: Readonly<Record<DockStage, StageProgress>> | null;
  /** Everything on it is in the store, and signed for. Both are said of the disk as it was docked. */
  readonly safeToPull: boolean;
  /** Besides, nothing on it was passed over. */
  readonly safeToWipe: boolean;
  /** What is wrong, or what happens next, for people. */
  readonly text: string;
}

export interface BayStatus {
  readonly bay: string;
  readonly path: string;
  readonly vehicleId: string | null;
  /** Empty where no disk is in it. */
  readonly disks: readonly DiskStatus[];
}
